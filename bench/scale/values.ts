import type { SimulatedTask } from './simulated-task.js'
import type { Dependencies } from './trace.js'

/** What stands there is about to be written anew. */
export const ESTIMATE: number = Number.NEGATIVE_INFINITY
const BASE = 0

/**
 * What stands in the simulated state. Values are numbers that are the same only where the values are: that which a write leaves
 * in the end is its number plus one, the base is zero, and what comes of wrong values is negative and new each time.
 */
export class Values {
  readonly #dependencies: Dependencies
  readonly #tasks: readonly SimulatedTask[]
  /** By write: what its transaction's last whole execution left; undefined before the first. */
  readonly #left: (number | undefined)[]
  #wrong = 0
  readonly #sums = new Map<string, number>()
  /** The transaction whose estimate `at` met last. */
  estimated = 0

  constructor(dependencies: Dependencies, tasks: readonly SimulatedTask[]) {
    this.#dependencies = dependencies
    this.#tasks = tasks
    this.#left = new Array<number | undefined>(dependencies.writes)
  }

  /** What somebody right behind the write sees. */
  at(write: number): number {
    if (write < 0) return BASE
    const dependencies = this.#dependencies
    const writer = dependencies.writer(write)
    const { state, isTakenBack } = this.#tasks[writer]!
    if (state === 'committed') return write + 1
    if (isTakenBack) {
      this.estimated = writer
      return ESTIMATE
    }
    const left = this.#left[write]
    const before = dependencies.before(write)
    if (left === undefined) return this.at(before)
    if (dependencies.kind(write) !== 'credit') return left
    const below = this.at(before)
    if (below === ESTIMATE) return ESTIMATE
    return below === before + 1 ? write + 1 : this.#wrongSum(write, below)
  }

  /** Who wrote what `at` gives: the nearest transaction that has left something. */
  newestWriter(write: number): number | undefined {
    // Ends: a location's writes are linked backwards.
    for (let at = write; at >= 0; at = this.#dependencies.before(at)) {
      if (this.#left[at] !== undefined) return this.#dependencies.writer(at)
    }
    return undefined
  }

  /**
   * A whole execution is over. A wrong value seen spoils all data written; a balance only where it is the wrong value; nonces
   * and credits never.
   */
  leave(transaction: number): void {
    const dependencies = this.#dependencies
    const { seen } = this.#tasks[transaction]!
    const missed = dependencies.sources[transaction]!.filter((source, read) => seen[read] !== source + 1)
    for (
      let write = dependencies.firstWrite[transaction]!;
      write < dependencies.firstWrite[transaction + 1]!;
      write++
    ) {
      const kind = dependencies.kind(write)
      const isWrong =
        missed.length > 0 && (kind === 'data' || (kind === 'balance' && missed.includes(dependencies.before(write))))
      this.#left[write] = isWrong ? --this.#wrong : write + 1
    }
  }

  /** The same for the same amounts. */
  #wrongSum(write: number, below: number): number {
    const key = `${write} ${below}`
    let value = this.#sums.get(key)
    if (value === undefined) {
      value = --this.#wrong
      this.#sums.set(key, value)
    }
    return value
  }
}
