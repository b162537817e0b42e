import { BLOB_GAS } from '../fork/costs'
import { Fork } from '../fork/fork'
import { hasBaseFee, hasDelegations, warmsCoinbase } from '../fork/rules'
import { callPrecompile } from '../instruction/call'
import { beginCreation, createAddress, isTaken } from '../instruction/create'
import { loadedCode } from '../instruction/environment'
import { enterCode, enterInitcode, markState, undoState } from '../interpreter/call-stack'
import { proceed } from '../interpreter/execute'
import {
  ACCOUNT,
  ADDRESS,
  CALLER,
  DEPTH,
  FIRST_GAS,
  FLAGS,
  GAS,
  INPUT,
  INPUT_SIZE,
  MEMORY_BASE,
  MEMORY_SIZE,
  OUTPUT_OFFSET,
  OUTPUT_SIZE,
  setFrame,
  VALUE,
} from '../interpreter/frame'
import {
  ACCESS_ENTRY_KEYS,
  ACCESS_ENTRY_SIZE,
  BLOCK_BASE_FEE,
  BLOCK_BLOB_BASE_FEE,
  BLOCK_COINBASE,
  BLOCK_FORK,
  FLAG_NEXT_NONCE,
  TX_ACCESS_ADDRESSES,
  TX_ACCESS_LIST,
  TX_BLOBS,
  TX_DATA,
  TX_DATA_SIZE,
  TX_FLAGS,
  TX_GAS_LIMIT,
  TX_HAS_TO,
  TX_MAX_FEE,
  TX_NONCE,
  TX_PRIORITY_FEE,
  TX_SENDER,
  TX_TO,
  TX_VALUE,
} from '../layout'
import { evmMemory, frames, stackTop } from '../runtime/arena'
import { precompileOf } from '../state/access-list'
import { accountAt, balanceOf, credit, debit, mark, nonceOf, setNonce, WARM } from '../state/account'
import { forgetTransaction } from '../state/forget'
import { limit } from '../state/limit'
import { slotAt, warmSlot } from '../state/storage'
import { Status } from '../status'
import * as u256 from '../u256'
import { CODE_TARGET, isDelegation } from '../version/code'
import { authorize } from './authorize'
import {
  context,
  EFFECTIVE_GAS_PRICE,
  isCharged,
  ORIGIN,
  PRIORITY_PRICE,
  setTransaction,
  setTransactionNonce,
  SPARE,
  transaction,
  transactionNonce,
} from './context'
import { intrinsicGas } from './intrinsic-gas'
import { settle } from './settle'
import { validate } from './validate'

/** The account that pays, and the status when the lowest frame never ran. */
let sender: usize = 0
let immediate: Status = Status.Running

/**
 * Begins the transaction at `pointer` (TX_* in layout.ts): forgets the last one, validates, buys gas, authorizes, and prepares
 * the lowest frame. Gives Status.Running, or why it must not run; then nothing has changed.
 */
export function begin(pointer: usize): Status {
  setTransaction(pointer)
  forgetTransaction()
  immediate = Status.Running
  const fork: Fork = load<u32>(BLOCK_FORK)
  u256.copy(context() + ORIGIN, pointer + TX_SENDER)
  sender = accountAt(pointer + TX_SENDER)
  const hasNonce = !(load<u32>(pointer, TX_FLAGS) & FLAG_NEXT_NONCE)
  setTransactionNonce(hasNonce ? load<u64>(pointer, TX_NONCE) : nonceOf(sender))
  let gas = <i64>load<u64>(pointer, TX_GAS_LIMIT)
  if (isCharged()) {
    const status = validate(pointer, sender, fork)
    if (limit != Status.Running) return limit
    if (status != Status.Running) return status
    gas -= intrinsicGas(pointer, fork)
    buyGas(fork)
    setNonce(sender, transactionNonce + 1)
  } else {
    u256.copy(context() + EFFECTIVE_GAS_PRICE, pointer + TX_MAX_FEE)
  }
  warm(fork)
  authorize(pointer)
  prepare(gas, fork)
  return limit
}

/** Goes on with the transaction: Status.Suspended while there is more to do, then how it ended, with its effects settled. */
export function resume(): Status {
  let status = immediate
  if (status == Status.Running) status = proceed()
  if (status < Status.TypeNotSupported && limit == Status.Running) settle(sender)
  return limit != Status.Running ? limit : status
}

/** EIP-1559: what a unit of gas costs the sender, and what of it goes to the fee recipient. */
function priceGas(fork: Fork): void {
  const price = context() + EFFECTIVE_GAS_PRICE
  const priority = context() + PRIORITY_PRICE
  u256.copy(price, transaction + TX_MAX_FEE)
  u256.copy(priority, price)
  if (!hasBaseFee(fork)) return
  u256.sub(priority, price, BLOCK_BASE_FEE)
  if (u256.lt(transaction + TX_PRIORITY_FEE, priority)) u256.copy(priority, transaction + TX_PRIORITY_FEE)
  u256.add(price, BLOCK_BASE_FEE, priority)
}

function buyGas(fork: Fork): void {
  priceGas(fork)
  const cost = context() + SPARE
  u256.setU64(cost, load<u64>(transaction, TX_GAS_LIMIT))
  u256.mul(cost, cost, context() + EFFECTIVE_GAS_PRICE)
  debit(sender, cost)
  const blobs = load<u32>(transaction, TX_BLOBS)
  if (!blobs) return
  u256.setU64(cost, <u64>blobs * BLOB_GAS)
  u256.mul(cost, cost, BLOCK_BLOB_BASE_FEE)
  debit(sender, cost)
}

/** EIP-2929, 2930, 3651: what is warm from the start. */
function warm(fork: Fork): void {
  mark(sender, WARM)
  if (load<u32>(transaction, TX_HAS_TO)) mark(accountAt(transaction + TX_TO), WARM)
  if (warmsCoinbase(fork)) mark(accountAt(BLOCK_COINBASE), WARM)
  let at = <usize>load<u32>(transaction, TX_ACCESS_LIST)
  for (let left = load<u32>(transaction, TX_ACCESS_ADDRESSES); left > 0; left--) {
    const account = accountAt(at)
    mark(account, WARM)
    let keys = load<u32>(at, ACCESS_ENTRY_KEYS)
    at += ACCESS_ENTRY_SIZE
    for (; keys > 0; keys--) {
      warmSlot(slotAt(account, at))
      at += 32
    }
  }
}

/** The lowest frame, or the status that the transaction ends with when nothing has to run. */
function prepare(gas: i64, fork: Fork): void {
  const lowest = frames
  // The frame below the lowest does not exist; it lends its place in memory.
  setFrame(lowest)
  store<u32>(lowest, <u32>evmMemory, MEMORY_BASE)
  store<u32>(lowest, 0, MEMORY_SIZE)
  markState(lowest)
  store<u32>(lowest, 0, FLAGS)
  store<u32>(lowest, 0, DEPTH)
  store<u32>(lowest, 0, OUTPUT_OFFSET)
  store<u32>(lowest, 0, OUTPUT_SIZE)
  store<i64>(lowest, gas, GAS)
  store<i64>(lowest, gas, FIRST_GAS)
  u256.copy(lowest + CALLER, transaction + TX_SENDER)
  u256.copy(lowest + VALUE, transaction + TX_VALUE)
  if (load<u32>(transaction, TX_HAS_TO)) prepareCall(lowest, gas, fork)
  else prepareCreation(lowest, gas, fork)
}

function prepareCall(lowest: usize, gas: i64, fork: Fork): void {
  const to = transaction + TX_TO
  const account = accountAt(to)
  u256.copy(lowest + ADDRESS, to)
  store<u32>(lowest, <u32>account, ACCOUNT)
  store<u32>(lowest, load<u32>(transaction, TX_DATA), INPUT)
  store<u32>(lowest, load<u32>(transaction, TX_DATA_SIZE), INPUT_SIZE)
  if (!isCharged() && u256.lt(balanceOf(sender), transaction + TX_VALUE)) {
    immediate = Status.InsufficientBalance
    return
  }
  debit(sender, transaction + TX_VALUE)
  credit(account, transaction + TX_VALUE)
  const precompile = precompileOf(to, fork)
  if (precompile) {
    const succeeded = callPrecompile(precompile, fork, lowest, evmMemory)
    if (!succeeded) undoState(lowest)
    immediate = succeeded ? Status.Return : Status.PrecompileFailure
    return
  }
  let code = loadedCode(account)
  if (hasDelegations(fork) && isDelegation(code)) {
    const delegate = accountAt(code + CODE_TARGET)
    mark(delegate, WARM)
    code = loadedCode(delegate)
  }
  if (code) enterCode(lowest, code, stackTop, gas)
  else immediate = Status.Stop
}

function prepareCreation(lowest: usize, gas: i64, fork: Fork): void {
  createAddress(lowest + ADDRESS, transaction + TX_SENDER, transactionNonce)
  if (!isCharged() && u256.lt(balanceOf(sender), transaction + TX_VALUE)) {
    immediate = Status.InsufficientBalance
    return
  }
  const created = accountAt(lowest + ADDRESS)
  mark(created, WARM)
  if (isTaken(created)) {
    store<i64>(lowest, 0, GAS)
    immediate = Status.CreateCollision
    return
  }
  beginCreation(lowest, created, sender, transaction + TX_VALUE, fork)
  enterInitcode(lowest, load<u32>(transaction, TX_DATA), load<u32>(transaction, TX_DATA_SIZE), stackTop, gas)
}
