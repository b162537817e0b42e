import type { Log } from '../types/transaction.js'
import { keccak256, keccak256Range } from './keccak.js'
import { encodeRlp, type RlpInput } from './rlp.js'

export const BLOOM_SIZE = 256

const hash: Uint8Array = new Uint8Array(32)

/** Each of the first three pairs of bytes of the hash names a bit, counted from the end, by its low eleven bits. */
function addToBloom(bloom: Uint8Array, value: Uint8Array): void {
  keccak256Range(value, 0, value.length, hash, 0)
  for (let i = 0; i < 6; i += 2) {
    const bit = ((hash[i]! & 0x07) << 8) | hash[i + 1]!
    const at = BLOOM_SIZE - 1 - (bit >> 3)
    bloom[at] = bloom[at]! | (1 << (bit & 7))
  }
}

/** That of all receipts without logs: nobody writes to it. */
const NO_BLOOM: Uint8Array = new Uint8Array(BLOOM_SIZE)

/** Writes to `bloom`, which is empty so far, if there is anything to write. */
export function logsBloom(logs: readonly Log[], bloom: () => Uint8Array = newBloom): Uint8Array {
  if (logs.length === 0) return NO_BLOOM
  const filled = bloom()
  for (const log of logs) {
    addToBloom(filled, log.address)
    for (const topic of log.topics) addToBloom(filled, topic)
  }
  return filled
}

function newBloom(): Uint8Array {
  return new Uint8Array(BLOOM_SIZE)
}

const BLOOMS = 64

/** Empty blooms from larger pieces: each as an array of its own costs the garbage collector more than what is done with it. */
export class Blooms {
  #piece = new Uint8Array(0)
  #used = 0
  readonly next = (): Uint8Array => {
    if (this.#used === this.#piece.length) {
      this.#piece = new Uint8Array(BLOOMS * BLOOM_SIZE)
      this.#used = 0
    }
    this.#used += BLOOM_SIZE
    return this.#piece.subarray(this.#used - BLOOM_SIZE, this.#used)
  }
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
