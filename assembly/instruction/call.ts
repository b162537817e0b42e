import {
  CALL_NEW_ACCOUNT_COST,
  CALL_STIPEND,
  CALL_VALUE_COST,
  COLD_ACCOUNT_COST,
  MAX_CALL_DEPTH,
  WARM_ACCESS_COST,
} from '../fork/costs'
import { Fork } from '../fork/fork'
import { hasDelegations, keepsSixtyFourth, removesEmptyAccounts } from '../fork/rules'
import { depth, enterCode, markState, nextFrame, undoState } from '../interpreter/call-stack'
import {
  ACCOUNT,
  ADDRESS,
  CALLER,
  DEPTH,
  FLAGS,
  frame,
  GAS,
  INPUT,
  INPUT_SIZE,
  isStatic,
  MEMORY_BASE,
  MEMORY_SIZE,
  OUTPUT_OFFSET,
  OUTPUT_SIZE,
  self,
  SP,
  STATIC,
  VALUE,
} from '../interpreter/frame'
import { charge, halt, OUT_OF_GAS } from '../interpreter/gas'
import { memoryBase, reach } from '../interpreter/memory'
import { clearReturnData, deliver, setReturnDataSize } from '../interpreter/return-data'
import { isTraced, reportCost } from '../interpreter/trace'
import { precompileOutputSize, runPrecompile } from '../precompile/call'
import { OVER_LIMIT, Precompile } from '../precompile/precompile'
import { evmMemoryEnd, returnData, returnDataCapacity } from '../runtime/arena'
import { setBigScratch } from '../runtime/scratch'
import { coldAccountCost, precompileOf } from '../state/access-list'
import { accountAt, balanceOf, credit, debit, exists, has, isEmpty, keepTouched, mark, WARM } from '../state/account'
import { fail } from '../state/limit'
import { Op } from '../opcode/op'
import { Status } from '../status'
import * as u256 from '../u256'
import { CODE_TARGET, isDelegation } from '../version/code'
import { loadedCode } from './environment'

/** The gas that a call may hand on, or negative when it asks for more than there is and the fork does not forgive that. */
function forwardedGas(requested: usize, gas: i64, fork: Fork): i64 {
  const fits = u256.fitsU64(requested) && load<i64>(requested) >= 0
  if (!keepsSixtyFourth(fork)) return fits && load<i64>(requested) <= gas ? load<i64>(requested) : OUT_OF_GAS
  const most = gas - gas / 64
  return fits ? min(load<i64>(requested), most) : most
}

/** EIP-7702: the code behind a delegation, one step and no further; naming the delegate costs as much as calling it. */
function delegateCost(target: usize, fork: Fork): i64 {
  if (has(target, WARM) || precompileOf(target, fork)) return WARM_ACCESS_COST
  mark(target, WARM)
  return COLD_ACCOUNT_COST
}

/** Runs a precompile on the input that the prepared frame names; true if it succeeded. Its gas stays in the frame. */
export function callPrecompile(id: u32, fork: Fork, child: usize, freeMemory: usize): bool {
  setBigScratch(freeMemory, <u32>(evmMemoryEnd - freeMemory))
  const left = runPrecompile(
    id,
    fork,
    load<u32>(child, INPUT),
    load<u32>(child, INPUT_SIZE),
    load<i64>(child, GAS),
    returnData,
    returnDataCapacity,
  )
  if (left == OVER_LIMIT) fail(Status.MemoryLimit)
  setReturnDataSize(left < 0 ? 0 : precompileOutputSize)
  store<i64>(child, left < 0 ? 0 : left, GAS)
  return left >= 0
}

/**
 * CALL, CALLCODE, DELEGATECALL, STATICCALL. Stack: gas, address, value (the first two only), input offset and length, output
 * offset and length. Either the answer is on the stack when this returns, or a new frame is the running one.
 */
export function call(op: u32, sp: usize, gas: i64, fork: Fork): i64 {
  // STACK
  const carriesValue = op == Op.CALL || op == Op.CALLCODE
  const value = sp + 64
  const input = carriesValue ? sp + 96 : sp + 64
  const answer = input + 96
  const sendsValue = carriesValue && !u256.isZero(value)
  if (op == Op.CALL && sendsValue && isStatic()) return halt(Status.WriteProtection)

  // GAS
  gas = reach(gas, input, input + 32)
  if (gas >= 0) gas = reach(gas, input + 64, input + 96)
  if (gas < 0) return gas
  const named = accountAt(sp + 32)
  gas = charge(gas, coldAccountCost(named, fork))
  if (gas < 0) return gas
  if (sendsValue) gas = charge(gas, CALL_VALUE_COST)
  if (op == Op.CALL && gas >= 0) {
    const isNew = removesEmptyAccounts(fork) ? sendsValue && isEmpty(named) : !exists(named)
    if (isNew) gas = charge(gas, CALL_NEW_ACCOUNT_COST)
  }
  if (gas < 0) return gas
  let code = loadedCode(named)
  if (hasDelegations(fork) && isDelegation(code)) {
    const delegate = accountAt(code + CODE_TARGET)
    gas = charge(gas, delegateCost(delegate, fork))
    if (gas < 0) return gas
    code = loadedCode(delegate)
  }
  let handed = forwardedGas(sp, gas, fork)
  if (handed < 0 || handed > gas) return OUT_OF_GAS
  gas -= handed
  if (isTraced()) reportCost(gas)
  if (sendsValue) handed += CALL_STIPEND

  // OPERATION
  clearReturnData()
  store<u32>(frame, <u32>answer, SP)
  if (depth() >= MAX_CALL_DEPTH || (sendsValue && u256.lt(balanceOf(self()), value))) {
    u256.zero(answer)
    return gas + handed
  }
  const child = nextFrame()
  markState(child)
  const base = memoryBase()
  const inputSize = load<u32>(input, 32)
  // A length of zero leaves the offset unchecked, and precompiles copy their input.
  store<u32>(child, <u32>(base + (inputSize ? <usize>load<u32>(input) : 0)), INPUT)
  store<u32>(child, inputSize, INPUT_SIZE)
  store<u32>(child, load<u32>(input, 64), OUTPUT_OFFSET)
  store<u32>(child, load<u32>(input, 96), OUTPUT_SIZE)
  store<u32>(child, load<u32>(frame, FLAGS) & STATIC, FLAGS)
  store<u32>(child, depth() + 1, DEPTH)
  store<i64>(child, handed, GAS)
  u256.copy(child + CALLER, frame + ADDRESS)
  u256.copy(child + ADDRESS, frame + ADDRESS)
  store<u32>(child, <u32>self(), ACCOUNT)
  switch (op) {
    case Op.CALL:
    case Op.STATICCALL: {
      if (op == Op.STATICCALL) {
        store<u32>(child, STATIC, FLAGS)
        u256.zero(child + VALUE)
        credit(named, child + VALUE)
      } else {
        u256.copy(child + VALUE, value)
        debit(self(), value)
        credit(named, value)
      }
      u256.zero(child + ADDRESS)
      store<u64>(child, load<u64>(sp, 32), ADDRESS)
      store<u64>(child, load<u64>(sp, 40), ADDRESS + 8)
      store<u32>(child, load<u32>(sp, 48), ADDRESS + 16)
      store<u32>(child, <u32>named, ACCOUNT)
      break
    }
    case Op.CALLCODE: {
      u256.copy(child + VALUE, value)
      break
    }
    default: {
      u256.copy(child + CALLER, frame + CALLER)
      u256.copy(child + VALUE, frame + VALUE)
    }
  }

  const precompile = precompileOf(sp + 32, fork)
  if (precompile == Precompile.Ripemd160 && !sendsValue && (op == Op.CALL || op == Op.STATICCALL)) keepTouched(named)
  if (precompile) {
    const succeeded = callPrecompile(precompile, fork, child, base + load<u32>(frame, MEMORY_SIZE))
    if (!succeeded) undoState(child)
    deliver(base, load<u32>(child, OUTPUT_OFFSET), load<u32>(child, OUTPUT_SIZE))
    u256.setU64(answer, succeeded ? 1 : 0)
    return gas + load<i64>(child, GAS)
  }
  if (!code) {
    u256.setU64(answer, 1)
    return gas + handed
  }
  store<i64>(frame, gas, GAS)
  enterCode(child, code, answer, handed)
  return gas
}
