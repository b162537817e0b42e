import type { AccountDiff, StateDiff } from '../types/state.js'
import { layout } from './layout.js'
import type { Machine } from './machine.js'
import { EMPTY_CODE_HASH, readCode } from './read-result.js'
import type { Words } from './words.js'

const {
  BALANCE,
  CELL_KIND,
  DELTA,
  ENTRY_CELL,
  ENTRY_CHAIN,
  ENTRY_LOCATION,
  FEE_LOCATION,
  FIELDS,
  KEY,
  LOCATIONS,
  LOCATION_SIZE,
  OWNER,
  SECOND,
  STATE_CODE,
  STATE_EXISTS,
  STATE_GENERATION,
  STATE_NONCE,
  STATE_VALUE,
  TASK_CHAIN,
  TASK_FEE,
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
export function* readChanges(machine: Machine, tasks: Iterable<number>): Generator<StateDiff> {
  yield machine.diff()
  const state = new ReplayedState(machine.words)
  for (const task of tasks) yield state.replay(task)
}

class ReplayedState {
  readonly #words: Words
  readonly #accounts = new Map<number, Fields>()

  constructor(words: Words) {
    this.#words = words
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
      const record = this.#record(location)
      if (location % FIELDS === BALANCE) {
        writtenTo(location - BALANCE)
        const fields = this.#fields(location - BALANCE)
        fields.balance = words.word(cell) + (words.u32(cell + CELL_KIND) === DELTA ? fields.balance : 0n)
      } else if (words.u32(record + OWNER) !== 0) {
        writtenTo(words.u32(record + OWNER)).slots.push([words.wordBytes(record + KEY, 32), words.wordBytes(cell, 32)])
      } else {
        this.#writeState(location, cell, writtenTo(location))
      }
    }
    const fee = words.u64(task + TASK_FEE)
    if (fee !== 0n) {
      const recipient = words.u32(FEE_LOCATION) - BALANCE
      writtenTo(recipient)
      this.#fields(recipient).balance += fee
    }
    return Array.from(accounts, ([account, written]) => this.#describe(account, written))
  }

  #writeState(account: number, state: number, written: Written): void {
    const words = this.#words
    const fields = this.#fields(account)
    const code = words.u32(state + STATE_CODE)
    const generation = words.u32(state + STATE_GENERATION)
    written.codeIsNew = code !== fields.code
    written.storageCleared = generation !== fields.generation
    fields.exists = words.u32(state + STATE_EXISTS) !== 0
    fields.nonce = words.u64(state + STATE_NONCE)
    fields.generation = generation
    fields.code = code
  }

  #fields(account: number): Fields {
    let fields = this.#accounts.get(account)
    if (fields === undefined) {
      const words = this.#words
      const state = this.#record(account) + STATE_VALUE
      fields = {
        exists: words.u32(state + STATE_EXISTS) !== 0,
        generation: words.u32(state + STATE_GENERATION),
        nonce: words.u64(state + STATE_NONCE),
        balance: words.word(this.#record(account) + SECOND),
        code: words.u32(state + STATE_CODE),
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
