import { randomFillSync } from 'node:crypto'
import { ResourceLimitError } from '../errors.js'

export interface TableShape {
  /** A record begins with its key. */
  keyWords: number
  /** Even, so that 64-bit fields stay aligned. */
  recordWords: number
}

/** Words of the longest key. */
const LONGEST_KEY = 9
const SECRET_WORDS = 2 + 4 * LONGEST_KEY
const HEADER = 8
const CAPACITY = 0
const COUNT = 1

/** Of a whole state: all its tables hash with the same one. */
export function createSecret(): SharedArrayBuffer {
  const secret = allocateShared(SECRET_WORDS * 4)
  randomFillSync(new Uint8Array(secret))
  return secret
}

export function allocateShared(bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(bytes)
  } catch (cause) {
    const message = `State: expected ${bytes} more bytes of shared memory, got none`
    throw new ResourceLimitError('MemoryLimit', message, { bytes }, cause)
  }
}

/**
 * Two sums of 16-bit digits times secret words. In each, the upper 17 of 32 bits are pairwise independent for any two keys
 * whatever they are, so that no list of colliding keys can be made without the secret; a chain of xor and multiply with a
 * secret only at its start has such lists (flips of upper bits that the next word undoes).
 */
export function hashWords(secret: Int32Array, key: Int32Array, at: number, length: number): number {
  let a = secret[0]!
  let b = secret[1]!
  for (let i = 0, s = 2; i < length; i++, s += 4) {
    const word = key[at + i]!
    const low = word & 0xffff
    const high = word >>> 16
    a = (a + Math.imul(low, secret[s]!) + Math.imul(high, secret[s + 1]!)) | 0
    b = (b + Math.imul(low, secret[s + 2]!) + Math.imul(high, secret[s + 3]!)) | 0
  }
  return (a & 0xffff_8000) | (b >>> 17)
}

/**
 * A hash table in a SharedArrayBuffer of a fixed size: one thread inserts, every thread may look up while it does not.
 * Records stand in the order of their insertion and keep their number. In 32-bit words:
 *
 *   0        header     log2 of the places · records in use
 *   8        index      places × { record + 1, or 0 for none · hash }
 *   …        records    places / 2 × { key · fields }
 */
export class SharedTable {
  readonly buffer: SharedArrayBuffer
  readonly words: Int32Array
  readonly bytes: Uint8Array
  readonly longs: BigUint64Array
  readonly #shape: TableShape
  readonly #keyWords: number
  readonly #recordWords: number
  readonly #records: number
  readonly #mask: number
  readonly #shift: number
  readonly #secret: Int32Array

  /** A table that is already in `buffer`. */
  constructor(shape: TableShape, secret: Int32Array, buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.words = new Int32Array(buffer)
    this.bytes = new Uint8Array(buffer)
    this.longs = new BigUint64Array(buffer)
    this.#shape = shape
    this.#keyWords = shape.keyWords
    this.#recordWords = shape.recordWords
    this.#secret = secret
    const log2 = this.words[CAPACITY]!
    const places = 2 ** log2
    this.#records = HEADER + 2 * places
    this.#mask = places - 1
    this.#shift = 32 - log2
  }

  /** An empty table with room for `records`. */
  static create(shape: TableShape, secret: Int32Array, records: number): SharedTable {
    const log2 = Math.ceil(Math.log2(Math.max(records, 8))) + 1
    if (log2 > 31) {
      const message = `State: expected at most ${2 ** 30} records in a table, got ${records}`
      throw new ResourceLimitError('MemoryLimit', message, { records })
    }
    const places = 2 ** log2
    const buffer = allocateShared(4 * (HEADER + 2 * places + (places / 2) * shape.recordWords))
    new Int32Array(buffer, 0, HEADER)[CAPACITY] = log2
    return new SharedTable(shape, secret, buffer)
  }

  get count(): number {
    return this.words[COUNT]!
  }

  get isFull(): boolean {
    return 2 * this.words[COUNT]! > this.#mask
  }

  /** Where in `words` a record begins. */
  at(record: number): number {
    return this.#records + record * this.#recordWords
  }

  /** Where the record with the key that stands at `from` most probably begins, or -1: found without a look at the record. */
  likely(key: Int32Array, from: number): number {
    const hash = hashWords(this.#secret, key, from, this.#keyWords)
    const entry = HEADER + 2 * (hash >>> this.#shift)
    const record = this.words[entry]! - 1
    return record < 0 || this.words[entry + 1] !== hash ? -1 : this.at(record)
  }

  /** The number of the record with the key that stands at the beginning of `key`, or -1. */
  find(key: Int32Array): number {
    const { words } = this
    const hash = hashWords(this.#secret, key, 0, this.#keyWords)
    let place = hash >>> this.#shift
    // Ends: at most half of the places are taken.
    for (;;) {
      const entry = HEADER + 2 * place
      const record = words[entry]! - 1
      if (record < 0) return -1
      if (words[entry + 1] === hash && this.#hasKey(this.#records + record * this.#recordWords, key)) return record
      place = (place + 1) & this.#mask
    }
  }

  #hasKey(at: number, key: Int32Array): boolean {
    const { words } = this
    const length = this.#keyWords
    for (let i = 0; i < length; i++) if (words[at + i] !== key[i]) return false
    return true
  }

  /**
   * Adds a record that begins with `length` words of `source`, the key at least, and goes on with zeros; returns its
   * number. Its key is not there yet, and the table is not full.
   */
  insert(source: Int32Array, from: number, length: number): number {
    const { words } = this
    if (this.isFull) throw new Error('BUG: a record for a full table')
    const record = words[COUNT]!
    const at = this.at(record)
    for (let i = 0; i < length; i++) words[at + i] = source[from + i]!
    const hash = hashWords(this.#secret, words, at, this.#keyWords)
    let place = hash >>> this.#shift
    // Ends: at most half of the places are taken.
    while (words[HEADER + 2 * place] !== 0) place = (place + 1) & this.#mask
    words[HEADER + 2 * place] = record + 1
    words[HEADER + 2 * place + 1] = hash
    words[COUNT] = record + 1
    return record
  }

  /** With the same records under the same numbers; pages that no record has reached stay untouched. */
  copy(): SharedTable {
    const buffer = allocateShared(this.buffer.byteLength)
    new Int32Array(buffer).set(this.words.subarray(0, this.at(this.count)))
    return new SharedTable(this.#shape, this.#secret, buffer)
  }

  /** Empty, for twice as many records as `kept`: growing, or dropping what is dead, then costs the same for each insertion. */
  successor(kept: number): SharedTable {
    return SharedTable.create(this.#shape, this.#secret, 2 * kept)
  }
}
