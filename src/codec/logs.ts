import type { Log } from '../types/transaction.js'
import { keccak256, keccak256Range } from './keccak.js'
import { Pieces } from './pieces.js'
import { encodeRlp, type RlpInput } from './rlp.js'

export const BLOOM_SIZE = 256

const hash: Uint8Array = new Uint8Array(32)

/** Addresses and topics that were last hashed, each where its last byte says: tokens and kinds of events come again and again. */
const RECENT = 256
const recent: Uint8Array = new Uint8Array(RECENT * 32)
const recentSizes: Uint8Array = new Uint8Array(RECENT)
/** Their bits: three of eleven. */
const recentBits: Uint16Array = new Uint16Array(RECENT * 3)

function isRecent(value: Uint8Array, place: number): boolean {
  if (recentSizes[place] !== value.length) return false
  const start = place * 32
  for (let i = 0; i < value.length; i++) if (recent[start + i] !== value[i]) return false
  return true
}

/** Each of the first three pairs of bytes of the hash names a bit, counted from the end, by its low eleven bits. */
function hashBits(value: Uint8Array, place: number): void {
  keccak256Range(value, 0, value.length, hash, 0)
  for (let i = 0; i < 3; i++) recentBits[place * 3 + i] = ((hash[2 * i]! & 0x07) << 8) | hash[2 * i + 1]!
  recentSizes[place] = value.length
  for (let i = 0; i < value.length; i++) recent[place * 32 + i] = value[i]!
}

/** An address or a topic. */
function addToBloom(bloom: Uint8Array, value: Uint8Array): void {
  const place = value[value.length - 1]!
  if (!isRecent(value, place)) hashBits(value, place)
  for (let i = 0; i < 3; i++) {
    const bit = recentBits[place * 3 + i]!
    const at = BLOOM_SIZE - 1 - (bit >> 3)
    bloom[at] = bloom[at]! | (1 << (bit & 7))
  }
}

/** That of all receipts without logs: nobody writes to it. */
const NO_BLOOM: Uint8Array = new Uint8Array(BLOOM_SIZE)

export function logsBloom(logs: readonly Log[], pieces: Pieces = new Pieces()): Uint8Array {
  if (logs.length === 0) return NO_BLOOM
  const bloom = pieces.take(BLOOM_SIZE)
  for (const log of logs) {
    addToBloom(bloom, log.address)
    for (const topic of log.topics) addToBloom(bloom, topic)
  }
  return bloom
}

/** Adds every bit of `bloom` to `target`. */
export function mergeBloom(target: Uint8Array, bloom: Uint8Array): void {
  if (bloom === NO_BLOOM) return
  for (let i = 0; i < BLOOM_SIZE; i++) target[i] = target[i]! | bloom[i]!
}

/** Logs in the form that receipts and the logs hash contain. */
export function logsToRlp(logs: readonly Log[]): RlpInput {
  return logs.map((log) => [log.address, log.topics, log.data])
}

export function logsHash(logs: readonly Log[]): Uint8Array {
  return keccak256(encodeRlp(logsToRlp(logs)))
}
