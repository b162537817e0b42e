import type { BlockEnvironment } from '../types/block.js'
import type { Message } from '../types/transaction.js'
import { layout } from './layout.js'
import type { Words } from './words.js'

// Named one by one: a constant of the module is a constant to the optimiser, a property of `layout` is a look-up.
const {
  ACCESS_ENTRY_KEYS,
  ACCESS_ENTRY_SIZE,
  AUTHORIZATION_ADDRESS,
  AUTHORIZATION_AUTHORITY,
  AUTHORIZATION_CHAIN_ID,
  AUTHORIZATION_NONCE,
  AUTHORIZATION_SIZE,
  AUTHORIZATION_VALID,
  BLOCK_BASE_FEE,
  BLOCK_BLOBS_USED,
  BLOCK_BLOB_BASE_FEE,
  BLOCK_CHAIN_ID,
  BLOCK_COINBASE,
  BLOCK_FORK,
  BLOCK_GAS_CEILING,
  BLOCK_GAS_LIMIT,
  BLOCK_GAS_USED,
  BLOCK_HASH_LOADED,
  BLOCK_MAX_BLOBS,
  BLOCK_NUMBER,
  BLOCK_RANDOMNESS,
  BLOCK_TIMESTAMP,
  FLAG_NEXT_NONCE,
  TX_ACCESS_ADDRESSES,
  TX_ACCESS_KEYS,
  TX_ACCESS_LIST,
  TX_AUTHORIZATIONS,
  TX_AUTHORIZATION_COUNT,
  TX_BLOBS,
  TX_BLOB_HASHES,
  TX_DATA,
  TX_DATA_SIZE,
  TX_FLAGS,
  TX_GAS_LIMIT,
  TX_HAS_TO,
  TX_MAX_BLOB_FEE,
  TX_MAX_FEE,
  TX_NONCE,
  TX_PRIORITY_FEE,
  TX_SENDER,
  TX_SIZE,
  TX_TO,
  TX_TYPE,
  TX_VALUE,
} = layout

const NOBODY = new Uint8Array(0)
const PARIS = 13
const MAX_U64 = (1n << 64n) - 1n

export function writeEnvironment(words: Words, environment: BlockEnvironment): void {
  words.setU32(BLOCK_FORK, environment.fork)
  words.setU32(BLOCK_MAX_BLOBS, environment.maxBlobs)
  words.setU64(BLOCK_GAS_LIMIT, environment.gasLimit > MAX_U64 ? MAX_U64 : environment.gasLimit)
  words.setU64(BLOCK_GAS_USED, 0n)
  words.setU32(BLOCK_BLOBS_USED, 0)
  words.setWord(BLOCK_NUMBER, environment.number)
  words.setWord(BLOCK_TIMESTAMP, environment.timestamp)
  words.setWord(BLOCK_GAS_CEILING, environment.gasLimit)
  words.setWord(BLOCK_BASE_FEE, environment.baseFee)
  words.setWord(BLOCK_BLOB_BASE_FEE, environment.blobBaseFee)
  words.setWord(BLOCK_CHAIN_ID, environment.chainId)
  words.setWordBytes(BLOCK_COINBASE, environment.coinbase)
  if (environment.fork >= PARIS) words.setWordBytes(BLOCK_RANDOMNESS, environment.prevRandao)
  else words.setWord(BLOCK_RANDOMNESS, environment.difficulty)
  words.bytes.fill(0, BLOCK_HASH_LOADED, BLOCK_HASH_LOADED + 256)
}

/** The bytes that a message takes beside others. */
export function messageRoom(message: Message): number {
  return (messageSize(message) + 31) & ~31
}

/** The bytes that `writeMessage` needs. */
export function messageSize(message: Message): number {
  let size = TX_SIZE + padded(message.data.length)
  for (const { storageKeys } of message.accessList) size += ACCESS_ENTRY_SIZE + 32 * storageKeys.length
  return size + 32 * message.blobVersionedHashes.length + AUTHORIZATION_SIZE * message.authorizations.length
}

function padded(length: number): number {
  return (length + 31) & ~31
}

/** Writes a transaction as assembly/layout.ts draws it (TX_*), with everything that it points to behind it. */
export function writeMessage(words: Words, at: number, message: Message, flags: number): void {
  words.setU32(at + TX_TYPE, message.type)
  words.setU32(at + TX_FLAGS, message.nonce === undefined ? flags | FLAG_NEXT_NONCE : flags)
  // What is more than the core can count is refused there.
  words.setU64(at + TX_GAS_LIMIT, message.gasLimit > MAX_U64 ? MAX_U64 : message.gasLimit)
  words.setU64(at + TX_NONCE, message.nonce ?? 0n)
  words.setU32(at + TX_HAS_TO, message.to === undefined ? 0 : 1)
  words.setWordBytes(at + TX_SENDER, message.sender)
  words.setWordBytes(at + TX_TO, message.to ?? NOBODY)
  words.setWord(at + TX_VALUE, message.value)
  words.setWord(at + TX_MAX_FEE, message.maxFeePerGas)
  words.setWord(at + TX_PRIORITY_FEE, message.maxPriorityFeePerGas)
  words.setWord(at + TX_MAX_BLOB_FEE, message.maxFeePerBlobGas)

  let next = at + TX_SIZE
  words.setU32(at + TX_DATA, next)
  words.setU32(at + TX_DATA_SIZE, message.data.length)
  words.write(next, message.data)
  next = writeAccessList(words, at, next + padded(message.data.length), message)
  words.setU32(at + TX_BLOB_HASHES, next)
  words.setU32(at + TX_BLOBS, message.blobVersionedHashes.length)
  for (const hash of message.blobVersionedHashes) {
    words.write(next, hash)
    next += 32
  }
  writeAuthorizations(words, at, next, message)
}

function writeAccessList(words: Words, at: number, start: number, { accessList }: Message): number {
  let next = start
  let keys = 0
  words.setU32(at + TX_ACCESS_LIST, next)
  for (const { address, storageKeys } of accessList) {
    words.setWordBytes(next, address)
    words.setU32(next + ACCESS_ENTRY_KEYS, storageKeys.length)
    next += ACCESS_ENTRY_SIZE
    keys += storageKeys.length
    for (const key of storageKeys) {
      words.setWordBytes(next, key)
      next += 32
    }
  }
  words.setU32(at + TX_ACCESS_ADDRESSES, accessList.length)
  words.setU32(at + TX_ACCESS_KEYS, keys)
  return next
}

function writeAuthorizations(words: Words, at: number, start: number, { authorizations }: Message): void {
  let next = start
  words.setU32(at + TX_AUTHORIZATIONS, next)
  words.setU32(at + TX_AUTHORIZATION_COUNT, authorizations.length)
  for (const { chainId, address, nonce, authority } of authorizations) {
    words.setWord(next + AUTHORIZATION_CHAIN_ID, chainId)
    words.setWordBytes(next + AUTHORIZATION_ADDRESS, address)
    words.setWordBytes(next + AUTHORIZATION_AUTHORITY, authority ?? NOBODY)
    words.setU64(next + AUTHORIZATION_NONCE, nonce)
    words.setU32(next + AUTHORIZATION_VALID, authority === undefined ? 0 : 1)
    next += AUTHORIZATION_SIZE
  }
}
