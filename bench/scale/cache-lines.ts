/**
 * Which worker's caches hold which line, as protocols that keep caches coherent have it: a line has many readers or one writer, and
 * who is neither has to fetch it from another core. What nobody has touched yet, or what everybody's caches have lost since, costs
 * nothing here: who touches it fetches it from memory, or from the host, and that is part of what an execution costs one worker alone.
 */
export class CacheLines {
  /** By line: a bit for each of the workers that hold it, 0 to 31 and 32 to 63. */
  readonly #low: Int32Array
  readonly #high: Int32Array
  readonly #fetched: number[]
  /** By worker: the line that it touched last. */
  readonly #last: number[]
  /** By worker: the lines that it holds, in the order in which it got them, as a ring; and how many it has got so far. */
  readonly #held: Int32Array[]
  readonly #got: number[]
  #total = 0

  /** Each worker's caches hold `capacity` of them. */
  constructor(lines: number, workers: number, capacity: number) {
    this.#held = Array.from({ length: workers }, () => new Int32Array(capacity).fill(-1))
    this.#got = new Array<number>(workers).fill(0)
    this.#low = new Int32Array(lines)
    this.#high = new Int32Array(lines)
    this.#fetched = new Array<number>(workers).fill(0)
    this.#last = new Array<number>(workers).fill(-1)
  }

  read(worker: number, line: number): void {
    const [own, other] = worker < 32 ? [this.#low, this.#high] : [this.#high, this.#low]
    const bit = 1 << (worker & 31)
    const holders = own[line]!
    this.#last[worker] = line
    if ((holders & bit) !== 0) return
    if ((holders | other[line]!) !== 0) this.#fetch(worker)
    own[line] = holders | bit
    this.#keep(worker, line)
  }

  /** At the same time: the worker waits for one of them as long as for all. */
  readTogether(worker: number, lines: readonly number[]): void {
    const before = this.#fetched[worker]!
    for (const line of lines) this.read(worker, line)
    const more = Math.max(0, this.#fetched[worker]! - before - 1)
    this.#fetched[worker]! -= more
    this.#total -= more
  }

  /** All others lose the line. Who writes at once what it has come to read asks for both at once. */
  write(worker: number, line: number): void {
    const [own, other] = worker < 32 ? [this.#low, this.#high] : [this.#high, this.#low]
    const bit = 1 << (worker & 31)
    const isShared = ((own[line]! & ~bit) | other[line]!) !== 0
    const hasJustComeToReadIt = (own[line]! & bit) !== 0 && this.#last[worker] === line
    if (isShared && !hasJustComeToReadIt) this.#fetch(worker)
    this.#last[worker] = line
    const hadIt = (own[line]! & bit) !== 0
    own[line] = bit
    other[line] = 0
    if (!hadIt) this.#keep(worker, line)
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

  /** What the worker got longest ago gives way. */
  #keep(worker: number, line: number): void {
    const held = this.#held[worker]!
    const place = this.#got[worker]!++ % held.length
    const gone = held[place]!
    held[place] = line
    if (gone < 0 || gone === line) return
    const own = worker < 32 ? this.#low : this.#high
    own[gone] = own[gone]! & ~(1 << (worker & 31))
  }

  #fetch(worker: number): void {
    this.#fetched[worker]!++
    this.#total++
  }
}
