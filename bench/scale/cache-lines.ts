/**
 * Which worker's caches hold which line, as protocols that keep caches coherent have it: a line has many readers or one writer, and
 * who is neither has to fetch it from another core. What nobody has touched yet costs nothing here: the first to touch it
 * fetches it from memory, or from the host, and that is part of what an execution costs one worker alone.
 */
export class CacheLines {
  /** By line: a bit for each of the workers that hold it, 0 to 31 and 32 to 63. */
  readonly #low: Int32Array
  readonly #high: Int32Array
  readonly #fetched: number[]
  /** By worker: the line that it touched last. */
  readonly #last: number[]
  #total = 0

  constructor(lines: number, workers: number) {
    this.#low = new Int32Array(lines)
    this.#high = new Int32Array(lines)
    this.#fetched = new Array<number>(workers).fill(0)
    this.#last = new Array<number>(workers).fill(-1)
  }

  isNew(line: number): boolean {
    return (this.#low[line]! | this.#high[line]!) === 0
  }

  read(worker: number, line: number): void {
    const [own, other] = worker < 32 ? [this.#low, this.#high] : [this.#high, this.#low]
    const bit = 1 << (worker & 31)
    const holders = own[line]!
    this.#last[worker] = line
    if ((holders & bit) !== 0) return
    if ((holders | other[line]!) !== 0) this.#fetch(worker)
    own[line] = holders | bit
  }

  /** All others lose the line. Who writes at once what it has come to read asks for both at once. */
  write(worker: number, line: number): void {
    const [own, other] = worker < 32 ? [this.#low, this.#high] : [this.#high, this.#low]
    const bit = 1 << (worker & 31)
    const isShared = ((own[line]! & ~bit) | other[line]!) !== 0
    const hasJustComeToReadIt = (own[line]! & bit) !== 0 && this.#last[worker] === line
    if (isShared && !hasJustComeToReadIt) this.#fetch(worker)
    this.#last[worker] = line
    own[line] = bit
    other[line] = 0
  }

  /** How many lines the worker has fetched since it was last asked. */
  takeFetched(worker: number): number {
    const fetched = this.#fetched[worker]!
    this.#fetched[worker] = 0
    return fetched
  }

  /** Of all workers, from the first on. */
  get total(): number {
    return this.#total
  }

  #fetch(worker: number): void {
    this.#fetched[worker]!++
    this.#total++
  }
}
