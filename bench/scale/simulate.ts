import { EntryChunks } from './entry-chunks.js'
import { Footprint } from './footprint.js'
import { Hints } from './hints.js'
import { SimulatedTask, type SimulatedWorker, type TaskList } from './simulated-task.js'
import type { SchedulerRules, Simulation, SimulationOptions } from './simulation.js'
import { type Life, Threads } from './threads.js'
import { Dependencies, type TracedTransaction } from './trace.js'
import { ESTIMATE, Values } from './values.js'

/** Nobody reads everything at its start: values are looked at when half of an execution is over. */
const LOOK = 0.5
const NOTHING = Number.POSITIVE_INFINITY
/** Whose the block is: NOBODY and SHARED of alone.ts, or a worker's number. */
const NOBODY = -1
const SHARED = -2
/** Who waits for the block looks again so often, in milliseconds. */
const LOOK_AGAIN = 0.001
/** A turn of an event loop, in milliseconds. */
const HOST_TURN = 0.02
const EVERYBODY = Number.POSITIVE_INFINITY
/** How many executions a worker keeps in mind to validate them: UNVALIDATED_SIZE of arena.ts. */
const RING = 64

/** Plays a block through the scheduler of assembly/schedule on any number of workers. */
export function simulate(transactions: readonly TracedTransaction[], options: SimulationOptions): Simulation {
  return new Run(transactions, options).toEnd()
}

/** Function by function what assembly/schedule does: work, alone, validate, commit, check, run-task and fold have the same names there. */
class Run {
  readonly #transactions: readonly TracedTransaction[]
  readonly #options: SimulationOptions
  readonly #rules: SchedulerRules
  readonly #dependencies: Dependencies
  readonly #hints: Hints
  readonly #footprint: Footprint
  readonly #threads: Threads
  readonly #tasks: SimulatedTask[]
  readonly #values: Values
  readonly #sharedReady: number[] = []
  readonly #entries: EntryChunks
  #available: number
  #cursor = 0
  #committed = 0
  /** All before it have been executed at least once. */
  #executed = 0
  #isLocked = false
  #alone: number
  /** Somebody waits for the block. */
  #isAsked = false
  /** From where executions are to be looked at. */
  #check = NOTHING
  /** How many executions were taken back so far. */
  #takenBack = 0
  /** How many were not the first of their transaction. */
  #epoch = 0
  #executions = 0

  constructor(transactions: readonly TracedTransaction[], options: SimulationOptions) {
    const { announcements = [], rules, workers } = options
    this.#transactions = transactions
    this.#options = options
    this.#rules = rules
    this.#dependencies = new Dependencies(transactions)
    this.#hints = new Hints(transactions, rules.hints)
    this.#entries = new EntryChunks(workers, rules.chunk)
    this.#footprint = new Footprint(transactions, this.#dependencies, workers)
    this.#tasks = transactions.map(() => new SimulatedTask())
    this.#values = new Values(this.#dependencies, this.#tasks)
    this.#alone = options.aloneSaves === undefined ? SHARED : NOBODY
    this.#available = options.announcements === undefined ? transactions.length : 0
    const lives = Array.from({ length: workers }, (_, number) =>
      this.#work({ number, own: [], fresh: 0, freshEnd: 0, unvalidated: [], blocker: undefined }),
    )
    this.#threads = new Threads(options, lives, (worker) => this.#footprint.takeFetched(worker) * options.line)
    for (const { time, available } of announcements) this.#threads.planHost(time, () => this.#announce(available))
  }

  toEnd(): Simulation {
    // Ends: a sleeping worker plans its alarm, but time brings the announcements, and each task takes a bounded time.
    while (!this.#isFolded && this.#threads.step());
    if (!this.#isFolded) throw new Error('BUG: the simulated block came to a halt')
    return {
      elapsed: this.#threads.time,
      executions: this.#executions,
      repeated: this.#executions - this.#transactions.length,
      utilisation: this.#threads.utilisation,
      lines: this.#footprint.fetched,
    }
  }

  get #isFolded(): boolean {
    return this.#entries.isFolded || this.#transactions.length === 0
  }

  #announce(available: number): void {
    this.#available = available
    this.#threads.wake(EVERYBODY)
  }

  *#work(worker: SimulatedWorker): Life {
    for (;;) {
      const sleepSince = this.#threads.wakes
      if (worker.fresh === worker.freshEnd) {
        yield* this.#validateOwn(worker)
        yield* this.#commitReady(worker, false)
      }
      if (this.#committed === this.#transactions.length) {
        if (yield* this.#foldSome(worker)) continue
        this.#threads.wake(EVERYBODY)
        return
      }
      if (!this.#enterBlock(worker)) {
        yield { busy: LOOK_AGAIN }
        continue
      }
      if (this.#alone === worker.number) {
        if (!(yield* this.#stepAlone(worker))) yield { sleepSince }
        continue
      }
      let next = this.#nextReady(worker)
      if (next === undefined) {
        if (yield* this.#checkSome(worker)) continue
        next = this.#nextFresh(worker)
      }
      if (next !== undefined) {
        yield { busy: this.#options.between }
        yield* this.#runTask(worker, next)
      } else if (!(yield* this.#commitRest(worker))) {
        // The calling thread does not sleep here, and looks again in its next turn.
        yield this.#isHost(worker) ? { busy: HOST_TURN } : { sleepSince }
      }
    }
  }

  /** False while another one is asked to leave off. */
  #enterBlock({ number }: SimulatedWorker): boolean {
    if (this.#alone === NOBODY) this.#alone = number
    if (this.#alone === number && this.#isAsked) this.#shareBlock()
    if (this.#alone === SHARED || this.#alone === number) return true
    this.#isAsked = true
    return false
  }

  #shareBlock(): void {
    this.#alone = SHARED
    this.#threads.wake(EVERYBODY)
  }

  /** The next task in order, straight on the base. False when there is none. */
  *#stepAlone(worker: SimulatedWorker): Life<boolean> {
    if (worker.fresh === worker.freshEnd && !this.#takeRun(worker)) {
      this.#alone = NOBODY
      if (this.#isAsked) this.#shareBlock()
      return false
    }
    if (this.#transactions[worker.fresh]!.gasLimit < this.#rules.runGas) yield* this.#workAlone(worker, worker.fresh++)
    else this.#shareBlock()
    return true
  }

  *#workAlone(worker: SimulatedWorker, index: number): Life {
    const { between, commit, fold, aloneSaves = 0 } = this.#options
    const task = this.#tasks[index]!
    const { cost, writes } = this.#transactions[index]!
    task.started = index
    task.executions++
    this.#executions++
    this.#footprint.workAlone(worker.number, index)
    yield { busy: Math.max(0, between + cost + commit + fold * writes.length - aloneSaves) }
    task.seen = this.#dependencies.sources[index]!.map((write) => write + 1)
    this.#values.leave(index)
    task.dependents = undefined
    task.state = 'committed'
    this.#tell(worker, index + 1)
  }

  *#validateOwn(worker: SimulatedWorker): Life {
    for (let own = this.#popUnvalidated(worker); own !== undefined; own = this.#popUnvalidated(worker)) {
      if (this.#tasks[own]!.hold()) yield* this.#validate(worker, own)
    }
  }

  #popUnvalidated(worker: SimulatedWorker): number | undefined {
    for (;;) {
      const [index] = worker.unvalidated
      if (index === undefined || !this.#isAllExecutedBefore(worker, index)) return undefined
      worker.unvalidated.shift()
      const task = this.#tasks[index]!
      if (task.state === 'executed' && !this.#isValidated(task)) return index
    }
  }

  #isValidated({ validated }: SimulatedTask): boolean {
    return validated === this.#epoch
  }

  #isAllExecutedBefore({ number }: SimulatedWorker, index: number): boolean {
    let executed = this.#executed
    if (executed < index) {
      executed = Math.max(executed, this.#committed)
      while (executed < index && this.#tasks[executed]!.isExecuted) executed++
      this.#footprint.lookForExecuted(number, this.#executed, executed, index)
      this.#executed = executed
    }
    return executed >= index
  }

  *#commitReady(worker: SimulatedWorker, eager: boolean): Life {
    while (this.#isReady(worker, this.#committed, eager)) {
      this.#footprint.lock(worker.number)
      if (this.#isLocked) return
      this.#isLocked = true
      yield* this.#commitRow(worker, eager)
      this.#isLocked = false
      this.#footprint.lock(worker.number)
    }
  }

  #isReady({ number }: SimulatedWorker, index: number, eager: boolean): boolean {
    this.#footprint.lookAtHead(number, index)
    const task = this.#tasks[index]
    if (task?.state !== 'executed') return false
    return eager || this.#isValidated(task) || this.#cursor - index > this.#rules.patience
  }

  *#commitRow(worker: SimulatedWorker, eager: boolean): Life {
    let head = this.#committed
    while (this.#isReady(worker, head, eager) && (yield* this.#commitHead(worker, head))) {
      head++
      if (head - this.#committed >= this.#rules.row) this.#tell(worker, head)
    }
    if (head !== this.#committed) this.#tell(worker, head)
  }

  #tell({ number }: SimulatedWorker, committed: number): void {
    this.#footprint.tell(number)
    this.#committed = committed
  }

  *#commitHead(worker: SimulatedWorker, index: number): Life<boolean> {
    const task = this.#tasks[index]!
    if (!task.hold()) return false
    if (!this.#isValidated(task)) {
      this.#tell(worker, index)
      if (yield* this.#isSpoilt(worker, index)) {
        yield* this.#runTask(worker, index)
        if (!task.hold()) return false
      }
    }
    this.#footprint.commit(worker.number, index)
    yield { busy: this.#options.commit }
    task.state = 'committed'
    if (task.started < index || task.executions > 1) this.#hints.countCommitted(index)
    return true
  }

  *#commitRest(worker: SimulatedWorker): Life<boolean> {
    const before = this.#committed
    yield* this.#commitReady(worker, true)
    return this.#committed !== before
  }

  *#foldSome({ number }: SimulatedWorker): Life<boolean> {
    const next = this.#entries.take()
    if (next === undefined) return false
    if (next.isRecipient) {
      this.#threads.wake(EVERYBODY)
      this.#footprint.foldFees(number)
    }
    for (const write of next.writes) this.#footprint.fold(number, write)
    yield { busy: this.#options.fold * next.writes.length }
    this.#entries.noteFolded()
    return true
  }

  #nextReady(worker: SimulatedWorker): number | undefined {
    for (;;) {
      const own = worker.own.pop()
      const ready = own ?? this.#sharedReady.pop()
      if (ready === undefined) return undefined
      if (own === undefined) this.#footprint.share(worker.number)
      if (this.#isForOthers(worker, ready)) {
        this.#share(ready)
        return undefined
      }
      this.#footprint.claim(worker.number, ready)
      if (!this.#waitsForWriter(worker, ready) && this.#tasks[ready]!.claim()) return ready
    }
  }

  *#checkSome(worker: SimulatedWorker): Life<boolean> {
    let looked = 0
    while (this.#check !== NOTHING && looked < this.#rules.round) {
      const from = Math.max(this.#check, this.#committed)
      this.#check = from < this.#cursor ? from + 1 : NOTHING
      if (this.#check === NOTHING) break
      if (!this.#tasks[from]!.hold()) continue
      yield* this.#validate(worker, from)
      looked++
    }
    return looked > 0
  }

  #nextFresh(worker: SimulatedWorker): number | undefined {
    while (worker.fresh < worker.freshEnd || this.#takeRun(worker)) {
      const index = worker.fresh++
      this.#footprint.takeFresh(worker.number, index)
      const { after } = this.#transactions[index]!
      const waits = (after !== undefined && this.#join(worker, after, index)) || this.#waitsForWriter(worker, index)
      if (waits) continue
      if (this.#isForOthers(worker, index)) this.#share(index)
      else if (this.#tasks[index]!.claim()) return index
    }
    return undefined
  }

  #takeRun(worker: SimulatedWorker): boolean {
    const available = Math.min(this.#available, this.#committed + this.#rules.window)
    if (this.#cursor >= available) return false
    const { run, runGas, runShare } = this.#rules
    const from = this.#cursor
    const most = from + Math.max(1, Math.min(run, Math.floor((available - from) / runShare)))
    let gas = 0
    while (this.#cursor < most && gas < runGas) gas += this.#transactions[this.#cursor++]!.gasLimit
    this.#footprint.takeRun(worker.number, from, this.#cursor)
    worker.fresh = from
    worker.freshEnd = this.#cursor
    return true
  }

  #waitsForWriter(worker: SimulatedWorker, index: number): boolean {
    const writer = this.#hints.expectedWriter(index)
    return writer !== undefined && this.#join(worker, writer, index)
  }

  /** False when what the list waits for has happened. */
  #join({ number }: SimulatedWorker, predecessor: number, index: number): boolean {
    const list: TaskList = this.#tasks[predecessor]!.dependents
    if (list !== undefined) this.#footprint.join(number, predecessor)
    list?.push(index)
    return list !== undefined
  }

  *#validate(worker: SimulatedWorker, index: number): Life {
    if (!(yield* this.#isSpoilt(worker, index))) this.#tasks[index]!.state = 'executed'
    else if (!this.#isPutBehind(worker, index)) yield* this.#runTask(worker, index)
  }

  /** The calling thread begins nothing that may be long. */
  #isForOthers(worker: SimulatedWorker, index: number): boolean {
    return this.#isHost(worker) && this.#transactions[index]!.gasLimit > this.#rules.longGas
  }

  #isHost({ number }: SimulatedWorker): boolean {
    return this.#options.hostJoins !== undefined && number === this.#options.early
  }

  #share(index: number): void {
    this.#sharedReady.push(index)
    this.#threads.wake(1)
  }

  *#runTask(worker: SimulatedWorker, index: number): Life {
    const task = this.#tasks[index]!
    if (this.#isForOthers(worker, index)) {
      task.state = 'ready'
      this.#share(index)
      return
    }
    for (;;) {
      const before = this.#takenBack
      const epoch = this.#epoch
      const isFinal = this.#isAllExecutedBefore(worker, index)
      if (yield* this.#executeTask(worker, index)) {
        const isRepeated = task.executions > 1
        if (isFinal && this.#epoch === epoch) task.validated = isRepeated ? epoch + 1 : epoch
        else this.#remember(worker, index)
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

  /** When there are too many the oldest one is forgotten: the committer will look at it. */
  #remember({ unvalidated }: SimulatedWorker, index: number): void {
    if (unvalidated.length === RING) unvalidated.shift()
    unvalidated.push(index)
  }

  #isPutBehind(worker: SimulatedWorker, index: number): boolean {
    const { blocker } = worker
    if (blocker === undefined) return false
    const task = this.#tasks[index]!
    task.state = 'ready'
    return this.#join(worker, blocker, index) || !task.claim()
  }

  /** False when it met an estimate. */
  *#executeTask(worker: SimulatedWorker, index: number): Life<boolean> {
    const task = this.#tasks[index]!
    const { cost } = this.#transactions[index]!
    task.started = this.#committed
    task.executions++
    this.#executions++
    this.#footprint.look(worker.number, index, this.#committed)
    yield { busy: LOOK * cost }
    const seen = this.#see(worker, index)
    if (worker.blocker !== undefined) return false
    this.#entries.keep(worker.number, this.#footprint.publish(worker.number, index))
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
    const isFinal = this.#isAllExecutedBefore(worker, index)
    this.#footprint.validate(worker.number, index, this.#committed)
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
      this.#footprint.share(worker.number)
      this.#share(index)
    }
  }
}
