import { HeddleError, ResourceLimitError, StateBackendError } from '../errors.js'
import type { BackendDescriptor } from '../types/state.js'
import { Status } from '../types/status.js'
import type { Message, TransactionResult } from '../types/transaction.js'
import { layout } from '../wasm/layout.js'
import type { Machine } from '../wasm/machine.js'
import { readLogs } from '../wasm/read-result.js'
import { messageSize, writeMessage } from '../wasm/write-block.js'
import type { WorkerPool } from '../worker/pool.js'
import type { Fault, WorkFailure } from '../worker/protocol.js'
import { answerQuestions } from '../worker/state-channel.js'
import { DependencyTracker } from './dependencies.js'
import { type BlockStatistics, readStatistics } from './statistics.js'

export interface ParallelOptions {
  pool: WorkerPool
  /** Among the machine's workers. */
  workers: number
  backend?: BackendDescriptor
  signal?: AbortSignal
  /** Keeps the schedule as it happened. */
  record?: boolean
  /** Called with the number of transactions that are final, whenever it has grown. */
  onProgress?: (committed: number) => void
  /** Test only: lets a worker die. */
  fault?: (worker: number, attempt: number) => Fault | undefined
}

/** A transaction at whose execution threads kept dying. */
export class WorkerDeathError extends HeddleError {}

/** The block was stopped by its caller. */
export class AbortedError extends HeddleError {}

/** The transaction that ended a parallel run, and what the sequential run would have thrown there. */
export interface Refused {
  index: number
  error: Error
}

export interface ParallelOutcome {
  /** Of the transactions before the refused one, if there is one. */
  results: TransactionResult[]
  refused?: Refused
  statistics: BlockStatistics
}

const RUNNING = 0
const PAUSED = 2
const STOPPED = 3
const MAX_DEATHS = 3
const ANNOUNCE_EVERY = 32
const YIELD_AFTER = 2
const BUFFER = 1 << 20

/** Executes the transactions of the machine's running block on worker threads, with the result of executing them in order. */
export async function executeParallel(
  machine: Machine,
  messages: readonly Message[],
  options: ParallelOptions,
): Promise<ParallelOutcome> {
  const run = new ParallelRun(machine, messages, options)
  try {
    return await run.execute()
  } finally {
    run.close()
  }
}

class ParallelRun {
  readonly #machine: Machine
  readonly #messages: readonly Message[]
  readonly #options: ParallelOptions
  readonly #control: Int32Array
  readonly #deaths = new Map<number, number>()
  readonly #channel: { stop(): void }
  #attempt = 0
  #hasDied = false
  #failure: Error | undefined
  #busy: number[]
  #start = performance.now()
  #timer: NodeJS.Timeout | undefined
  #reported = 0

  constructor(machine: Machine, messages: readonly Message[], options: ParallelOptions) {
    this.#machine = machine
    this.#messages = messages
    this.#options = options
    this.#control = new Int32Array(machine.memory.buffer, 0, layout.EXCHANGE >>> 2)
    this.#busy = new Array<number>(options.workers).fill(0)
    const records = options.record === true ? messages.length * 4 + 64 : 0
    if (!machine.core.openBlock(messages.length, DependencyTracker.keys(messages.length), records)) {
      throw new ResourceLimitError(
        'HeapLimit',
        `Block: expected room for its transactions, got ${messages.length} of them: give the engine more memory`,
        { transactions: messages.length },
      )
    }
    this.#channel = answerQuestions(machine.words, options.workers, machine.questions, (error) => this.#fail(error))
  }

  async execute(): Promise<ParallelOutcome> {
    const { signal, workers } = this.#options
    const onAbort = () => this.#fail(new AbortedError('Aborted', 'Block: expected to end, got a signal to abort'))
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort)
    if (this.#options.onProgress !== undefined) this.#timer = setInterval(() => this.#report(), 1)
    try {
      const writing = this.#write()
      // Ends: each further round needs a death, and deaths at one transaction are counted.
      do {
        this.#hasDied = false
        this.#attempt++
        await Promise.all(Array.from({ length: workers }, (_, worker) => this.#drive(worker)))
        if (this.#hasDied && this.#failure === undefined) this.#recover()
      } while (this.#hasDied && this.#failure === undefined)
      await writing
    } finally {
      signal?.removeEventListener('abort', onAbort)
      clearInterval(this.#timer)
    }
    if (this.#failure !== undefined) throw this.#failure
    this.#report()
    return this.#outcome()
  }

  close(): void {
    this.#channel.stop()
    this.#machine.core.closeBlock()
  }

  /** Writes transactions while workers execute the first ones, and lets the caller's event loop breathe in between. */
  async #write(): Promise<void> {
    const { core, words } = this.#machine
    const tasks = words.u32(layout.BLOCK_TASKS)
    const tracker = new DependencyTracker()
    let at = 0
    let end = 0
    let since = performance.now()
    for (const [index, message] of this.#messages.entries()) {
      const size = (messageSize(message) + 31) & ~31
      if (at + size > end) {
        const piece = Math.max(size, BUFFER)
        at = core.allocate(piece) >>> 0
        if (at === 0) {
          this.#fail(
            new ResourceLimitError('HeapLimit', `Block: expected to fit in memory, got more at transaction ${index}`),
          )
          return
        }
        end = at + piece
      }
      writeMessage(words, at, message, 0)
      const task = tasks + index * layout.TASK_SIZE
      const dependencies = tracker.next(message, index)
      words.setU32(task + layout.TASK_TRANSACTION, at)
      words.setU32(task + layout.TASK_AFTER, dependencies.after)
      words.setU32(task + layout.TASK_FINE_AFTER, dependencies.fineAfter)
      words.setU32(task + layout.TASK_FINE_KEY, dependencies.fineKey)
      words.setU32(task + layout.TASK_COARSE_AFTER, dependencies.coarseAfter)
      words.setU32(task + layout.TASK_COARSE_KEY, dependencies.coarseKey)
      at += size
      if ((index + 1) % ANNOUNCE_EVERY !== 0) continue
      core.announce(index + 1)
      if (performance.now() - since < YIELD_AFTER) continue
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
      if (this.#failure !== undefined) return
    }
    core.announce(this.#messages.length)
  }

  /** One worker, from task to task, until the block is done or somebody has died. Never rejects. */
  async #drive(worker: number): Promise<void> {
    const { pool, backend, fault } = this.#options
    const { memory, build, id } = this.#machine
    const arena = worker + 1
    for (let done = false; !done; ) {
      const injected = fault?.(worker, this.#attempt)
      try {
        const outcome = await pool.run({
          engine: id,
          memory,
          build,
          arena,
          pressure: pool.pressure,
          ...(backend === undefined ? {} : { backend }),
          ...(injected === undefined ? {} : { fault: injected }),
        })
        this.#busy[worker]! += outcome.busy
        done = outcome.done
        if (outcome.failure !== undefined) this.#onWorkFailure(arena, outcome.failure)
      } catch {
        this.#onDeath(arena)
        done = true
      }
    }
  }

  #onWorkFailure(arena: number, { isTrap, code, message }: WorkFailure): void {
    if (isTrap) this.#onDeath(arena)
    else this.#fail(new StateBackendError(code, message))
  }

  /** Everybody comes to rest, so that what the dead worker held can be handed out again. */
  #onDeath(arena: number): void {
    this.#hasDied = true
    const { words } = this.#machine
    const tasks = words.u32(layout.BLOCK_TASKS)
    const EXECUTING = 1
    for (
      let index = Atomics.load(this.#control, layout.BLOCK_COMMITTED >>> 2);
      index < this.#messages.length;
      index++
    ) {
      const task = tasks + index * layout.TASK_SIZE
      if (words.u32(task + layout.TASK_STATE) !== EXECUTING || words.u32(task + layout.TASK_WORKER) !== arena) continue
      const deaths = (this.#deaths.get(index) ?? 0) + 1
      this.#deaths.set(index, deaths)
      if (deaths < MAX_DEATHS) continue
      const message = `Transaction ${index}: expected a worker to survive it, got ${deaths} that died`
      this.#fail(new WorkerDeathError('WorkerDeath', message, { transaction: index, deaths }))
    }
    this.#halt(PAUSED)
  }

  #recover(): void {
    this.#machine.core.recover()
    Atomics.compareExchange(this.#control, layout.BLOCK_ABORTED >>> 2, PAUSED, RUNNING)
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
    this.#halt(STOPPED)
  }

  /** Makes every worker leave its loop. */
  #halt(how: number): void {
    const word = layout.BLOCK_ABORTED >>> 2
    const before = Atomics.compareExchange(this.#control, word, RUNNING, how)
    if (before === PAUSED && how === STOPPED) Atomics.store(this.#control, word, STOPPED)
    this.#machine.core.announce(Atomics.load(this.#control, layout.BLOCK_AVAILABLE >>> 2))
  }

  #report(): void {
    const committed = Atomics.load(this.#control, layout.BLOCK_COMMITTED >>> 2)
    if (committed === this.#reported) return
    this.#reported = committed
    this.#options.onProgress?.(committed)
  }

  #outcome(): ParallelOutcome {
    const { words } = this.#machine
    const committed = words.u32(layout.BLOCK_COMMITTED)
    const results: TransactionResult[] = []
    for (let index = 0; index < committed; index++)
      results.push(readTaskResult(this.#machine, index, this.#messages[index]!))
    const statistics = readStatistics(words, {
      count: this.#messages.length,
      busy: this.#busy,
      elapsed: performance.now() - this.#start,
      deaths: [...this.#deaths.values()].reduce((sum, deaths) => sum + deaths, 0),
    })
    if (committed === this.#messages.length) return { results, statistics }
    const status = words.u32(layout.BLOCK_ERROR)
    if (status === Status.Running) throw new Error(`BUG: a block ended after ${committed} transactions for no reason`)
    const index = words.u32(layout.BLOCK_ERROR_INDEX)
    const task = words.u32(layout.BLOCK_TASKS) + index * layout.TASK_SIZE
    const transaction = words.u32(task + layout.TASK_TRANSACTION)
    this.#machine.core.closeBlock()
    return {
      results,
      statistics,
      refused: { index, error: this.#machine.refusal(status, transaction, this.#messages[index]!) },
    }
  }
}

/** The result of a committed transaction. */
export function readTaskResult({ words }: Machine, index: number, message: Message): TransactionResult {
  const task = words.u32(layout.BLOCK_TASKS) + index * layout.TASK_SIZE
  const logs = readLogs(words, words.u32(task + layout.TASK_LOGS), words.u32(task + layout.TASK_LOGS_END))
  const result: TransactionResult = {
    status: words.u32(task + layout.TASK_STATUS),
    gasUsed: words.u64(task + layout.TASK_GAS_USED),
    output: NO_OUTPUT,
    logs,
  }
  if (message.to === undefined) result.contractAddress = words.wordBytes(task + layout.TASK_CREATED, 20)
  return result
}

const NO_OUTPUT = new Uint8Array(0)
