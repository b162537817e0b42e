import type { AccessListEntry, Message, RecoveredAuthorization } from '../types/transaction.js'
import { layout } from './layout.js'
import type { Words } from './words.js'

const ADDRESS = 20
const HASH = 32

/** A message as `writeMessage` has written it, but that a gas limit beyond what the core can count has become the largest it can. */
export function readMessage(words: Words, at: number): Message {
  const takesNextNonce = (words.u32(at + layout.TX_FLAGS) & layout.FLAG_NEXT_NONCE) !== 0
  return {
    type: readType(words, at),
    sender: words.wordBytes(at + layout.TX_SENDER, ADDRESS),
    nonce: takesNextNonce ? undefined : words.u64(at + layout.TX_NONCE),
    gasLimit: words.u64(at + layout.TX_GAS_LIMIT),
    to: words.u32(at + layout.TX_HAS_TO) === 0 ? undefined : words.wordBytes(at + layout.TX_TO, ADDRESS),
    value: words.word(at + layout.TX_VALUE),
    data: words.copy(words.u32(at + layout.TX_DATA), words.u32(at + layout.TX_DATA_SIZE)),
    maxFeePerGas: words.word(at + layout.TX_MAX_FEE),
    maxPriorityFeePerGas: words.word(at + layout.TX_PRIORITY_FEE),
    accessList: readAccessList(words, at),
    maxFeePerBlobGas: words.word(at + layout.TX_MAX_BLOB_FEE),
    blobVersionedHashes: readBlobHashes(words, at),
    authorizations: readAuthorizations(words, at),
  }
}

export function readType(words: Words, at: number): Message['type'] {
  return words.u32(at + layout.TX_TYPE) as Message['type']
}

function readAccessList(words: Words, at: number): AccessListEntry[] {
  const entries: AccessListEntry[] = []
  let next = words.u32(at + layout.TX_ACCESS_LIST)
  const count = words.u32(at + layout.TX_ACCESS_ADDRESSES)
  for (let entry = 0; entry < count; entry++) {
    const address = words.wordBytes(next, ADDRESS)
    const keys = words.u32(next + layout.ACCESS_ENTRY_KEYS)
    next += layout.ACCESS_ENTRY_SIZE
    const first = next
    next += keys * HASH
    const storageKeys = Array.from({ length: keys }, (_, key) => words.wordBytes(first + key * HASH, HASH))
    entries.push({ address, storageKeys })
  }
  return entries
}

function readBlobHashes(words: Words, at: number): Uint8Array[] {
  const first = words.u32(at + layout.TX_BLOB_HASHES)
  return Array.from({ length: words.u32(at + layout.TX_BLOBS) }, (_, blob) => words.copy(first + blob * HASH, HASH))
}

function readAuthorizations(words: Words, at: number): RecoveredAuthorization[] {
  const first = words.u32(at + layout.TX_AUTHORIZATIONS)
  return Array.from({ length: words.u32(at + layout.TX_AUTHORIZATION_COUNT) }, (_, index) => {
    const place = first + index * layout.AUTHORIZATION_SIZE
    const recovered: RecoveredAuthorization = {
      chainId: words.word(place + layout.AUTHORIZATION_CHAIN_ID),
      address: words.wordBytes(place + layout.AUTHORIZATION_ADDRESS, ADDRESS),
      nonce: words.u64(place + layout.AUTHORIZATION_NONCE),
    }
    if (words.u32(place + layout.AUTHORIZATION_VALID) !== 0) {
      recovered.authority = words.wordBytes(place + layout.AUTHORIZATION_AUTHORITY, ADDRESS)
    }
    return recovered
  })
}
