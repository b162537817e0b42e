import { BLOB_GAS, MAX_INITCODE_SIZE, MAX_TRANSACTION_GAS } from '../fork/costs'
import { Fork } from '../fork/fork'
import {
  capsTransactionGas,
  hasAccessLists,
  hasBaseFee,
  hasBlobs,
  hasCalldataFloor,
  hasDelegations,
  limitsInitcode,
  maxBlobsPerTransaction,
} from '../fork/rules'
import { loadedCode } from '../instruction/environment'
import {
  BLOCK_BASE_FEE,
  BLOCK_BLOB_BASE_FEE,
  BLOCK_BLOBS_USED,
  BLOCK_GAS_LIMIT,
  BLOCK_GAS_USED,
  BLOCK_MAX_BLOBS,
  TX_AUTHORIZATION_COUNT,
  TX_BLOB_HASHES,
  TX_BLOBS,
  TX_DATA_SIZE,
  TX_GAS_LIMIT,
  TX_HAS_TO,
  TX_MAX_BLOB_FEE,
  TX_MAX_FEE,
  TX_PRIORITY_FEE,
  TX_TYPE,
  TX_VALUE,
} from '../layout'
import { balanceOf, nonceOf } from '../state/account'
import { Status } from '../status'
import * as u256 from '../u256'
import { isDelegation } from '../version/code'
import { isSpeculative } from '../version/write-set'
import { context, SPARE, SPARE_2, transactionNonce } from './context'
import { floorGas, intrinsicGas } from './intrinsic-gas'

const BLOB_VERSION: u8 = 1

/** Whether the transaction may be in this block at all: Status.Running, or the rule that it breaks. */
export function validate(transaction: usize, sender: usize, fork: Fork): Status {
  // Gas is counted with a sign, and no header allows more than that holds.
  if (load<i64>(transaction, TX_GAS_LIMIT) < 0) return Status.BlockGasLimit
  let status = validateType(transaction, fork)
  if (status == Status.Running) status = validateSender(sender)
  if (status == Status.Running) status = validateFees(transaction, fork)
  if (status == Status.Running && load<u32>(transaction, TX_TYPE) == 3) status = validateBlobs(transaction, fork)
  if (status == Status.Running && load<u32>(transaction, TX_TYPE) == 4) status = validateAuthorizations(transaction)
  if (status == Status.Running) status = validateGas(transaction, fork)
  if (status == Status.Running) status = validateFunds(transaction, sender)
  if (status == Status.Running) status = validateBlockRoom(transaction)
  return status
}

function validateType(transaction: usize, fork: Fork): Status {
  switch (load<u32>(transaction, TX_TYPE)) {
    case 0:
      return Status.Running
    case 1:
      return hasAccessLists(fork) ? Status.Running : Status.TypeNotSupported
    case 2:
      return hasBaseFee(fork) ? Status.Running : Status.TypeNotSupported
    case 3:
      return hasBlobs(fork) ? Status.Running : Status.TypeNotSupported
    case 4:
      return hasDelegations(fork) ? Status.Running : Status.TypeNotSupported
    default:
      return Status.TypeNotSupported
  }
}

/** EIP-3607 was written down late but held for every block; EIP-7702 lets a delegated account send. */
function validateSender(sender: usize): Status {
  const expected = nonceOf(sender)
  if (transactionNonce < expected) return Status.NonceTooLow
  if (transactionNonce > expected) return Status.NonceTooHigh
  if (transactionNonce == u64.MAX_VALUE) return Status.NonceMax
  const code = loadedCode(sender)
  return code && !isDelegation(code) ? Status.SenderNotExternal : Status.Running
}

function validateFees(transaction: usize, fork: Fork): Status {
  if (!hasBaseFee(fork)) return Status.Running
  if (u256.lt(transaction + TX_MAX_FEE, transaction + TX_PRIORITY_FEE)) return Status.PriorityAboveMaxFee
  if (u256.lt(transaction + TX_MAX_FEE, BLOCK_BASE_FEE)) return Status.FeeBelowBaseFee
  return Status.Running
}

function validateBlobs(transaction: usize, fork: Fork): Status {
  const blobs = load<u32>(transaction, TX_BLOBS)
  if (!load<u32>(transaction, TX_HAS_TO)) return Status.BlobCreate
  if (!blobs) return Status.BlobsMissing
  const most = load<u32>(BLOCK_MAX_BLOBS)
  if (blobs > maxBlobsPerTransaction(fork, most)) return Status.BlobsTooMany
  const hashes = <usize>load<u32>(transaction, TX_BLOB_HASHES)
  for (let i: u32 = 0; i < blobs; i++) {
    if (load<u8>(hashes + ((<usize>i) << 5)) != BLOB_VERSION) return Status.BlobVersion
  }
  if (u256.lt(transaction + TX_MAX_BLOB_FEE, BLOCK_BLOB_BASE_FEE)) return Status.BlobFeeTooLow
  return Status.Running
}

function validateAuthorizations(transaction: usize): Status {
  if (!load<u32>(transaction, TX_HAS_TO)) return Status.AuthorizationCreate
  return load<u32>(transaction, TX_AUTHORIZATION_COUNT) ? Status.Running : Status.AuthorizationsMissing
}

function validateGas(transaction: usize, fork: Fork): Status {
  const limit = load<u64>(transaction, TX_GAS_LIMIT)
  if (capsTransactionGas(fork) && limit > MAX_TRANSACTION_GAS) return Status.GasLimitCap
  if (!load<u32>(transaction, TX_HAS_TO) && limitsInitcode(fork)) {
    if (load<u32>(transaction, TX_DATA_SIZE) > MAX_INITCODE_SIZE) return Status.CreateInitcodeTooLarge
  }
  if (limit < <u64>intrinsicGas(transaction, fork)) return Status.IntrinsicGas
  if (hasCalldataFloor(fork) && limit < <u64>floorGas(transaction)) return Status.FloorGas
  return Status.Running
}

/** Adds `a` × `b` to the word at `sum`; false when that does not fit in 256 bits. */
function addProduct(sum: usize, a: usize, b: usize): bool {
  const product = context() + SPARE_2
  u256.mulWide(product, a, b)
  if (!u256.isZero(product + 32)) return false
  u256.add(sum, sum, product)
  return !u256.lt(sum, product)
}

/** The sender must own what the transaction could cost at most, not only what it will. */
function validateFunds(transaction: usize, sender: usize): Status {
  const sum = context() + SPARE
  const factor = context() + SPARE + 32
  u256.copy(sum, transaction + TX_VALUE)
  u256.setU64(factor, load<u64>(transaction, TX_GAS_LIMIT))
  if (!addProduct(sum, factor, transaction + TX_MAX_FEE)) return Status.InsufficientFunds
  if (load<u32>(transaction, TX_BLOBS)) {
    u256.setU64(factor, <u64>load<u32>(transaction, TX_BLOBS) * BLOB_GAS)
    if (!addProduct(sum, factor, transaction + TX_MAX_BLOB_FEE)) return Status.InsufficientFunds
  }
  return u256.lt(balanceOf(sender), sum) ? Status.InsufficientFunds : Status.Running
}

/** What the block has left. In a parallel run that is known only at commit, and checked there. */
function validateBlockRoom(transaction: usize): Status {
  if (isSpeculative()) return Status.Running
  const room = load<u64>(BLOCK_GAS_LIMIT) - load<u64>(BLOCK_GAS_USED)
  if (load<u64>(transaction, TX_GAS_LIMIT) > room) return Status.BlockGasLimit
  const blobs = load<u32>(transaction, TX_BLOBS)
  return blobs && load<u32>(BLOCK_BLOBS_USED) + blobs > load<u32>(BLOCK_MAX_BLOBS)
    ? Status.BlobsTooMany
    : Status.Running
}
