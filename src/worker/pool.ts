import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { InputError } from '../errors.js'
import type { Needless } from './needless.js'
import type { FarewellTask, SignatureTask, StayMessage, ThreadTask, WorkOutcome, WorkTask } from './protocol.js'
import { threadFlags } from './thread-flags.js'

type Task = ThreadTask | FarewellTask | SignatureTask

type Threads = Piscina<Task, WorkOutcome | undefined>

const MAX_THREADS = 63

const RECOVER = new URL('./recover.js', import.meta.url).href
const FAREWELL = new URL('./farewell.js', import.meta.url).href

/** Piscina tries `require` before `import`. A thread that is terminated while it requires a module takes the process with it (Node 20.20). */
const REQUIRE_MODULE = '--experimental-require-module'
const IMPORT_ONLY = process.allowedNodeEnvironmentFlags.has(REQUIRE_MODULE)
  ? [REQUIRE_MODULE.replace('--', '--no-')]
  : []

let knownFlags: string[] | undefined

function ownFlags(): string[] {
  knownFlags ??= threadFlags(process.execArgv)
  return knownFlags
}

/** What a task comes to that nobody needs any more before a thread was free for it. */
const NOT_BEGUN: WorkOutcome = { done: true }

/**
 * Threads that any number of engines share. Each engine's block is one long task per worker; when there are more tasks than
 * threads, `pressure` tells the running ones to make room now and then, and tasks are served in the order they came.
 */
export class WorkerPool {
  readonly threads: number
  readonly pressure: SharedArrayBuffer = new SharedArrayBuffer(4)
  /** Called when somebody has to wait for a thread: by each of these, threads that only stand by are sent back. */
  readonly shortage: Set<() => void> = new Set()
  readonly #pressure: Int32Array
  /** Who waits for a thread. Not in piscina's queue: a task is taken out of that in a way that ends the thread if it has begun. */
  readonly #waiting = new Set<() => void>()
  #piscina: Threads | undefined
  /** Who had blocks executed here, and has not left. */
  readonly #engines = new Set<number>()
  /** Who is told that a task's thread stays, by the task's number. */
  readonly #stays = new Map<number, (turn: number) => void>()
  #isClosed = false
  #running = 0
  #lastTask = 0

  constructor(threads: number = availableParallelism()) {
    if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
      const message = `Pool: threads expected 1 to ${MAX_THREADS}, got ${threads}`
      throw new InputError('InvalidThreads', message, { threads })
    }
    this.threads = threads
    this.#pressure = new Int32Array(this.pressure)
    this.#piscina = this.#open()
  }

  #open(): Threads {
    const piscina: Threads = new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: this.threads,
      maxThreads: this.threads,
      concurrentTasksPerWorker: 1,
      // Threads wait for work on a futex and not in a loop of their own: a block starts some 30 µs earlier.
      atomics: 'sync',
      execArgv: [...ownFlags(), ...IMPORT_ONLY],
    })
    // A thread that dies is replaced by piscina; its task's promise tells who waits for it.
    piscina.on('error', () => undefined)
    piscina.on('message', ({ number, turn }: StayMessage) => this.#stays.get(number)?.(turn))
    // But once a thread has died before it was up, none is replaced any more, and nobody comes for the tasks that wait when the
    // last one is gone. They are given back, and the next task finds new threads.
    piscina.on('workerDestroy', () => queueMicrotask(() => this.#dropIfEmpty(piscina)))
    return piscina
  }

  #dropIfEmpty(piscina: Threads): void {
    if (piscina !== this.#piscina || piscina.threads.length > 0) return
    this.#piscina = undefined
    void piscina.destroy()
  }

  /**
   * Rejects when the thread died, or the pool is closed. A task that is needless before it has begun never begins. With `onStay` the
   * thread may stay when the block is done: it is told so after each, and goes on until it is sent away.
   */
  async run(task: WorkTask, needless?: Needless, onStay?: (turn: number) => void): Promise<WorkOutcome> {
    this.#engines.add(task.engine)
    const given = { ...task, engines: [...this.#engines] }
    if (onStay === undefined) return (await this.#run(given, undefined, needless)) ?? NOT_BEGUN
    const number = ++this.#lastTask
    this.#stays.set(number, onStay)
    try {
      return (await this.#run({ ...given, number }, undefined, needless)) ?? NOT_BEGUN
    } finally {
      this.#stays.delete(number)
    }
  }

  /** Whether somebody waits for a thread. */
  get isShort(): boolean {
    return this.#waiting.size > 0
  }

  /**
   * Makes the threads let go of what they keep for an engine. Those that have nothing else to do have done so when this resolves, the
   * others do it when their turn comes.
   */
  async forget(engine: number): Promise<void> {
    if (!this.#engines.delete(engine) || this.#isClosed || this.#piscina === undefined) return
    const idle = this.threads - this.#running
    const farewells = Array.from({ length: this.threads }, () =>
      this.#run({ engine }, FAREWELL, undefined).catch(() => undefined),
    )
    await Promise.all(farewells.slice(0, idle))
  }

  /** A short task: finds signers, and writes them behind their signatures. */
  async recover(task: SignatureTask, needless?: Needless): Promise<void> {
    await this.#run(task, RECOVER, needless)
  }

  /** Undefined when it did not begin. `filename`: what runs the task, if it is not worker.ts. */
  async #run(
    task: Task,
    filename: string | undefined,
    needless: Needless | undefined,
  ): Promise<WorkOutcome | undefined> {
    const turn = this.#turn(needless)
    // Where there is no need to wait, the thread is called before the caller goes on.
    if (turn === false || (turn !== true && !(await turn))) return undefined
    try {
      if (this.#isClosed) throw new InputError('PoolClosed', 'Pool: expected an open one, got a closed one')
      this.#piscina ??= this.#open()
      return await this.#piscina.run(task, filename === undefined ? {} : { filename })
    } finally {
      this.#handOn()
    }
  }

  /** True once one of the threads is the caller's, to be handed on when it has done with it; false when it gave up before. */
  #turn(needless: Needless | undefined): boolean | Promise<boolean> {
    if (needless?.aborted) return false
    if (this.#running < this.threads) {
      this.#running++
      return true
    }
    return new Promise((resolve) => {
      const leave = (hasThread: boolean) => {
        this.#waiting.delete(begin)
        Atomics.store(this.#pressure, 0, this.#waiting.size)
        needless?.removeEventListener('abort', giveUp)
        resolve(hasThread)
      }
      const begin = () => leave(true)
      const giveUp = () => leave(false)
      this.#waiting.add(begin)
      Atomics.store(this.#pressure, 0, this.#waiting.size)
      needless?.addEventListener('abort', giveUp)
      for (const release of [...this.shortage]) release()
    })
  }

  /** From hand to hand: were it free in between, whoever comes just then would pass those who wait. */
  #handOn(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#running--
    else next()
  }

  /** The threads themselves, for those who want to see one die. */
  get workers(): readonly { terminate(): Promise<number> }[] {
    return this.#piscina?.threads ?? []
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const piscina = this.#piscina
    this.#piscina = undefined
    await piscina?.destroy()
  }
}

/** Pools by their number of threads, with how many engines use them. */
const shared = new Map<number, { pool: WorkerPool; users: number }>()

/** The pool that all engines of as many workers share. */
export function acquirePool(threads: number): WorkerPool {
  let entry = shared.get(threads)
  if (entry === undefined) {
    entry = { pool: new WorkerPool(threads), users: 0 }
    shared.set(threads, entry)
  }
  entry.users++
  return entry.pool
}

/** The last one to leave closes it. */
export async function releasePool(threads: number, engine: number): Promise<void> {
  const entry = shared.get(threads)
  if (entry === undefined) return
  if (--entry.users > 0) return entry.pool.forget(engine)
  shared.delete(threads)
  await entry.pool.close()
}
