import { type FieldName, hexToBytes } from '../codec/hex.js'
import { InputError } from '../errors.js'
import type { AccessListEntry, Message } from '../types/transaction.js'
import type { TransactionSource } from './read.js'

export type Hex = `0x${string}`

/** A transaction as an embedder writes it: its sender named instead of signed for. */
export interface DraftTransaction {
  from: Hex
  to?: Hex
  /** Without one: the sender's next. */
  nonce?: bigint
  gasLimit: bigint
  value?: bigint
  data?: Hex | Uint8Array
  /** For a transaction of type 0 or 1. */
  gasPrice?: bigint
  maxFeePerGas?: bigint
  maxPriorityFeePerGas?: bigint
  accessList?: { address: Hex; storageKeys: Hex[] }[]
  maxFeePerBlobGas?: bigint
  blobVersionedHashes?: Hex[]
}

const EMPTY = new Uint8Array(0)
/** Most have none: one for all of them is one that stays in the caches. */
const NONE: never[] = []

/** Drafts as messages. */
export function draftSource(drafts: readonly DraftTransaction[]): TransactionSource {
  let index = 0
  const field = (name: string): FieldName => ({ toString: () => `transactions[${index}].${name}` })
  const fields = {
    from: field('from'),
    to: field('to'),
    data: field('data'),
    gasPrice: field('gasPrice'),
    accessList: field('accessList'),
    blobVersionedHashes: field('blobVersionedHashes'),
  }
  const read = (at: number) => {
    index = at
    const draft = drafts[at]!
    const sender = hexToBytes(draft.from, fields.from, 20)
    const maxFeePerGas = draft.maxFeePerGas ?? draft.gasPrice
    if (maxFeePerGas === undefined) {
      throw new InputError('MissingField', `${fields.gasPrice}: expected it or maxFeePerGas, got neither`)
    }
    const message: Message = {
      type: typeOf(draft),
      sender,
      gasLimit: draft.gasLimit,
      value: draft.value ?? 0n,
      data: dataOf(draft.data, fields.data),
      maxFeePerGas,
      maxPriorityFeePerGas: draft.maxPriorityFeePerGas ?? maxFeePerGas,
      accessList: accessListOf(draft.accessList, fields.accessList),
      maxFeePerBlobGas: draft.maxFeePerBlobGas ?? 0n,
      blobVersionedHashes:
        draft.blobVersionedHashes?.map((hash) => hexToBytes(hash, fields.blobVersionedHashes, 32)) ?? NONE,
      authorizations: NONE,
    }
    if (draft.nonce !== undefined) message.nonce = draft.nonce
    if (draft.to !== undefined) message.to = hexToBytes(draft.to, fields.to, 20)
    return message
  }
  return { count: drafts.length, read }
}

function typeOf(draft: DraftTransaction): Message['type'] {
  if (draft.blobVersionedHashes !== undefined) return 3
  if (draft.maxFeePerGas !== undefined) return 2
  return draft.accessList === undefined ? 0 : 1
}

function accessListOf(list: DraftTransaction['accessList'], field: FieldName): AccessListEntry[] {
  if (list === undefined) return NONE
  return list.map(({ address, storageKeys }) => ({
    address: hexToBytes(address, field, 20),
    storageKeys: storageKeys.map((storageKey) => hexToBytes(storageKey, field, 32)),
  }))
}

function dataOf(data: Hex | Uint8Array | undefined, field: FieldName): Uint8Array {
  if (data === undefined) return EMPTY
  return typeof data === 'string' ? hexToBytes(data, field) : data
}
