import { hexToBytes } from '../codec/hex.js'
import { InputError } from '../errors.js'
import { askAccount } from '../state/check-answer.js'
import type { StateBackend } from '../types/state.js'
import type { AccessListEntry, Message } from '../types/transaction.js'

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

/** Turns drafts into messages, counting nonces where they are left out. */
export function draftMessages(drafts: readonly DraftTransaction[], backend: StateBackend): Message[] {
  const nonces = new Map<string, bigint>()
  return drafts.map((draft, index) => {
    const field = (name: string) => `transactions[${index}].${name}`
    const sender = hexToBytes(draft.from, field('from'), 20)
    const key = draft.from.toLowerCase()
    const nonce = draft.nonce ?? nonces.get(key) ?? askAccount(backend, sender)?.nonce ?? 0n
    nonces.set(key, nonce + 1n)
    const maxFeePerGas = draft.maxFeePerGas ?? draft.gasPrice
    if (maxFeePerGas === undefined) {
      throw new InputError('MissingField', `${field('gasPrice')}: expected it or maxFeePerGas, got neither`)
    }
    const message: Message = {
      type: typeOf(draft),
      sender,
      nonce,
      gasLimit: draft.gasLimit,
      value: draft.value ?? 0n,
      data: dataOf(draft.data, field('data')),
      maxFeePerGas,
      maxPriorityFeePerGas: draft.maxPriorityFeePerGas ?? maxFeePerGas,
      accessList: accessListOf(draft.accessList, field('accessList')),
      maxFeePerBlobGas: draft.maxFeePerBlobGas ?? 0n,
      blobVersionedHashes:
        draft.blobVersionedHashes?.map((hash) => hexToBytes(hash, field('blobVersionedHashes'), 32)) ?? NONE,
      authorizations: NONE,
    }
    if (draft.to !== undefined) message.to = hexToBytes(draft.to, field('to'), 20)
    return message
  })
}

/** What `draftMessages` will ask a state for. */
export function* nonceQuestions(drafts: readonly DraftTransaction[], backend: StateBackend): Generator<() => unknown> {
  for (const [index, draft] of drafts.entries()) {
    if (draft.nonce !== undefined) continue
    const sender = hexToBytes(draft.from, `transactions[${index}].from`, 20)
    yield () => askAccount(backend, sender)
  }
}

function typeOf(draft: DraftTransaction): Message['type'] {
  if (draft.blobVersionedHashes !== undefined) return 3
  if (draft.maxFeePerGas !== undefined) return 2
  return draft.accessList === undefined ? 0 : 1
}

function accessListOf(list: DraftTransaction['accessList'], field: string): AccessListEntry[] {
  if (list === undefined) return NONE
  return list.map(({ address, storageKeys }) => ({
    address: hexToBytes(address, field, 20),
    storageKeys: storageKeys.map((storageKey) => hexToBytes(storageKey, field, 32)),
  }))
}

function dataOf(data: Hex | Uint8Array | undefined, field: string): Uint8Array {
  if (data === undefined) return EMPTY
  return typeof data === 'string' ? hexToBytes(data, field) : data
}
