/** What kind of value a transaction left somewhere: it decides what an execution on wrong values spoils. */
export type WriteKind = 'data' | 'nonce' | 'balance' | 'credit'

/** `credit`: an amount on top of whatever was there, which nobody had to know. */
export interface Write {
  location: number
  kind: WriteKind
  /** It stays in the transaction's task (assembly/version/fees.ts). */
  isFee?: true
}

/** What is to be known of one transaction to replay its scheduling; other transactions are named by their index. */
export interface TracedTransaction {
  /** Milliseconds of one execution. */
  cost: number
  /** Places (src/wasm/read-accesses.ts) in the order in which they are validated. */
  reads: readonly number[]
  writes: readonly Write[]
  gasLimit: number
  /** The last one before it of the same sender. */
  after?: number
  /** Hints (assembly/schedule/conflict.ts): 0 is no key; the last one before it with the same key. */
  fineKey: number
  fineAfter?: number
  coarseKey: number
  coarseAfter?: number
}

const NOWHERE = -1

/**
 * Who reads what from whom. Writes are numbered in the order of transactions; a location's writes are linked backwards.
 */
export class Dependencies {
  /** By transaction: the last write before it to each location that it reads. Who reads what nobody wrote cannot be wrong. */
  readonly sources: readonly (readonly number[])[]
  /** By transaction: the number of its first write; one more than there are transactions. */
  readonly firstWrite: readonly number[]
  readonly #writers: number[] = []
  readonly #locations: number[] = []
  readonly #kinds: WriteKind[] = []
  readonly #before: number[] = []

  constructor(transactions: readonly TracedTransaction[]) {
    const last = new Map<number, number>()
    const sources: number[][] = []
    const firstWrite: number[] = []
    for (const [index, { reads, writes }] of transactions.entries()) {
      sources.push(reads.map((location) => last.get(location) ?? NOWHERE).filter((write) => write !== NOWHERE))
      firstWrite.push(this.#writers.length)
      for (const { location, kind } of writes) {
        this.#before.push(last.get(location) ?? NOWHERE)
        last.set(location, this.#writers.length)
        this.#writers.push(index)
        this.#locations.push(location)
        this.#kinds.push(kind)
      }
    }
    firstWrite.push(this.#writers.length)
    this.sources = sources
    this.firstWrite = firstWrite
  }

  get writes(): number {
    return this.#writers.length
  }

  writer(write: number): number {
    return this.#writers[write]!
  }

  /** The place that was written. */
  location(write: number): number {
    return this.#locations[write]!
  }

  kind(write: number): WriteKind {
    return this.#kinds[write]!
  }

  /** The write before this one to the same location, or a negative number. */
  before(write: number): number {
    return this.#before[write]!
  }
}

/** The longest chain of executions each of which needs what the one before it wrote: no schedule is shorter. */
export function criticalPath(transactions: readonly TracedTransaction[]): number {
  const dependencies = new Dependencies(transactions)
  /** By write: when what it leaves is known in full. */
  const known: number[] = []
  const ends: number[] = []
  let longest = 0
  for (const [index, { cost, after }] of transactions.entries()) {
    let start = after === undefined ? 0 : ends[after]!
    for (const write of dependencies.sources[index]!) start = Math.max(start, known[write]!)
    const end = start + cost
    ends.push(end)
    longest = Math.max(longest, end)
    for (let write = dependencies.firstWrite[index]!; write < dependencies.firstWrite[index + 1]!; write++) {
      const before = dependencies.before(write)
      const isSum = dependencies.kind(write) === 'credit' && before >= 0
      known.push(isSum ? Math.max(end, known[before]!) : end)
    }
  }
  return longest
}
