import type { AccountDiff, StateDiff } from '../types/state.js'
import { layout } from './layout.js'
import { EMPTY_CODE_HASH, readCode, readDiff } from './read-result.js'
import type { Words } from './words.js'

const {
  BALANCE,
  CODE,
  ENTRY_CELL,
  ENTRY_CHAIN,
  ENTRY_LOCATION,
  FIELDS,
  KEY,
  LIFE,
  LIFE_EXISTS,
  LIFE_GENERATION,
  LOCATIONS,
  LOCATION_COUNT,
  LOCATION_SIZE,
  NONCE,
  OWNER,
  TASK_CHAIN,
} = layout

/** An account as of the transactions that were read so far. */
interface Fields {
  exists: boolean
  generation: number
  nonce: bigint
  balance: bigint
  /** A pointer to its record. */
  code: number
}

/** What one transaction wrote of an account. */
interface Written {
  slots: AccountDiff['slots']
  storageCleared: boolean
  codeIsNew: boolean
}

/**
 * What a block whose tasks ran in parallel changed before its transactions, and then by each of them. To be read when all are
 * committed and before the block is closed: until then locations have the values from before it.
 */
export function* readChanges(words: Words, tasks: Iterable<number>): Generator<StateDiff> {
  yield readDiff(words)
  const state = new ReplayedState(words)
  for (const task of tasks) yield state.replay(task)
}

class ReplayedState {
  readonly #words: Words
  readonly #accounts = new Map<number, Fields>()
  /** By location: which field of its account it is, or FIELDS for a slot. */
  readonly #kinds: Uint8Array

  constructor(words: Words) {
    this.#words = words
    this.#kinds = new Uint8Array(words.u32(LOCATION_COUNT)).fill(FIELDS)
    for (let location = FIELDS; location < this.#kinds.length; ) {
      const isSlot = words.u32(this.#record(location) + OWNER) !== 0
      if (!isSlot) for (let field = 0; field < FIELDS; field++) this.#kinds[location + field] = field
      location += isSlot ? 1 : FIELDS
    }
  }

  /** Applies a task's write set, and tells what it changed. */
  replay(task: number): StateDiff {
    const words = this.#words
    const accounts = new Map<number, Written>()
    const writtenTo = (account: number): Written => {
      let written = accounts.get(account)
      if (written === undefined) {
        written = { slots: [], storageCleared: false, codeIsNew: false }
        accounts.set(account, written)
      }
      return written
    }
    // Ends: an entry is on one chain, once.
    for (let entry = words.u32(task + TASK_CHAIN); entry !== 0; entry = words.u32(entry + ENTRY_CHAIN)) {
      const cell = words.u32(entry + ENTRY_CELL)
      if (cell === 0) continue
      const location = words.u32(entry + ENTRY_LOCATION)
      const kind = this.#kinds[location]!
      if (kind === FIELDS) {
        const slot = this.#record(location)
        writtenTo(words.u32(slot + OWNER)).slots.push([words.wordBytes(slot + KEY, 32), words.wordBytes(cell, 32)])
      } else {
        this.#writeField(location - kind, kind, cell, writtenTo(location - kind))
      }
    }
    return Array.from(accounts, ([account, written]) => this.#describe(account, written))
  }

  #writeField(account: number, kind: number, cell: number, written: Written): void {
    const words = this.#words
    const fields = this.#fields(account)
    if (kind === BALANCE) fields.balance = words.word(cell)
    if (kind === NONCE) fields.nonce = words.u64(cell)
    if (kind === CODE) {
      fields.code = words.u32(cell)
      written.codeIsNew = true
    }
    if (kind === LIFE) {
      fields.exists = words.u32(cell + LIFE_EXISTS) !== 0
      const generation = words.u32(cell + LIFE_GENERATION)
      written.storageCleared = generation !== fields.generation
      fields.generation = generation
    }
  }

  #fields(account: number): Fields {
    let fields = this.#accounts.get(account)
    if (fields === undefined) {
      const words = this.#words
      const life = this.#record(account + LIFE)
      fields = {
        exists: words.u32(life + LIFE_EXISTS) !== 0,
        generation: words.u32(life + LIFE_GENERATION),
        nonce: words.u64(this.#record(account + NONCE)),
        balance: words.word(this.#record(account + BALANCE)),
        code: words.u32(this.#record(account + CODE)),
      }
      this.#accounts.set(account, fields)
    }
    return fields
  }

  #describe(account: number, { slots, storageCleared, codeIsNew }: Written): AccountDiff {
    const words = this.#words
    const { exists, nonce, balance, code } = this.#fields(account)
    return {
      address: words.wordBytes(this.#record(account) + KEY, 20),
      exists,
      nonce,
      balance,
      codeHash: code === 0 ? EMPTY_CODE_HASH : words.copy(code, 32),
      storageCleared,
      slots,
      ...(codeIsNew ? { code: readCode(words, code) } : {}),
    }
  }

  #record(location: number): number {
    return this.#words.u32(LOCATIONS) + location * LOCATION_SIZE
  }
}
