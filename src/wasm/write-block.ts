import type { BlockEnvironment } from '../types/block.js'
import type { Message } from '../types/transaction.js'
import { layout } from './layout.js'
import type { Words } from './words.js'

const PARIS = 13
const MAX_U64 = (1n << 64n) - 1n

export function writeEnvironment(words: Words, environment: BlockEnvironment): void {
  const { view } = words
  view.setUint32(layout.BLOCK_FORK, environment.fork, true)
  view.setUint32(layout.BLOCK_MAX_BLOBS, environment.maxBlobs, true)
  words.setU64(layout.BLOCK_GAS_LIMIT, environment.gasLimit > MAX_U64 ? MAX_U64 : environment.gasLimit)
  words.setU64(layout.BLOCK_GAS_USED, 0n)
  words.setU32(layout.BLOCK_BLOBS_USED, 0)
  words.setWord(layout.BLOCK_NUMBER, environment.number)
  words.setWord(layout.BLOCK_TIMESTAMP, environment.timestamp)
  words.setWord(layout.BLOCK_GAS_CEILING, environment.gasLimit)
  words.setWord(layout.BLOCK_BASE_FEE, environment.baseFee)
  words.setWord(layout.BLOCK_BLOB_BASE_FEE, environment.blobBaseFee)
  words.setWord(layout.BLOCK_CHAIN_ID, environment.chainId)
  words.setWordBytes(layout.BLOCK_COINBASE, environment.coinbase)
  if (environment.fork >= PARIS) words.setWordBytes(layout.BLOCK_RANDOMNESS, environment.prevRandao)
  else words.setWord(layout.BLOCK_RANDOMNESS, environment.difficulty)
  words.bytes.fill(0, layout.BLOCK_HASH_LOADED, layout.BLOCK_HASH_LOADED + 256)
}

/** The bytes that `writeMessage` needs. */
export function messageSize(message: Message): number {
  let size = layout.TX_SIZE + padded(message.data.length)
  for (const { storageKeys } of message.accessList) size += layout.ACCESS_ENTRY_SIZE + 32 * storageKeys.length
  return size + 32 * message.blobVersionedHashes.length + layout.AUTHORIZATION_SIZE * message.authorizations.length
}

function padded(length: number): number {
  return (length + 31) & ~31
}

/** Writes a transaction as assembly/layout.ts draws it (TX_*), with everything that it points to behind it. */
export function writeMessage(words: Words, at: number, message: Message, flags: number): void {
  const { bytes } = words
  bytes.fill(0, at, at + layout.TX_SIZE)
  words.setU32(at + layout.TX_TYPE, message.type)
  words.setU32(at + layout.TX_FLAGS, flags)
  words.setU64(at + layout.TX_GAS_LIMIT, message.gasLimit)
  words.setU64(at + layout.TX_NONCE, message.nonce)
  words.setWordBytes(at + layout.TX_SENDER, message.sender)
  if (message.to !== undefined) {
    words.setU32(at + layout.TX_HAS_TO, 1)
    words.setWordBytes(at + layout.TX_TO, message.to)
  }
  words.setWord(at + layout.TX_VALUE, message.value)
  words.setWord(at + layout.TX_MAX_FEE, message.maxFeePerGas)
  words.setWord(at + layout.TX_PRIORITY_FEE, message.maxPriorityFeePerGas)
  words.setWord(at + layout.TX_MAX_BLOB_FEE, message.maxFeePerBlobGas)

  let next = at + layout.TX_SIZE
  words.setU32(at + layout.TX_DATA, next)
  words.setU32(at + layout.TX_DATA_SIZE, message.data.length)
  bytes.set(message.data, next)
  next = writeAccessList(words, at, next + padded(message.data.length), message)
  words.setU32(at + layout.TX_BLOB_HASHES, next)
  words.setU32(at + layout.TX_BLOBS, message.blobVersionedHashes.length)
  for (const hash of message.blobVersionedHashes) {
    bytes.set(hash, next)
    next += 32
  }
  writeAuthorizations(words, at, next, message)
}

function writeAccessList(words: Words, at: number, start: number, { accessList }: Message): number {
  let next = start
  let keys = 0
  words.setU32(at + layout.TX_ACCESS_LIST, next)
  for (const { address, storageKeys } of accessList) {
    words.setWordBytes(next, address)
    words.setU32(next + 24, storageKeys.length)
    next += layout.ACCESS_ENTRY_SIZE
    keys += storageKeys.length
    for (const key of storageKeys) {
      words.setWordBytes(next, key)
      next += 32
    }
  }
  words.setU32(at + layout.TX_ACCESS_ADDRESSES, accessList.length)
  words.setU32(at + layout.TX_ACCESS_KEYS, keys)
  return next
}

function writeAuthorizations(words: Words, at: number, start: number, { authorizations }: Message): void {
  let next = start
  words.setU32(at + layout.TX_AUTHORIZATIONS, next)
  words.setU32(at + layout.TX_AUTHORIZATION_COUNT, authorizations.length)
  for (const { chainId, address, nonce, authority } of authorizations) {
    words.setWord(next + layout.AUTHORIZATION_CHAIN_ID, chainId)
    words.setWordBytes(next + layout.AUTHORIZATION_ADDRESS, address)
    words.setWordBytes(next + layout.AUTHORIZATION_AUTHORITY, authority ?? new Uint8Array(20))
    words.setU64(next + layout.AUTHORIZATION_NONCE, nonce)
    words.setU32(next + layout.AUTHORIZATION_VALID, authority === undefined ? 0 : 1)
    next += layout.AUTHORIZATION_SIZE
  }
}
