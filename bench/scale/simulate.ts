import { EventQueue } from './event-queue.js'
import { type HintRules, Hints } from './hints.js'
import { Dependencies, type TracedTransaction } from './trace.js'

/** How the machine and the scheduler behave; times in milliseconds. */
export interface SimulationOptions {
  workers: number
  /** How far ahead of the last commit work may run. */
  window: number
  hints: HintRules
  /** Of committing one transaction, by whoever holds the lock. */
  commit: number
  /** Of comparing one read with what it would see now. */
  validateRead: number
  /** When the workers begin. */
  startup: number
  /** When the host has written so many transactions; the last one has them all. Without it: all are there. */
  announcements?: readonly { time: number; available: number }[]
  /** From the call that wakes a sleeping worker until it runs. */
  wake: number
  /** How long one sleeps that nobody wakes: where there is nothing to do, and where it met an estimate. */
  nap: number
  estimateNap: number
}

export interface Simulation {
  /** Until the last commit. */
  elapsed: number
  executions: number
  /** Executions that committers repeated. */
  repeated: number
  /** The part of the time that workers executed or committed. */
  utilisation: number
}

/** Nobody reads everything at its start: values are looked at when half of an execution is over. */
const LOOK = 0.5

/** Plays a block through the scheduler of assembly/schedule on any number of workers. */
export function simulate(transactions: readonly TracedTransaction[], options: SimulationOptions): Simulation {
  return new Run(transactions, options).toEnd()
}

interface Task {
  state: 'ready' | 'executing' | 'executed' | 'committed'
  /** How many were committed when its execution began. */
  started: number
  /** The writes that it should have seen, and did not. */
  missed: readonly number[]
  /** Those who wait for its execution, and for its commit; undefined once that has happened. */
  dependents: number[] | undefined
  heirs: number[] | undefined
}

interface SimulatedWorker {
  /** A task that it has released and kept. */
  own: number | undefined
  /** A new one for each sleep, so that an alarm that is out of date is known. */
  sleep: number
  isIdle: boolean
}

class Run {
  readonly #transactions: readonly TracedTransaction[]
  readonly #options: SimulationOptions
  readonly #dependencies: Dependencies
  readonly #hints: Hints
  readonly #events = new EventQueue()
  readonly #tasks: Task[]
  readonly #workers: SimulatedWorker[]
  readonly #sharedReady: number[] = []
  /** By write: 1 when what stands there comes of wrong values. */
  readonly #isSpoilt: Uint8Array
  #available: number
  #cursor = 0
  #committed = 0
  #isLocked = false
  /** What the committer is executing once more: its writes are estimates. */
  #repeating: { index: number; end: number } | undefined
  #executions = 0
  #repeated = 0
  #busy = 0

  constructor(transactions: readonly TracedTransaction[], options: SimulationOptions) {
    this.#transactions = transactions
    this.#options = options
    this.#dependencies = new Dependencies(transactions)
    this.#hints = new Hints(transactions, options.hints)
    this.#isSpoilt = new Uint8Array(this.#dependencies.writes)
    this.#tasks = transactions.map(() => {
      return { state: 'ready', started: 0, missed: [], dependents: [], heirs: [] }
    })
    this.#workers = Array.from({ length: options.workers }, () => ({ own: undefined, sleep: 0, isIdle: false }))
    this.#available = options.announcements === undefined ? transactions.length : 0
  }

  toEnd(): Simulation {
    const { announcements = [], startup, workers } = this.#options
    for (const { time, available } of announcements) this.#events.plan(time, () => this.#announce(available))
    for (const worker of this.#workers) this.#events.plan(startup, () => this.#proceed(worker))
    // Ends: a sleeping worker plans its alarm, but time brings the announcements, and each task takes a bounded time.
    while (this.#committed < this.#transactions.length && this.#events.step());
    const elapsed = this.#events.time
    if (this.#committed < this.#transactions.length) throw new Error('BUG: the simulated block came to a halt')
    const utilisation = elapsed === 0 ? 0 : this.#busy / (elapsed * workers)
    return { elapsed, executions: this.#executions, repeated: this.#repeated, utilisation }
  }

  #announce(available: number): void {
    this.#available = available
    this.#wake(this.#workers.length)
  }

  /** `work`: commits what is ready, else takes the next task, else sleeps. */
  #proceed(worker: SimulatedWorker): void {
    if (!this.#isLocked && this.#isHeadExecuted()) {
      this.#isLocked = true
      this.#commitHead(worker)
      return
    }
    const next = this.#nextTask(worker)
    if (next === undefined) this.#sleep(worker)
    else this.#execute(worker, next)
  }

  #isHeadExecuted(): boolean {
    return this.#tasks[this.#committed]?.state === 'executed'
  }

  #nextTask(worker: SimulatedWorker): number | undefined {
    for (let ready = this.#popReady(worker); ready !== undefined; ready = this.#popReady(worker)) {
      if (!this.#waitsForWriter(ready)) return this.#claim(ready)
    }
    const end = Math.min(this.#available, this.#committed + this.#options.window)
    while (this.#cursor < end) {
      const index = this.#cursor++
      if (!this.#waitsForSender(index) && !this.#waitsForWriter(index)) return this.#claim(index)
    }
    return undefined
  }

  #popReady(worker: SimulatedWorker): number | undefined {
    const { own } = worker
    worker.own = undefined
    return own ?? this.#sharedReady.pop()
  }

  #claim(index: number): number {
    this.#tasks[index]!.state = 'executing'
    return index
  }

  #waitsForSender(index: number): boolean {
    const { after } = this.#transactions[index]!
    return after !== undefined && join(this.#tasks[after]!.dependents, index)
  }

  #waitsForWriter(index: number): boolean {
    const writer = this.#hints.expectedWriter(index)
    return writer !== undefined && join(this.#tasks[writer]!.heirs, index)
  }

  #execute(worker: SimulatedWorker, index: number): void {
    const { cost } = this.#transactions[index]!
    this.#executions++
    this.#busy += cost
    this.#tasks[index]!.started = this.#committed
    this.#events.plan(this.#events.time + LOOK * cost, () => this.#look(worker, index))
  }

  /** Half-way: decides whether the execution sees the right values. */
  #look(worker: SimulatedWorker, index: number): void {
    const task = this.#tasks[index]!
    const missed: number[] = []
    for (const write of this.#dependencies.sources[index]!) {
      const seen = this.#see(write)
      if (seen === 'estimate') {
        this.#awaitEstimate(worker, index)
        return
      }
      if (seen === 'wrong') missed.push(write)
    }
    task.missed = missed
    const { cost } = this.#transactions[index]!
    this.#events.plan(this.#events.time + (1 - LOOK) * cost, () => {
      this.#markSpoilt(index)
      task.state = 'executed'
      this.#release(worker, task.dependents)
      task.dependents = undefined
      this.#proceed(worker)
    })
  }

  /** Sleeps for a fixed time, again and again, until the committer has repeated what the value comes from. */
  #awaitEstimate(worker: SimulatedWorker, index: number): void {
    const { estimateNap } = this.#options
    const { time } = this.#events
    const naps = estimateNap === 0 ? 0 : Math.max(1, Math.ceil((this.#repeating!.end - time) / estimateNap))
    const until = Math.max(this.#repeating!.end, time + naps * estimateNap)
    this.#events.plan(until, () => this.#look(worker, index))
  }

  #see(source: number): 'right' | 'wrong' | 'estimate' {
    // Ends: a location's writes are linked backwards; those of committed transactions are not looked at.
    for (let write = source; write >= 0; write = this.#dependencies.before(write)) {
      const writer = this.#dependencies.writer(write)
      const { state } = this.#tasks[writer]!
      if (state === 'committed') return 'right'
      if (this.#repeating?.index === writer) return 'estimate'
      if (state !== 'executed' || this.#isSpoilt[write] === 1) return 'wrong'
      if (this.#dependencies.kind(write) !== 'credit') return 'right'
    }
    return 'right'
  }

  /** A wrong value read spoils all data written; a balance only where it is the wrong value; nonces and credits never. */
  #markSpoilt(index: number): void {
    const dependencies = this.#dependencies
    const { missed } = this.#tasks[index]!
    const first = dependencies.firstWrite[index]!
    for (let write = first; write < dependencies.firstWrite[index + 1]!; write++) {
      const kind = dependencies.kind(write)
      const isSpoilt =
        missed.length > 0 && (kind === 'data' || (kind === 'balance' && missed.includes(dependencies.before(write))))
      this.#isSpoilt[write] = isSpoilt ? 1 : 0
    }
  }

  /** The lock is held by this worker until no head is ready. */
  #commitHead(worker: SimulatedWorker): void {
    const index = this.#committed
    const task = this.#tasks[index]!
    const { cost, reads } = this.#transactions[index]!
    const { commit, validateRead } = this.#options
    let time = commit
    if (task.started < index) time += validateRead * reads.length
    const [missed] = task.missed
    if (missed !== undefined) {
      this.#executions++
      this.#repeated++
      this.#hints.learnConflict(index, this.#dependencies.writer(missed))
      this.#repeating = { index, end: this.#events.time + time + cost }
      time += cost
    }
    this.#busy += time
    this.#events.plan(this.#events.time + time, () => this.#committedHead(worker, index))
  }

  #committedHead(worker: SimulatedWorker, index: number): void {
    const task = this.#tasks[index]!
    this.#repeating = undefined
    task.state = 'committed'
    this.#committed = index + 1
    this.#hints.countCommitted(index)
    this.#release(worker, task.heirs)
    task.heirs = undefined
    if (this.#isHeadExecuted()) {
      this.#commitHead(worker)
      return
    }
    this.#isLocked = false
    this.#proceed(worker)
  }

  /** The last one to join is kept, the others are for anybody. */
  #release(worker: SimulatedWorker, waiting: number[] | undefined): void {
    for (const index of (waiting ?? []).reverse()) {
      if (worker.own === undefined) {
        worker.own = index
        continue
      }
      this.#sharedReady.push(index)
      this.#wake(1)
    }
  }

  #sleep(worker: SimulatedWorker): void {
    worker.isIdle = true
    const sleep = ++worker.sleep
    this.#events.plan(this.#events.time + this.#options.nap, () => this.#awake(worker, sleep))
  }

  #wake(count: number): void {
    let left = count
    for (const worker of this.#workers) {
      if (!worker.isIdle || left-- <= 0) continue
      worker.isIdle = false
      const sleep = ++worker.sleep
      this.#events.plan(this.#events.time + this.#options.wake, () => this.#awake(worker, sleep))
    }
  }

  #awake(worker: SimulatedWorker, sleep: number): void {
    if (worker.sleep !== sleep) return
    worker.isIdle = false
    this.#proceed(worker)
  }
}

/** False when what the list waits for has happened. */
function join(list: number[] | undefined, index: number): boolean {
  list?.push(index)
  return list !== undefined
}
