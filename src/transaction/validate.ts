import { InvalidTransactionError } from '../errors.js'
import { Fork, forkName } from '../types/fork.js'
import type { Transaction } from '../types/transaction.js'
import { floorGas, intrinsicGas } from './intrinsic-gas.js'

/** The fork from which on each type may be in a block. */
const TYPE_SINCE: readonly Fork[] = [Fork.Frontier, Fork.Berlin, Fork.London, Fork.Cancun, Fork.Prague]

const MAX_NONCE = 2n ** 64n - 1n
const MAX_INITCODE_SIZE = 49_152
const GAS_LIMIT_CAP = 1n << 24n

function refuse(code: string, field: string, expected: string, got: unknown): never {
  throw new InvalidTransactionError(code, `${field}: expected ${expected}, got ${got}`, { field, expected, got })
}

export function requireSupportedType(type: number, fork: Fork): void {
  const since = TYPE_SINCE[type]
  if (since === undefined || fork < since) refuse('TypeNotSupported', 'type', `one of ${forkName(fork)}`, type)
}

/**
 * What can be said of a transaction without block and state; the codes are the names that `Status` gives the same rules.
 * Executing one checks all of it again, inside the core.
 */
export function validateTransaction(transaction: Transaction, fork: Fork): void {
  requireSupportedType(transaction.type, fork)
  const { nonce, gasLimit, data } = transaction
  const isCreate = transaction.to === undefined
  const isPriced = transaction.type === 0 || transaction.type === 1
  const price = isPriced ? transaction.gasPrice : transaction.maxFeePerGas
  if (nonce === MAX_NONCE) refuse('NonceMax', 'nonce', 'less than 2^64 - 1', nonce)
  if (!isPriced && transaction.maxPriorityFeePerGas > price) {
    refuse('PriorityAboveMaxFee', 'maxPriorityFeePerGas', `at most ${price}`, transaction.maxPriorityFeePerGas)
  }
  if ((gasLimit * price) >> 256n !== 0n)
    refuse('CostOverflow', 'gasLimit', 'a price below 2^256 for all of it', gasLimit)
  if (isCreate && fork >= Fork.Shanghai && data.length > MAX_INITCODE_SIZE) {
    refuse('CreateInitcodeTooLarge', 'data', `at most ${MAX_INITCODE_SIZE} bytes`, data.length)
  }
  if (fork >= Fork.Osaka && gasLimit > GAS_LIMIT_CAP)
    refuse('GasLimitCap', 'gasLimit', `at most ${GAS_LIMIT_CAP}`, gasLimit)
  if (transaction.type === 3) {
    if (isCreate) refuse('BlobCreate', 'to', 'an address', 'none')
    if (transaction.blobVersionedHashes.length === 0)
      refuse('BlobsMissing', 'blobVersionedHashes', 'at least one', 'none')
    for (const hash of transaction.blobVersionedHashes) {
      if (hash[0] !== 1) refuse('BlobVersion', 'blobVersionedHashes', 'version 1', hash[0])
    }
  }
  if (transaction.type === 4) {
    if (isCreate) refuse('AuthorizationCreate', 'to', 'an address', 'none')
    if (transaction.authorizationList.length === 0) {
      refuse('AuthorizationsMissing', 'authorizationList', 'at least one', 'none')
    }
  }
  const intrinsic = intrinsicGas(transaction, fork)
  if (gasLimit < intrinsic) refuse('IntrinsicGas', 'gasLimit', `at least ${intrinsic}`, gasLimit)
  const floor = floorGas(transaction, fork)
  if (gasLimit < floor) refuse('FloorGas', 'gasLimit', `at least ${floor}`, gasLimit)
}
