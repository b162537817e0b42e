import { InputError, StateBackendError } from '../errors.js'
import type { StateDiff } from '../types/state.js'
import { layout } from '../wasm/layout.js'
import type { Machine } from '../wasm/machine.js'
import { readChanges } from '../wasm/read-changes.js'
import type { WorkFailure } from '../worker/protocol.js'
import { type Answering, answerQuestions } from '../worker/state-channel.js'
import { abortedBlock } from './attempt.js'
import type { BlockMessages } from './block-messages.js'
import { BlockTasks } from './block-tasks.js'
import { Crew, type CrewOptions } from './crew.js'
import { WorkerDeathError } from './errors.js'
import { type BlockStatistics, readStatistics } from './statistics.js'
import { canTakePart, takePart } from './take-part.js'

export interface ParallelOptions extends CrewOptions {
  /** Called beforehand, with the same options: whoever did so dismisses it, too. */
  crew?: Crew
  /** The calling thread may be one of the workers: the state answers it at once. */
  takesPart?: boolean
  signal?: AbortSignal
  /** Keeps the schedule as it happened. */
  record?: boolean
  /** Called whenever more transactions are final. */
  onProgress?: (tasks: BlockTasks) => void
  /** Called at the end with what the block changed before its transactions, and by each that is committed. */
  onChange?: (diff: StateDiff) => void
}

export interface ParallelOutcome {
  tasks: BlockTasks
  statistics: () => BlockStatistics
  /** When the threads are the pool's again: they have left the block before that. */
  heardFrom: Promise<void>
}

const RUNNING = 0
/** A transaction must not be in the block: nobody needs those behind it. */
const REFUSED = 1
const PAUSED = 2
const STOPPED = 3
const MAX_DEATHS = 3
/** Rounds that end with a death and commit nothing: with more of them than this there is something wrong with the threads. */
const MAX_FRUITLESS_ROUNDS = 10
/** Few at first, so that workers have something to do; then as many as are worth waking them for. */
export const FIRST_BATCH = 32
export const BATCH = 256
/** How long this keeps the caller's thread at a stretch, in milliseconds. */
const TURN = 2

/** Executes the transactions of the machine's running block on worker threads, with the result of executing them in order. */
export async function executeParallel(
  machine: Machine,
  messages: BlockMessages,
  options: ParallelOptions,
): Promise<ParallelOutcome> {
  const crew = options.crew ?? new Crew(machine, options)
  try {
    const run = new ParallelRun(machine, messages, options, crew)
    try {
      return await run.execute()
    } finally {
      run.close()
    }
  } finally {
    crew.dismiss()
  }
}

class ParallelRun {
  readonly #machine: Machine
  readonly #tasks: BlockTasks
  readonly #options: ParallelOptions
  readonly #control: Int32Array
  readonly #deaths = new Map<number, number>()
  readonly #channel: Answering
  readonly #crew: Crew
  #takesPart: boolean
  #attempt = 0
  /** Nothing that workers say says anything of the block any more. */
  #isOver = false
  #hasDied = false
  #failure: Error | undefined
  /** What workers were at work in the calling thread, in milliseconds. */
  readonly #ownBusy: number[]
  #start = performance.now()
  #timer: NodeJS.Timeout | undefined
  #reported = 0

  constructor(machine: Machine, messages: BlockMessages, options: ParallelOptions, crew: Crew) {
    this.#machine = machine
    this.#options = options
    this.#control = new Int32Array(machine.memory.buffer, 0, layout.EXCHANGE >>> 2)
    this.#ownBusy = new Array<number>(options.workers).fill(0)
    this.#crew = crew
    this.#takesPart = options.takesPart === true
    this.#tasks = BlockTasks.open(machine, messages, options.record === true ? messages.length * 4 + 64 : 0)
    if (options.onChange !== undefined) this.#tasks.keepVersions()
    // Who is alone with a slow state keeps the others from asking it for something else meanwhile.
    if (!this.#takesPart) this.#tasks.share()
    this.#channel = answerQuestions(
      machine.words,
      options.workers,
      () => machine.answers(),
      (error) => this.#fail(error),
    )
    crew.open()
  }

  async execute(): Promise<ParallelOutcome> {
    const { signal, workers } = this.#options
    const onAbort = () => this.#fail(abortedBlock())
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort)
    if (this.#options.onProgress !== undefined) this.#timer = setInterval(() => this.#report(), 1)
    try {
      let announcing: Promise<void> | undefined
      // Ends: each further round needs a death, and deaths at one transaction are counted, as are rounds that commit nothing.
      let fruitless = 0
      do {
        const { committed } = this.#tasks
        this.#hasDied = false
        this.#attempt++
        if (this.#failure === undefined && this.#attempt > 1) this.#crew.recall()
        const early = Array.from({ length: this.#crew.early }, (_, worker) => this.#drive(worker))
        // After they have been called, who wake meanwhile.
        announcing ??= this.#announce()
        const late = Array.from({ length: workers - early.length }, async (_, index) => {
          await announcing
          await (index === 0 ? this.#replace(early.length) : this.#drive(early.length + index))
        })
        await (late.length > 0 ? this.#unlessEmpty(late[0]!, [...early, ...late]) : Promise.all(early))
        fruitless = this.#tasks.committed > committed ? 0 : fruitless + 1
        if (this.#hasDied && fruitless > MAX_FRUITLESS_ROUNDS) this.#giveUp(fruitless)
        if (this.#hasDied && this.#failure === undefined) this.#recover()
        // Once all is committed the rest is for this thread to do.
      } while (this.#hasDied && this.#failure === undefined && this.#tasks.committed < this.#tasks.messages.length)
      await announcing
    } finally {
      signal?.removeEventListener('abort', onAbort)
      clearInterval(this.#timer)
    }
    this.#report()
    if (this.#failure !== undefined) throw this.#failure
    this.#tellChanges()
    return this.#outcome()
  }

  close(): void {
    this.#channel.stop()
    this.#tasks.close()
  }

  /** Reads transactions while workers execute the first ones, and lets the caller's event loop breathe in between. */
  async #announce(): Promise<void> {
    const isAwaited = () =>
      this.#tasks.announced < this.#tasks.messages.length &&
      this.#failure === undefined &&
      Atomics.load(this.#control, layout.BLOCK_ABORTED >>> 2) !== REFUSED
    let since = performance.now()
    while (isAwaited()) {
      try {
        this.#tasks.announce(this.#tasks.announced < BATCH ? FIRST_BATCH : BATCH)
      } catch (error) {
        this.#fail(error)
      }
      if (performance.now() - since < TURN) continue
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
  }

  /** The first worker for whom there is no core but that of the calling thread, which has one, and has just read what is to be done. */
  async #replace(worker: number): Promise<void> {
    const isToDie = this.#options.fault?.(worker, this.#attempt) !== undefined
    if (
      isToDie ||
      !this.#takesPart ||
      this.#failure !== undefined ||
      !canTakePart(this.#machine, this.#tasks.messages.length)
    ) {
      return this.#drive(worker)
    }
    const arena = worker + 1
    try {
      this.#ownBusy[worker]! += await takePart(this.#machine, arena)
    } catch (error) {
      // What trapped once is left to those who can be replaced.
      this.#takesPart = false
      if (error instanceof WebAssembly.RuntimeError) this.#onDeath(arena)
      else this.#fail(error)
    }
    this.#crew.countermand()
  }

  /** One worker, from task to task, until the block is done or somebody has died. Never rejects. */
  async #drive(worker: number): Promise<void> {
    const arena = worker + 1
    for (let done = false; !done; ) {
      try {
        const outcome = await this.#crew.run(worker, this.#attempt)
        if (this.#isOver) return
        done = outcome.done
        if (outcome.failure !== undefined) this.#onWorkFailure(arena, outcome.failure)
      } catch (error) {
        if (this.#isOver) return
        // A pool that was closed has no other thread to give.
        if (error instanceof InputError) this.#fail(error)
        else this.#onDeath(arena)
        done = true
      }
    }
    this.#crew.countermand()
  }

  /** All have come to an end, or the calling thread has and found the block done and left: what the others have to say is not waited for. */
  async #unlessEmpty(own: Promise<void>, all: readonly Promise<void>[]): Promise<void> {
    await own
    const isDone = this.#tasks.committed === this.#tasks.messages.length && this.#failure === undefined
    if (isDone && !this.#hasDied && this.#crew.hasLeft()) this.#isOver = true
    else await Promise.all(all)
  }

  #onWorkFailure(arena: number, { isTrap, code, message }: WorkFailure): void {
    if (isTrap) this.#onDeath(arena)
    else this.#fail(new StateBackendError(code, message))
  }

  /** Everybody comes to rest, so that what the dead worker held can be handed out again. */
  #onDeath(arena: number): void {
    this.#hasDied = true
    const { words } = this.#machine
    const HELD = 1
    for (let index = this.#tasks.committed; index < this.#tasks.announced; index++) {
      const task = this.#tasks.at(index)
      if (words.u32(task + layout.TASK_STATE) !== HELD || words.u32(task + layout.TASK_WORKER) !== arena) continue
      const deaths = (this.#deaths.get(index) ?? 0) + 1
      this.#deaths.set(index, deaths)
      if (deaths < MAX_DEATHS) continue
      const message = `Transaction ${index}: expected a worker to survive it, got ${deaths} that died`
      this.#fail(new WorkerDeathError('WorkerDeath', message, { transaction: index, deaths }))
    }
    this.#halt(PAUSED)
  }

  #giveUp(rounds: number): void {
    const message = `Block: expected workers that live long enough to commit something, got none in ${rounds} rounds`
    this.#fail(new WorkerDeathError('WorkerDeath', message, { rounds }))
  }

  #recover(): void {
    this.#machine.core.recover()
    this.#channel.forget()
    Atomics.compareExchange(this.#control, layout.BLOCK_ABORTED >>> 2, PAUSED, RUNNING)
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
    this.#halt(STOPPED)
    this.#channel.refuse()
  }

  /** Makes every worker leave its loop. */
  #halt(how: number): void {
    const word = layout.BLOCK_ABORTED >>> 2
    const before = Atomics.compareExchange(this.#control, word, RUNNING, how)
    if (before === PAUSED && how === STOPPED) Atomics.store(this.#control, word, STOPPED)
    this.#crew.countermand()
    this.#machine.core.announce(Atomics.load(this.#control, layout.BLOCK_AVAILABLE >>> 2))
  }

  /** Of a block that has failed nothing more is told. */
  #report(): void {
    const { committed } = this.#tasks
    if (committed === this.#reported || this.#failure !== undefined) return
    this.#reported = committed
    try {
      this.#options.onProgress?.(this.#tasks)
    } catch (error) {
      // The caller's own, thrown in a timer's turn: nobody else would catch it.
      this.#fail(error)
    }
  }

  #tellChanges(): void {
    const { onChange } = this.#options
    if (onChange === undefined) return
    const committed = Array.from({ length: this.#tasks.committed }, (_, index) => this.#tasks.at(index))
    for (const diff of readChanges(this.#machine, committed)) onChange(diff)
  }

  #outcome(): ParallelOutcome {
    const tasks = this.#tasks
    const measured = {
      busy: this.#ownBusy.map((busy, worker) => busy + this.#crew.busy(worker)),
      elapsed: performance.now() - this.#start,
      deaths: [...this.#deaths.values()].reduce((sum, deaths) => sum + deaths, 0),
    }
    if (tasks.committed < tasks.messages.length && tasks.refused() === undefined) {
      throw new Error(`BUG: a block ended after ${tasks.committed} transactions for no reason`)
    }
    return {
      tasks,
      statistics: () => readStatistics(this.#machine.words, tasks, measured),
      heardFrom: this.#crew.heardFrom(),
    }
  }
}
