import { InvalidTransactionError, ResourceLimitError } from '../errors.js'
import { Status, type StatusName, statusName } from '../types/status.js'
import type { Message } from '../types/transaction.js'

/** What the sender's account was when the transaction was refused. */
export interface SenderState {
  nonce: bigint
  balance: bigint
}

type Sentence = (message: Message, sender: SenderState) => string

/** What each rule expected, and got. */
const SENTENCES: Partial<Record<StatusName, Sentence>> = {
  TypeNotSupported: ({ type }) => `expected a type that the fork has, got ${type}`,
  NonceTooLow: ({ nonce }, sender) => `expected the nonce ${sender.nonce}, got the lower ${nonce}`,
  NonceTooHigh: ({ nonce }, sender) => `expected the nonce ${sender.nonce}, got the higher ${nonce}`,
  NonceMax: (_, sender) => `expected a nonce below 2^64 - 1, got ${sender.nonce}`,
  InsufficientFunds: ({ gasLimit, value }, sender) =>
    `expected a balance that covers the value ${value} and ${gasLimit} gas at its highest price, got ${sender.balance}`,
  IntrinsicGas: ({ gasLimit }) => `expected a gas limit that covers the intrinsic gas, got ${gasLimit}`,
  FloorGas: ({ gasLimit }) => `expected a gas limit that covers the calldata floor, got ${gasLimit}`,
  BlockGasLimit: ({ gasLimit }) => `expected a gas limit within what the block has left, got ${gasLimit}`,
  GasLimitCap: ({ gasLimit }) => `expected a gas limit of at most 16777216, got ${gasLimit}`,
  FeeBelowBaseFee: ({ maxFeePerGas }) => `expected a fee cap of at least the base fee, got ${maxFeePerGas}`,
  PriorityAboveMaxFee: ({ maxPriorityFeePerGas, maxFeePerGas }) =>
    `expected a priority fee of at most the fee cap ${maxFeePerGas}, got ${maxPriorityFeePerGas}`,
  SenderNotExternal: () => 'expected a sender without code, got a contract',
  CreateInitcodeTooLarge: ({ data }) => `expected initcode of at most 49152 bytes, got ${data.length}`,
  BlobsMissing: () => 'expected at least one blob, got none',
  BlobsTooMany: ({ blobVersionedHashes }) =>
    `expected no more blobs than there is room for, got ${blobVersionedHashes.length}`,
  BlobVersion: () => 'expected blob hashes of version 1, got another version',
  BlobCreate: () => 'expected a blob transaction to have a recipient, got a creation',
  BlobFeeTooLow: ({ maxFeePerBlobGas }) =>
    `expected a blob fee cap of at least the blob base fee, got ${maxFeePerBlobGas}`,
  AuthorizationsMissing: () => 'expected at least one authorization, got none',
  AuthorizationCreate: () => 'expected a set-code transaction to have a recipient, got a creation',
}

const LIMITS: Partial<Record<StatusName, string>> = {
  MemoryLimit: 'the arena of its worker: give the machine more memory',
  LocationLimit: 'the state pages: raise the number of locations',
  HeapLimit: 'the shared heap: give the machine more memory',
}

/** The error for a limit of the engine that `what` met. */
export function limitError(what: string, status: number): ResourceLimitError | undefined {
  const name = statusName(status)
  const limit = LIMITS[name]
  if (limit === undefined) return undefined
  return new ResourceLimitError(name, `${what}: expected to fit, got more than ${limit}`, { status })
}

/** The error for a status from 0x40 on. */
export function refusal(status: number, message: Message, sender: SenderState): Error {
  const limit = limitError('Transaction', status)
  if (limit !== undefined) return limit
  const name = statusName(status)
  const sentence = SENTENCES[name]
  if (sentence === undefined) return new Error(`BUG: a transaction ended with status ${name}`)
  return new InvalidTransactionError(name, `Transaction: ${sentence(message, sender)}`, { status, sender })
}

export function isRefusal(status: number): boolean {
  return status >= Status.TypeNotSupported
}
