import { CacheLines } from './cache-lines.js'
import { CONTROL, type Home, type Lines, MemoryLines } from './memory-lines.js'
import type { Dependencies, TracedTransaction } from './trace.js'

/** Entries that are added up before the sum is written down: LONG_SUM of assembly/version/versions.ts. */
const LONG_SUM = 16

/** Cache lines that a core waits for at once, where none leads to the next; fewer than any core of the last ten years has requests for. */
const TOGETHER = 8
/** Accounts and slots that a worker takes numbers for at once: BATCH of assembly/version/location.ts. */
const RESERVED = 32
/** That a core has at hand: the megabyte of the second cache of the machine of bench/README.md. */
const CACHED_LINES = 16_384

/**
 * What memory the scheduler and the transactions touch, step by step as simulate.ts takes them: how many cache lines each worker
 * fetches from others. Plain stores wait in the processor's store buffer, so the lines that a worker writes anew cost it nothing;
 * they cost the next one who wants them.
 */
export class Footprint {
  readonly #transactions: readonly TracedTransaction[]
  readonly #dependencies: Dependencies
  readonly #memory: MemoryLines
  readonly #lines: CacheLines
  /** By location, not by place: the entries of its list of versions, as numbers of writes, oldest first. */
  readonly #lists = new Map<number, number[]>()
  /** Credits, as numbers of writes, that are sums by now. */
  readonly #settled = new Set<number>()
  /** Before this transaction all fees are in a sum. */
  #feesSummedUpTo = 0
  /** Accounts and slots that somebody has named, by the line of their entry in the index. */
  readonly #named = new Set<number>()
  /** By worker: how many of them it was the first to name. */
  readonly #reserved: number[]
  readonly #feePlace: number | undefined

  constructor(transactions: readonly TracedTransaction[], dependencies: Dependencies, workers: number) {
    this.#transactions = transactions
    this.#dependencies = dependencies
    this.#memory = new MemoryLines(transactions, dependencies.writes)
    this.#lines = new CacheLines(this.#memory.count, workers, CACHED_LINES)
    this.#reserved = new Array<number>(workers).fill(0)
    const allWrites = transactions.flatMap(({ writes }) => writes)
    this.#feePlace = allWrites.find(({ isFee }) => isFee)?.location
  }

  get fetched(): number {
    return this.#lines.total
  }

  takeFetched(worker: number): number {
    return this.#lines.takeFetched(worker)
  }

  /** Takes tasks off the cursor. */
  takeRun(worker: number, from: number, end: number): void {
    this.#lines.read(worker, CONTROL.committed)
    this.#lookAtTasks(worker, from, end)
    this.#lines.write(worker, CONTROL.cursor)
  }

  /** Looks at tasks that follow each other: none has to be there before the next is asked for. */
  #lookAtTasks(worker: number, from: number, end: number): void {
    for (let index = from; index < end; index += TOGETHER) {
      const until = Math.min(index + TOGETHER, end)
      this.#lines.readTogether(
        worker,
        Array.from({ length: until - index }, (_, i) => this.#memory.task(index + i, 0)),
      )
    }
  }

  /** Claims a task if it need not wait. */
  takeFresh(worker: number, index: number): void {
    const { after, fineKey, coarseKey } = this.#transactions[index]!
    this.#lines.read(worker, this.#memory.task(index, 1))
    if (after !== undefined) this.#lines.read(worker, this.#memory.task(after, 0))
    for (const key of [fineKey, coarseKey]) if (key !== 0) this.#lines.read(worker, this.#memory.conflicts(key))
    this.claim(worker, index)
  }

  claim(worker: number, index: number): void {
    this.#lines.write(worker, this.#memory.task(index, 0))
  }

  share(worker: number): void {
    this.#lines.write(worker, CONTROL.ready)
  }

  /** Joins the list of a task, or closes it. */
  join(worker: number, predecessor: number): void {
    this.#lines.write(worker, this.#memory.task(predecessor, 0))
  }

  /** Looks how many have been executed: from where somebody knew it before to what is so now, and no further than `index`. */
  lookForExecuted(worker: number, known: number, executed: number, index: number): void {
    this.#lines.read(worker, CONTROL.executed)
    const end = Math.min(executed, index - 1)
    this.#lookAtTasks(worker, known, end + 1)
    if (executed > known) this.#lines.write(worker, CONTROL.executed)
  }

  /** Looks whether the task is executed. */
  lookAtHead(worker: number, head: number): void {
    this.#lines.read(worker, CONTROL.committed)
    if (head < this.#transactions.length) this.#lines.read(worker, this.#memory.task(head, 0))
  }

  lock(worker: number): void {
    this.#lines.write(worker, CONTROL.lock)
  }

  /** Tells the others how many are committed. */
  tell(worker: number): void {
    this.#lines.write(worker, CONTROL.committed)
  }

  /** What an execution reads: `committed` transactions are before it. */
  look(worker: number, index: number, committed: number): void {
    const { reads, writes } = this.#transactions[index]!
    this.#lines.read(worker, CONTROL.committed)
    this.#lines.write(worker, this.#memory.task(index, 0))
    this.#lines.write(worker, this.#memory.task(index, 1))
    this.#readAll(worker, this.#memory.transaction(index))
    for (const { location } of writes) this.#lookUp(worker, this.#memory.home(location))
    for (const place of reads) this.#lookUp(worker, this.#memory.home(place))
    this.#readPlaces(worker, index, committed)
  }

  /** What an execution that is alone reads, and writes straight on the base. */
  workAlone(worker: number, index: number): void {
    this.look(worker, index, index)
    for (const { location } of this.#transactions[index]!.writes) {
      this.#lines.write(worker, this.#memory.home(location).value)
    }
  }

  /** What an execution leaves: gives the entries that were not there before, by the number of their write. */
  publish(worker: number, index: number): number[] {
    const fresh: number[] = []
    const { firstWrite } = this.#dependencies
    const { writes } = this.#transactions[index]!
    const seen = new Set<number>()
    for (const [number, { location, isFee }] of writes.entries()) {
      const home = this.#memory.home(location)
      if (isFee || seen.has(home.location)) continue
      seen.add(home.location)
      const write = firstWrite[index]! + number
      if (this.#insert(worker, home, write)) fresh.push(write)
    }
    this.#writeAll(worker, this.#memory.readSet(index))
    this.#lines.write(worker, this.#memory.task(index, 0))
    return fresh
  }

  /** Compares what was read with what would be read now. */
  validate(worker: number, index: number, committed: number): void {
    this.claim(worker, index)
    this.#readAll(worker, this.#memory.readSet(index))
    this.#readPlaces(worker, index, committed)
  }

  /** Adds up gas, and counts. */
  commit(worker: number, index: number): void {
    this.claim(worker, index)
    if (index > 0) this.#lines.read(worker, this.#memory.task(index - 1, 0))
    const { coarseKey } = this.#transactions[index]!
    if (coarseKey !== 0) this.#lines.write(worker, this.#memory.commits(coarseKey))
  }

  /** The newest entry of each list becomes the base, all those that were only added to it among them. */
  fold(worker: number, write: number): void {
    const { head, value, location } = this.#memory.home(this.#dependencies.location(write))
    const entries = this.#lists.get(location)!
    this.#readAll(worker, this.#memory.entry(write))
    this.#lines.read(worker, head)
    if (entries.at(-1) !== write) return
    this.#sum(worker, entries, entries.length - 1)
    this.#lines.write(worker, head)
    this.#lines.write(worker, value)
  }

  foldFees(worker: number): void {
    this.#sumFees(worker, this.#transactions.length, this.#transactions.length)
  }

  #lookUp(worker: number, { lookUp }: Home): void {
    const [index] = lookUp
    if (!this.#named.has(index)) {
      this.#named.add(index)
      if (this.#reserved[worker]!++ % RESERVED === 0) this.#lines.write(worker, CONTROL.locationCount)
    }
    this.#readAll(worker, lookUp)
  }

  /** All that a transaction reads: a location once, however much of it. */
  #readPlaces(worker: number, index: number, committed: number): void {
    const seen = new Set<number>()
    for (const place of this.#transactions[index]!.reads) {
      const home = this.#memory.home(place)
      if (seen.has(home.location)) continue
      seen.add(home.location)
      this.#readValue(worker, index, home, committed)
      if (place === this.#feePlace) this.#sumFees(worker, index, committed)
    }
  }

  #sumFees(worker: number, index: number, committed: number): void {
    for (let task = this.#feesSummedUpTo; task < index; task++) this.#lines.read(worker, this.#memory.task(task, 0))
    if (index - this.#feesSummedUpTo > LONG_SUM) this.#feesSummedUpTo = Math.max(this.#feesSummedUpTo, committed)
  }

  /** Walks from the newest entry to the one that the transaction sees, adding up what was only added. */
  #readValue(worker: number, index: number, { head, value, location }: Home, committed: number): void {
    this.#lines.read(worker, head)
    const list = this.#lists.get(location) ?? []
    let at = list.length - 1
    for (; at >= 0 && this.#dependencies.writer(list[at]!) >= index; at--) this.#readLink(worker, list[at]!)
    const walked = this.#sum(worker, list, at)
    if (at - walked < 0) this.#lines.read(worker, value)
    if (walked > LONG_SUM) this.#settle(worker, list, at, committed)
  }

  /** Gives how many entries had to be added to the one below them. */
  #sum(worker: number, list: readonly number[], from: number): number {
    let at = from
    for (; at >= 0; at--) {
      this.#readAll(worker, this.#memory.entry(list[at]!))
      if (this.#dependencies.kind(list[at]!) !== 'credit' || this.#settled.has(list[at]!)) break
    }
    return from - at
  }

  /** Writes down the sum of what is committed. */
  #settle(worker: number, list: readonly number[], from: number, committed: number): void {
    let at = from
    while (at >= 0 && this.#dependencies.writer(list[at]!) >= committed) at--
    if (at < 0) return
    this.#settled.add(list[at]!)
    this.#writeAll(worker, this.#memory.entry(list[at]!))
  }

  /** Entries of later transactions stand before it. False when it was there already, and has only got another value. */
  #insert(worker: number, { head, location }: Home, write: number): boolean {
    let list = this.#lists.get(location)
    if (list === undefined) {
      list = []
      this.#lists.set(location, list)
    }
    let at = list.length
    for (; at > 0 && list[at - 1]! >= write; at--) this.#readLink(worker, list[at - 1]!)
    const isNew = list[at] !== write
    if (isNew) list.splice(at, 0, write)
    const after = list[at + 1]
    this.#lines.write(worker, after === undefined ? head : this.#memory.entry(after)[0])
    this.#writeAll(worker, this.#memory.entry(write))
    return isNew
  }

  /** Of an entry: which transaction's it is, and which one comes next. */
  #readLink(worker: number, write: number): void {
    this.#lines.read(worker, this.#memory.entry(write)[0])
  }

  #readAll(worker: number, [first, count]: Lines): void {
    for (let line = first; line < first + count; line++) this.#lines.read(worker, line)
  }

  #writeAll(worker: number, [first, count]: Lines): void {
    for (let line = first; line < first + count; line++) this.#lines.write(worker, line)
  }
}
