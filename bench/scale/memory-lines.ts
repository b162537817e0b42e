import { whereIs } from '../../src/wasm/read-accesses.js'
import type { TracedTransaction } from './trace.js'

/**
 * Where in cache lines of 64 bytes the core keeps what workers share. Each number is that of a drawing in assembly: layout.ts for
 * tasks and transactions, location.ts for records, versions.ts for entries, read-set.ts for reads, conflict.ts for keys.
 */
const CACHE_LINE = 64

/** The control block's words that change while a block runs and have a line of their own. */
export const CONTROL = { cursor: 0, committed: 1, lock: 2, ready: 3, locationCount: 4, executed: 5 } as const
const CONTROL_LINES = 6

/** Line 0: all that commits touch. Line 1: what it waits for, reads and writes. */
const TASK_LINES = 2
const TRANSACTION_LINES = 4
const KEYS_PER_LINE = 16
const READ_BYTES = 48
/** Its list link and its value. */
const ENTRY_LINES = 1
/** Of an account or a slot; and one before them, of the index. Naming it touches that one and the first of the others. */
const RECORD_LINES = 2
const LOOK_UP_LINES = 2

/** Neighbours. */
export type Lines = readonly [first: number, count: number]

/** A place with a list of versions: the lines of its base value and of the head of that list. */
export interface Home {
  /** Places of one location share their list. */
  location: number
  value: number
  head: number
  /** Of its account or slot. */
  lookUp: Lines
}

/** The numbers of all lines that the transactions of one block share. */
export class MemoryLines {
  /** How many there are. */
  readonly count: number
  readonly #tasks: number
  readonly #transactions: number
  readonly #conflicts: number
  readonly #commits: number
  readonly #entries: number
  readonly #readSets: Lines[] = []
  readonly #homes = new Map<number, Home>()

  constructor(transactions: readonly TracedTransaction[], writes: number) {
    let next = CONTROL_LINES
    const take = (lines: number) => {
      next += lines
      return next - lines
    }
    this.#tasks = take(transactions.length * TASK_LINES)
    this.#transactions = take(transactions.length * TRANSACTION_LINES)
    const lastKey = transactions.reduce((most, { fineKey, coarseKey }) => Math.max(most, fineKey, coarseKey), 0)
    const keyLines = Math.floor(lastKey / KEYS_PER_LINE) + 1
    this.#conflicts = take(keyLines)
    this.#commits = take(keyLines)
    this.#entries = take(writes * ENTRY_LINES)
    const records = new Map<number, number>()
    const addHome = (place: number) => {
      if (this.#homes.has(place)) return
      const { record, location, value, head } = whereIs(place)
      const first = records.get(record) ?? take(1 + RECORD_LINES)
      records.set(record, first)
      this.#homes.set(place, {
        location,
        value: first + 1 + value,
        head: first + 1 + head,
        lookUp: [first, LOOK_UP_LINES],
      })
    }
    for (const { reads, writes: written } of transactions) {
      for (const place of reads) addHome(place)
      for (const { location } of written) addHome(location)
      const readBytes = READ_BYTES * new Set(reads.map((place) => this.home(place).location)).size
      const lines = Math.ceil(readBytes / CACHE_LINE)
      this.#readSets.push([take(lines), lines])
    }
    this.count = next
  }

  task(index: number, line: 0 | 1): number {
    return this.#tasks + index * TASK_LINES + line
  }

  transaction(index: number): Lines {
    return [this.#transactions + index * TRANSACTION_LINES, TRANSACTION_LINES]
  }

  /** How often calls with this key conflicted; and how many were committed. */
  conflicts(key: number): number {
    return this.#conflicts + Math.floor(key / KEYS_PER_LINE)
  }

  commits(key: number): number {
    return this.#commits + Math.floor(key / KEYS_PER_LINE)
  }

  readSet(index: number): Lines {
    return this.#readSets[index]!
  }

  /** By the number of the write. */
  entry(write: number): Lines {
    return [this.#entries + write * ENTRY_LINES, ENTRY_LINES]
  }

  home(place: number): Home {
    return this.#homes.get(place)!
  }
}
