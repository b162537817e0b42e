import { EventQueue } from './event-queue.js'
import { type HintRules, Hints } from './hints.js'
import { SimulatedTask, type TaskList } from './simulated-task.js'
import { Dependencies, type TracedTransaction } from './trace.js'
import { ESTIMATE, Values } from './values.js'

/** How the machine and the scheduler behave; times in milliseconds. */
export interface SimulationOptions {
  workers: number
  /** How far ahead of the last commit work may run. */
  window: number
  /** How far behind commits may be before somebody validates what others have executed. */
  patience: number
  /** How many executions are looked at before a worker sees to the head of the block again. */
  round: number
  hints: HintRules
  /** Of committing one transaction, by whoever holds the lock. */
  commit: number
  /** Of what else lies between two executions of a worker: finding the next task, above all. */
  between: number
  /** Of comparing one read with what it would see now. */
  validateRead: number
  /** When the first worker begins, and how much later each further one does. */
  startup: number
  stagger: number
  /** When the host has written so many transactions; the last one has them all. Without it: all are there. */
  announcements?: readonly { time: number; available: number }[]
  /** How much longer everything takes while the host still writes, where it and the workers are more than the processors. */
  crowding: number
  /** From the call that wakes a sleeping worker until it runs. */
  wake: number
  /** How long one sleeps that nobody wakes. */
  nap: number
}

export interface Simulation {
  /** Until the last commit. */
  elapsed: number
  executions: number
  /** Executions beyond the first of a transaction, those that met an estimate among them. */
  repeated: number
  /** The part of the time that workers executed, validated or committed. */
  utilisation: number
}

/** Nobody reads everything at its start: values are looked at when half of an execution is over. */
const LOOK = 0.5
const NOTHING = Number.POSITIVE_INFINITY

/** Plays a block through the scheduler of assembly/schedule on any number of workers. */
export function simulate(transactions: readonly TracedTransaction[], options: SimulationOptions): Simulation {
  return new Run(transactions, options).toEnd()
}

interface SimulatedWorker {
  /** Tasks that it has made ready and kept; the last one is next. */
  own: number[]
  /** What it has executed and could not be sure of yet. */
  unvalidated: number[]
  /** Whose estimate it met last. */
  blocker: number | undefined
  isIdle: boolean
  /** A new one for each sleep, so that an alarm that is out of date is known. */
  sleep: number
  life: Life | undefined
}

/** What a worker does between two moments: it is busy for a time, or sleeps unless something has become ready since. */
type Pause = { busy: number } | { sleepSince: number }
type Life<T = void> = Generator<Pause, T, void>

/** Function by function what assembly/schedule does: work, commit, check and run-task have the same names there. */
class Run {
  readonly #transactions: readonly TracedTransaction[]
  readonly #options: SimulationOptions
  readonly #dependencies: Dependencies
  readonly #hints: Hints
  readonly #events = new EventQueue()
  readonly #tasks: SimulatedTask[]
  readonly #values: Values
  readonly #workers: SimulatedWorker[]
  readonly #sharedReady: number[] = []
  readonly #crowdedUntil: number
  #available: number
  #cursor = 0
  #committed = 0
  #isLocked = false
  /** All before it have been executed at least once. */
  #executed = 0
  /** From where executions are to be looked at. */
  #check = NOTHING
  /** How many executions were taken back so far. */
  #takenBack = 0
  /** How many were not the first of their transaction. */
  #epoch = 0
  #wakes = 0
  #executions = 0
  #busy = 0

  constructor(transactions: readonly TracedTransaction[], options: SimulationOptions) {
    const { announcements = [], crowding, workers } = options
    this.#transactions = transactions
    this.#options = options
    this.#dependencies = new Dependencies(transactions)
    this.#hints = new Hints(transactions, options.hints)
    this.#tasks = transactions.map(() => new SimulatedTask())
    this.#values = new Values(this.#dependencies, this.#tasks)
    this.#crowdedUntil = (announcements.at(-1)?.time ?? 0) * crowding
    this.#available = options.announcements === undefined ? transactions.length : 0
    this.#workers = Array.from({ length: workers }, () => {
      return { own: [], unvalidated: [], blocker: undefined, isIdle: false, sleep: 0, life: undefined }
    })
  }

  toEnd(): Simulation {
    const { announcements = [], crowding, startup, stagger, workers } = this.#options
    for (const { time, available } of announcements) {
      this.#events.plan(time * crowding, () => this.#announce(available))
    }
    for (const [number, worker] of this.#workers.entries()) {
      this.#events.plan(startup + number * stagger, () => this.#live(worker))
    }
    // Ends: a sleeping worker plans its alarm, but time brings the announcements, and each task takes a bounded time.
    while (this.#committed < this.#transactions.length && this.#events.step());
    const elapsed = this.#events.time
    if (this.#committed < this.#transactions.length) throw new Error('BUG: the simulated block came to a halt')
    return {
      elapsed,
      executions: this.#executions,
      repeated: this.#executions - this.#transactions.length,
      utilisation: elapsed === 0 ? 0 : this.#busy / (elapsed * workers),
    }
  }

  /** Takes a worker on to its next pause, and plans the end of that. */
  #live(worker: SimulatedWorker): void {
    worker.life ??= this.#work(worker)
    const { done, value } = worker.life.next()
    if (done === true) return
    if ('busy' in value) {
      const time = this.#stretched(value.busy)
      this.#busy += time
      this.#events.plan(this.#events.time + time, () => this.#live(worker))
    } else if (this.#wakes !== value.sleepSince) {
      this.#live(worker)
    } else {
      worker.isIdle = true
      this.#awake(worker, this.#options.nap)
    }
  }

  #stretched(time: number): number {
    const { crowding } = this.#options
    const left = this.#crowdedUntil - this.#events.time
    if (left <= 0) return time
    return time * crowding <= left ? time * crowding : left + (time - left / crowding)
  }

  #awake(worker: SimulatedWorker, after: number): void {
    const sleep = ++worker.sleep
    this.#events.plan(this.#events.time + after, () => {
      if (worker.sleep !== sleep) return
      worker.isIdle = false
      this.#live(worker)
    })
  }

  #wake(count: number): void {
    this.#wakes++
    let left = count
    for (const worker of this.#workers) {
      if (!worker.isIdle || left-- <= 0) continue
      worker.isIdle = false
      this.#awake(worker, this.#options.wake)
    }
  }

  #announce(available: number): void {
    this.#available = available
    this.#wake(this.#workers.length)
  }

  *#work(worker: SimulatedWorker): Life {
    while (this.#committed < this.#transactions.length) {
      const sleepSince = this.#wakes
      yield* this.#validateOwn(worker)
      yield* this.#commitReady(worker, false)
      let next = this.#nextReady(worker)
      if (next === undefined) {
        if (yield* this.#checkSome(worker)) continue
        next = this.#nextFresh()
      }
      if (next === undefined) {
        const before = this.#committed
        yield* this.#commitReady(worker, true)
        if (this.#committed === before) yield { sleepSince }
        continue
      }
      yield { busy: this.#options.between }
      yield* this.#runTask(worker, next)
    }
  }

  *#validateOwn(worker: SimulatedWorker): Life {
    for (let own = worker.unvalidated[0]; own !== undefined; own = worker.unvalidated[0]) {
      if (!this.#isAllExecutedBefore(own)) return
      worker.unvalidated.shift()
      const task = this.#tasks[own]!
      if (task.validated !== this.#epoch && task.hold()) yield* this.#validate(worker, own)
    }
  }

  #isAllExecutedBefore(index: number): boolean {
    // Ends: tasks are finitely many.
    while (this.#executed < index && this.#tasks[this.#executed]!.isExecuted()) this.#executed++
    return this.#executed >= index
  }

  *#commitReady(worker: SimulatedWorker, eager: boolean): Life {
    while (this.#isReady(eager)) {
      if (this.#isLocked) return
      this.#isLocked = true
      while (this.#isReady(eager) && (yield* this.#commitHead(worker)));
      this.#isLocked = false
    }
  }

  #isReady(eager: boolean): boolean {
    const task = this.#tasks[this.#committed]
    if (task?.state !== 'executed') return false
    return eager || task.validated === this.#epoch || this.#cursor - this.#committed > this.#options.patience
  }

  *#commitHead(worker: SimulatedWorker): Life<boolean> {
    const index = this.#committed
    const task = this.#tasks[index]!
    if (!task.hold()) return false
    if (task.validated !== this.#epoch && (yield* this.#isSpoilt(worker, index))) {
      yield* this.#runTask(worker, index)
      if (!task.hold()) return false
    }
    yield { busy: this.#options.commit }
    task.state = 'committed'
    this.#committed = index + 1
    if (task.started < index || task.executions > 1) this.#hints.countCommitted(index)
    return true
  }

  #nextReady(worker: SimulatedWorker): number | undefined {
    for (;;) {
      const ready = worker.own.pop() ?? this.#sharedReady.pop()
      if (ready === undefined) return undefined
      if (!this.#waitsForWriter(ready) && this.#tasks[ready]!.claim()) return ready
    }
  }

  *#checkSome(worker: SimulatedWorker): Life<boolean> {
    let looked = 0
    while (this.#check !== NOTHING && looked < this.#options.round) {
      const from = Math.max(this.#check, this.#committed)
      this.#check = from < this.#cursor ? from + 1 : NOTHING
      if (this.#check === NOTHING) break
      if (!this.#tasks[from]!.hold()) continue
      yield* this.#validate(worker, from)
      looked++
    }
    return looked > 0
  }

  #nextFresh(): number | undefined {
    const end = Math.min(this.#available, this.#committed + this.#options.window)
    while (this.#cursor < end) {
      const index = this.#cursor++
      const { after } = this.#transactions[index]!
      const waits = (after !== undefined && this.#join(after, index)) || this.#waitsForWriter(index)
      if (!waits && this.#tasks[index]!.claim()) return index
    }
    return undefined
  }

  #waitsForWriter(index: number): boolean {
    const writer = this.#hints.expectedWriter(index)
    return writer !== undefined && this.#join(writer, index)
  }

  /** False when what the list waits for has happened. */
  #join(predecessor: number, index: number): boolean {
    const list: TaskList = this.#tasks[predecessor]!.dependents
    list?.push(index)
    return list !== undefined
  }

  *#validate(worker: SimulatedWorker, index: number): Life {
    if (!(yield* this.#isSpoilt(worker, index))) this.#tasks[index]!.state = 'executed'
    else if (!this.#isPutBehind(worker, index)) yield* this.#runTask(worker, index)
  }

  *#runTask(worker: SimulatedWorker, index: number): Life {
    const task = this.#tasks[index]!
    for (;;) {
      const before = this.#takenBack
      const epoch = this.#epoch
      const isFinal = this.#isAllExecutedBefore(index)
      if (yield* this.#executeTask(worker, index)) {
        const isRepeated = task.executions > 1
        if (isFinal && this.#epoch === epoch) task.validated = isRepeated ? epoch + 1 : epoch
        else worker.unvalidated.push(index)
        if (isRepeated) this.#epoch++
        this.#release(worker, task)
        task.state = 'executed'
        if (isRepeated) this.#check = Math.min(this.#check, index + 1)
        if (this.#takenBack === before || !task.hold()) return
        if (!(yield* this.#isSpoilt(worker, index))) {
          task.state = 'executed'
          return
        }
      }
      if (this.#isPutBehind(worker, index)) return
    }
  }

  #isPutBehind({ blocker }: SimulatedWorker, index: number): boolean {
    if (blocker === undefined) return false
    const task = this.#tasks[index]!
    task.state = 'ready'
    return this.#join(blocker, index) || !task.claim()
  }

  /** False when it met an estimate. */
  *#executeTask(worker: SimulatedWorker, index: number): Life<boolean> {
    const task = this.#tasks[index]!
    const { cost } = this.#transactions[index]!
    task.started = this.#committed
    task.executions++
    this.#executions++
    yield { busy: LOOK * cost }
    const seen = this.#see(worker, index)
    if (worker.blocker !== undefined) return false
    yield { busy: (1 - LOOK) * cost }
    task.seen = seen
    task.isTakenBack = false
    this.#values.leave(index)
    return true
  }

  /** What the transaction sees now; sets the worker's blocker if that is an estimate. */
  #see(worker: SimulatedWorker, index: number): number[] {
    worker.blocker = undefined
    const seen: number[] = []
    for (const write of this.#dependencies.sources[index]!) {
      const value = this.#values.at(write)
      if (value === ESTIMATE) {
        worker.blocker = this.#values.estimated
        break
      }
      seen.push(value)
    }
    return seen
  }

  /** Looks at an execution that the worker holds, and takes it back if it saw something else than it would see now. */
  *#isSpoilt(worker: SimulatedWorker, index: number): Life<boolean> {
    const task = this.#tasks[index]!
    const epoch = this.#epoch
    const isFinal = this.#isAllExecutedBefore(index)
    yield { busy: this.#options.validateRead * this.#transactions[index]!.reads.length }
    const now = this.#see(worker, index)
    const changed = now.findIndex((value, read) => value !== task.seen[read])
    if (changed < 0 && worker.blocker === undefined) {
      if (isFinal) task.validated = epoch
      return false
    }
    if (changed >= 0) {
      const writer = this.#values.newestWriter(this.#dependencies.sources[index]![changed]!)
      if (writer !== undefined) this.#hints.learnConflict(index, writer)
    }
    task.dependents = []
    task.isTakenBack = true
    this.#takenBack++
    return true
  }

  /** Closes a task's list; who was on it is ready, the last one to join for this worker, the others for anybody. */
  #release(worker: SimulatedWorker, task: SimulatedTask): void {
    const waiting = task.dependents ?? []
    task.dependents = undefined
    for (const index of waiting.reverse()) {
      if (worker.own.length === 0) {
        worker.own.push(index)
        continue
      }
      this.#sharedReady.push(index)
      this.#wake(1)
    }
  }
}
