import type { AccountDiff, StateDiff } from '../types/state.js'
import { equalBytes } from './bytes.js'
import { KECCAK_EMPTY } from './keccak.js'

/** A change of an account in bytes, as assembly/change.ts draws it; where a number stands, and by its index among those of its size. */
export const Change = {
  nonce64: 4,
  balance64: 5,
  codeHash: 72,
  flags32: 26,
  slotCount32: 27,
  size: 112,
  slotValue: 32,
  slotSize: 64,
  exists: 1,
  storageCleared: 2,
  hasCode: 4,
  codeIsNew: 8,
  continues: 16,
} as const

/** The most bytes that stand in one piece. */
export const CHUNK: number = 1 << 17

const LIMB = 2n ** 64n - 1n

/**
 * What a block changed, as the core tells it: a few arrays of bytes in place of some objects for each account, which V8 would have to
 * look at, move and sweep, with threads that take cores from those that execute the next block.
 */
export class PackedDiff {
  /** Whole changes, one behind the other, each piece of at most CHUNK bytes and from the beginning of a buffer on. */
  readonly chunks: readonly Uint8Array[]
  /** Of the changes that have a new one, in their order. */
  readonly codes: readonly Uint8Array[]
  #diff: StateDiff | undefined

  constructor(chunks: readonly Uint8Array[], codes: readonly Uint8Array[]) {
    this.chunks = chunks
    this.codes = codes
  }

  /** Of changes whose fields have the right sizes. */
  static of(diff: StateDiff): PackedDiff {
    const size = diff.reduce((sum, { slots }) => sum + Change.size + slots.length * Change.slotSize, 0)
    return new PackedDiff(
      [...packChanges(diff, Math.min(size, CHUNK))],
      diff.flatMap(({ exists, code }) => (exists && code !== undefined ? [code] : [])),
    )
  }

  /** The same as objects, made when they are first asked for; of bytes that no thread can share. */
  toDiff(): StateDiff {
    this.#diff ??= [...new PackedDiff(this.chunks.map(copyBytes), this.codes).accounts()]
    return this.#diff
  }

  /** One after the other. Their bytes are parts of the chunks. */
  *accounts(): Generator<AccountDiff> {
    let codes = 0
    let account: AccountDiff | undefined
    for (const chunk of this.chunks) {
      const words = new Uint32Array(chunk.buffer)
      const longs = new BigUint64Array(chunk.buffer)
      for (let at = 0; at < chunk.length; at = endOf(words, at)) {
        const flags = words[at / 4 + Change.flags32]!
        if ((flags & Change.continues) === 0 || account === undefined) {
          if (account !== undefined) yield account
          account = unpackAccount(chunk, at, flags, longs)
          if ((flags & Change.codeIsNew) !== 0) account.code = this.codes[codes++]!
        }
        unpackSlots(chunk, at + Change.size, endOf(words, at), account.slots)
      }
    }
    if (account !== undefined) yield account
  }
}

/** On a buffer of its own, of the usual kind. */
function copyBytes(bytes: Uint8Array): Uint8Array {
  return bytes.slice()
}

/** Where the next change begins. */
export function endOf(words: Uint32Array, at: number): number {
  return at + Change.size + words[at / 4 + Change.slotCount32]! * Change.slotSize
}

function unpackAccount(chunk: Uint8Array, at: number, flags: number, longs: BigUint64Array): AccountDiff {
  const balance = at / 8 + Change.balance64
  const codeHash = at + Change.codeHash
  return {
    address: chunk.subarray(at, at + 20),
    exists: (flags & Change.exists) !== 0,
    nonce: longs[at / 8 + Change.nonce64]!,
    balance: joinLimbs(longs[balance]!, longs[balance + 1]!, longs[balance + 2]!, longs[balance + 3]!),
    codeHash: (flags & Change.hasCode) === 0 ? KECCAK_EMPTY : chunk.subarray(codeHash, codeHash + 32),
    storageCleared: (flags & Change.storageCleared) !== 0,
    slots: [],
  }
}

function unpackSlots(chunk: Uint8Array, from: number, until: number, slots: AccountDiff['slots']): void {
  for (let at = from; at < until; at += Change.slotSize) {
    const value = at + Change.slotValue
    slots.push([chunk.subarray(at, at + 32), chunk.subarray(value, value + 32)])
  }
}

function joinLimbs(first: bigint, second: bigint, third: bigint, fourth: bigint): bigint {
  // Each step of the sum is a number of its own, and few are as long.
  if ((third | fourth) === 0n) return second === 0n ? first : (second << 64n) | first
  return (fourth << 192n) | (third << 128n) | (second << 64n) | first
}

/** Changes in bytes, without codes, chunk by chunk. A chunk has room for an account and a slot at least. */
export function* packChanges(changes: Iterable<AccountDiff>, size: number = CHUNK): Generator<Uint8Array> {
  const chunk = new Chunk(size)
  for (const given of changes) {
    const change = given.exists ? given : { ...NOTHING, address: given.address }
    const { slots } = change
    let slot = 0
    do {
      if (!chunk.hasRoom(slot < slots.length)) yield chunk.take()
      slot = chunk.write(change, slot)
    } while (slot < slots.length)
  }
  if (chunk.size > 0) yield chunk.take()
}

/** An account that is gone has no other fields, whatever it is told to have. */
const NOTHING: Omit<AccountDiff, 'address'> = {
  exists: false,
  nonce: 0n,
  balance: 0n,
  codeHash: KECCAK_EMPTY,
  storageCleared: true,
  slots: [],
}

/** One that is filled again and again. */
class Chunk {
  size = 0
  readonly #bytes: Uint8Array
  readonly #words: Uint32Array
  readonly #longs: BigUint64Array

  constructor(room: number) {
    this.#bytes = new Uint8Array(room)
    this.#words = new Uint32Array(this.#bytes.buffer)
    this.#longs = new BigUint64Array(this.#bytes.buffer)
  }

  hasRoom(hasSlots: boolean): boolean {
    return this.size + Change.size + (hasSlots ? Change.slotSize : 0) <= this.#bytes.length
  }

  /** What has been written. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.size)
    this.size = 0
    return taken
  }

  /** Writes the account, and of its slots from `first` on as many as there is room for; gives the first for which there was none. */
  write(change: AccountDiff, first: number): number {
    const account = this.size
    const end = this.#writeAccount(account, change, first > 0)
    const count = Math.min(change.slots.length - first, Math.floor((this.#bytes.length - end) / Change.slotSize))
    let at = end
    for (let index = first; index < first + count; index++, at += Change.slotSize) {
      const [key, value] = change.slots[index]!
      this.#write(at, key, 32)
      this.#write(at + Change.slotValue, value, 32)
    }
    this.#words[account / 4 + Change.slotCount32] = count
    this.size = at
    return first + count
  }

  #writeAccount(at: number, change: AccountDiff, continues: boolean): number {
    const { address, exists, nonce, balance, code, codeHash, storageCleared } = change
    const longs = this.#longs
    this.#write(at, address, 20)
    longs[at / 8 + Change.nonce64] = nonce
    const first = at / 8 + Change.balance64
    // An array takes the low 64 bits of what it is given.
    const isLong = balance > LIMB
    longs[first] = balance
    longs[first + 1] = isLong ? balance >> 64n : 0n
    longs[first + 2] = isLong ? balance >> 128n : 0n
    longs[first + 3] = isLong ? balance >> 192n : 0n
    const hasCode = codeHash !== KECCAK_EMPTY && !equalBytes(codeHash, KECCAK_EMPTY)
    if (hasCode) this.#write(at + Change.codeHash, codeHash, 32)
    const begins = (storageCleared ? Change.storageCleared : 0) | (code === undefined ? 0 : Change.codeIsNew)
    this.#words[at / 4 + Change.flags32] =
      (exists ? Change.exists : 0) | (hasCode ? Change.hasCode : 0) | (continues ? Change.continues : begins)
    return at + Change.size
  }

  /** For a few bytes a loop beats `set`. */
  #write(at: number, from: Uint8Array, length: number): void {
    const bytes = this.#bytes
    for (let i = 0; i < length; i++) bytes[at + i] = from[i]!
  }
}
