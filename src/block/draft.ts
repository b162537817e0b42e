import { type FieldName, hexIntoBytes, hexToBytes } from '../codec/hex.js'
import { InputError } from '../errors.js'
import type { AccessListEntry, Message, MessageSource } from '../types/transaction.js'

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

/** Which of them is being read. */
let current = 0
/** Named when something is wrong with it. */
const field = (name: string): FieldName => ({ toString: () => `transactions[${current}].${name}` })
const FIELDS = {
  from: field('from'),
  to: field('to'),
  data: field('data'),
  gasPrice: field('gasPrice'),
  accessList: field('accessList'),
  blobVersionedHashes: field('blobVersionedHashes'),
}

/** What is lent: the same message each time. */
const LENT = emptyMessage()
const LENT_TO = new Uint8Array(20)

/** Drafts as messages. */
export class DraftSource implements MessageSource {
  /** See BlockMessages. */
  static readonly kept: DraftSource = new DraftSource([])

  readonly #drafts: readonly DraftTransaction[]

  constructor(drafts: readonly DraftTransaction[]) {
    this.#drafts = drafts
  }

  get count(): number {
    return this.#drafts.length
  }

  read(index: number): Message {
    current = index
    return readDraft(this.#drafts[index]!, emptyMessage(), new Uint8Array(20))
  }

  lend(index: number): Message {
    current = index
    return readDraft(this.#drafts[index]!, LENT, LENT_TO)
  }
}

function emptyMessage(): Message {
  return {
    type: 0,
    sender: new Uint8Array(20),
    nonce: undefined,
    gasLimit: 0n,
    to: undefined,
    value: 0n,
    data: EMPTY,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    accessList: NONE,
    maxFeePerBlobGas: 0n,
    blobVersionedHashes: NONE,
    authorizations: NONE,
  }
}

/** Into a message, and the recipient into `to`. */
function readDraft(draft: DraftTransaction, message: Message, to: Uint8Array): Message {
  const maxFeePerGas = draft.maxFeePerGas ?? draft.gasPrice
  hexIntoBytes(draft.from, FIELDS.from, message.sender)
  if (maxFeePerGas === undefined) {
    throw new InputError('MissingField', `${FIELDS.gasPrice}: expected it or maxFeePerGas, got neither`)
  }
  message.type = typeOf(draft)
  message.nonce = draft.nonce
  message.gasLimit = draft.gasLimit
  message.to = draft.to === undefined ? undefined : hexIntoBytes(draft.to, FIELDS.to, to)
  message.value = draft.value ?? 0n
  message.data = dataOf(draft.data)
  message.maxFeePerGas = maxFeePerGas
  message.maxPriorityFeePerGas = draft.maxPriorityFeePerGas ?? maxFeePerGas
  message.accessList = accessListOf(draft.accessList)
  message.maxFeePerBlobGas = draft.maxFeePerBlobGas ?? 0n
  message.blobVersionedHashes =
    draft.blobVersionedHashes?.map((hash) => hexToBytes(hash, FIELDS.blobVersionedHashes, 32)) ?? NONE
  return message
}

function typeOf(draft: DraftTransaction): Message['type'] {
  if (draft.blobVersionedHashes !== undefined) return 3
  if (draft.maxFeePerGas !== undefined) return 2
  return draft.accessList === undefined ? 0 : 1
}

function accessListOf(list: DraftTransaction['accessList']): AccessListEntry[] {
  if (list === undefined) return NONE
  return list.map(({ address, storageKeys }) => ({
    address: hexToBytes(address, FIELDS.accessList, 20),
    storageKeys: storageKeys.map((storageKey) => hexToBytes(storageKey, FIELDS.accessList, 32)),
  }))
}

function dataOf(data: Hex | Uint8Array | undefined): Uint8Array {
  if (data === undefined) return EMPTY
  return typeof data === 'string' ? hexToBytes(data, FIELDS.data) : data
}
