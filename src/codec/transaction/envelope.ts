import type { AccessListEntry, Authorization, Transaction } from '../../types/transaction.js'
import { EMPTY_BYTES } from '../bytes.js'
import { keccak256 } from '../keccak.js'
import { encodeRlp, type RlpInput } from '../rlp.js'

type WithoutSignature<T> = T extends unknown ? Omit<T, 'v' | 'r' | 's'> : never

export type UnsignedTransaction = WithoutSignature<Transaction>

function accessListToRlp(accessList: readonly AccessListEntry[]): RlpInput {
  return accessList.map((entry) => [entry.address, entry.storageKeys])
}

function authorizationsToRlp(authorizations: readonly Authorization[]): RlpInput {
  return authorizations.map(({ chainId, address, nonce, yParity, r, s }) => [chainId, address, nonce, yParity, r, s])
}

/** Every field but the signature, in the order of the encoding. */
export function unsignedFields(transaction: UnsignedTransaction): RlpInput[] {
  const { nonce, gasLimit, to = EMPTY_BYTES, value, data } = transaction
  switch (transaction.type) {
    case 0:
      return [nonce, transaction.gasPrice, gasLimit, to, value, data]
    case 1: {
      const { chainId, gasPrice, accessList } = transaction
      return [chainId, nonce, gasPrice, gasLimit, to, value, data, accessListToRlp(accessList)]
    }
    default: {
      const { chainId, maxPriorityFeePerGas, maxFeePerGas, accessList } = transaction
      const fields = [chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit, to, value, data]
      const shared = [...fields, accessListToRlp(accessList)]
      if (transaction.type === 3) shared.push(transaction.maxFeePerBlobGas, transaction.blobVersionedHashes)
      if (transaction.type === 4) shared.push(authorizationsToRlp(transaction.authorizationList))
      return shared
    }
  }
}

/** A typed transaction is its type before the list, a legacy one the list alone. */
export function encodeEnvelope(type: number, fields: readonly RlpInput[]): Uint8Array {
  const list = encodeRlp(fields)
  if (type === 0) return list
  const envelope = new Uint8Array(list.length + 1)
  envelope[0] = type
  envelope.set(list, 1)
  return envelope
}

export function encodeTransaction(transaction: Transaction): Uint8Array {
  const { type, v, r, s } = transaction
  return encodeEnvelope(type, [...unsignedFields(transaction), v, r, s])
}

export function transactionHash(transaction: Transaction): Uint8Array {
  return keccak256(encodeTransaction(transaction))
}
