import { availableParallelism } from 'node:os'
import { type BlockReceipt, committing, receiptsOf } from './block/block-receipt.js'
import { DraftSource, type DraftTransaction, type Hex } from './block/draft.js'
import { type DraftHeader, draftHeader } from './block/draft-header.js'
import { blockEnvironment } from './block/environment.js'
import { type BlockResult, type RunInput, type Runner, runBlockWith, validateBlock } from './block/execute.js'
import { blockOf, type DraftBlock, type GivenBlock, isDraft, requireBlock } from './block/given-block.js'
import { KnownHashes } from './block/known-hashes.js'
import type { RecoverSigners } from './block/recover.js'
import { validateResult } from './block/validate-result.js'
import type { ChainConfig } from './chain/config.js'
import { forkAt } from './chain/config.js'
import { headerHash } from './codec/header.js'
import { bytesToHex } from './codec/hex.js'
import { HeddleError, InputError, ResourceLimitError } from './errors.js'
import { collectGarbage } from './memory/collect-garbage.js'
import { abortedBlock, attempt, unlessAborted } from './scheduler/attempt.js'
import type { MessageList } from './scheduler/block-messages.js'
import { BlockThreads } from './scheduler/block-threads.js'
import { foresee } from './scheduler/foreseen.js'
import type { Committed } from './scheduler/on-workers.js'
import { type Mode, Policy } from './scheduler/policy.js'
import { executeSequential } from './scheduler/sequential.js'
import type { BlockStatistics } from './scheduler/statistics.js'
import type { EngineState, StateDraft } from './state/backend.js'
import { SourcedState } from './state/sourced-state.js'
import type { Block, BlockHeader } from './types/header.js'
import type { AsyncStateBackend, StateDiff } from './types/state.js'
import { isSuccess } from './types/status.js'
import { createMachine, defaultMemory, LARGEST_MEMORY, type Machine, mostWorkers } from './wasm/machine.js'
import { acquirePool, releasePool, type WorkerPool } from './worker/pool.js'
import { recoverOnWorkers } from './worker/signatures.js'

export type { DraftBlock } from './block/given-block.js'

export interface EngineOptions {
  chain: ChainConfig
  /** The engine owns it from now on: read it through `engine.state`, which for a source is a `SourcedState`. */
  state: EngineState | AsyncStateBackend
  /** 0 runs everything in the calling thread. Without it: one per core, as far as there is memory for them. */
  workers?: number
  /** Bytes of shared memory, reserved at once and taken as they are used. */
  memory?: number
  /** The header that the state belongs to. With it, blocks are held to it as their parent. */
  head?: BlockHeader
  /** Threads to share with other engines; without it, engines of the same number of workers share a pool. */
  pool?: WorkerPool
  /** Parallel or sequential whatever the policy thinks. */
  mode?: Mode
}

export interface CallResult {
  success: boolean
  gasUsed: bigint
  output: Hex
}

export interface CallOptions {
  /** Stops waiting for the state. */
  signal?: AbortSignal
}

export interface ExecuteOptions {
  /** Stops the block; the state stays what it was. */
  signal?: AbortSignal
  /** Called for each receipt as soon as everything up to it is final, also in a block that fails at a later transaction. */
  onCommit?: (receipt: BlockReceipt) => void
  /** Keeps the schedule as it happened, in `statistics.schedule`. */
  record?: boolean
}

/** What a block did. It is state only after `commit`; the engine takes no other block before that or `discard`. */
export interface ExecutedBlock {
  /** Like `diff`, put together when they are first asked for. */
  readonly receipts: BlockReceipt[]
  gasUsed: bigint
  logsBloom: Hex
  receiptsRoot: Hex
  /** `0x` when it is not known, because the state comes from a source without tries. */
  stateRoot: Hex
  readonly diff: StateDiff
  mode: Mode
  /** Of a parallel run. */
  statistics?: BlockStatistics
  /** Where the time went; `recover` until senders are known. */
  milliseconds: { recover: number; execute: number; collect: number; root: number }
  /** What all threads of the process spent on executing transactions, in milliseconds. */
  cpu: number
  commit(): void
  discard(): void
}

/** The engine is busy, closed, or waits for a block to be committed or discarded. */
export class EngineStateError extends HeddleError {}

type Phase = 'idle' | 'executing' | 'executed' | 'closed'

const UNREADY: Record<Exclude<Phase, 'idle'>, { code: string; got: string }> = {
  executing: { code: 'EngineBusy', got: 'one that executes a block' },
  executed: { code: 'BlockPending', got: 'one with a block to commit or discard' },
  closed: { code: 'EngineClosed', got: 'a closed one' },
}

export function createEngine(options: EngineOptions): Engine {
  return new Engine(options)
}

/** Executes the blocks of one chain, one after the other, each on as many threads as it is worth. */
export class Engine {
  /** The state after the last committed block. */
  readonly state: EngineState
  readonly #chain: ChainConfig
  /** Until the engine is closed. */
  #held: Machine | undefined
  #threads: BlockThreads | undefined
  readonly #workers: number
  readonly #pool: WorkerPool | undefined
  readonly #ownsPool: boolean
  readonly #mode: Mode | undefined
  readonly #policy = new Policy()
  readonly #hashes = new KnownHashes()
  readonly #blockHash = (number: bigint): Uint8Array => this.#hashes.get(number)
  #head: BlockHeader | undefined
  #phase: Phase = 'idle'
  #abort: AbortController | undefined
  /** Of what is executing; never rejects. */
  #execution: Promise<unknown> | undefined
  /** The last block that was executed: it alone can be committed or discarded, once. */
  #pending: BlockResult | undefined
  #closing: Promise<void> | undefined

  constructor(options: EngineOptions) {
    const most = mostWorkers(options.memory ?? LARGEST_MEMORY)
    const workers = options.workers ?? Math.min(availableParallelism(), most)
    if (!Number.isInteger(workers) || workers < 0 || workers > most) {
      const message = `Engine: workers expected 0 to ${most}, which there is memory for, got ${workers}`
      throw new InputError('InvalidWorkers', message, { workers })
    }
    this.#chain = options.chain
    this.state = 'draft' in options.state ? options.state : new SourcedState(options.state)
    this.#head = options.head
    if (options.head !== undefined) this.#hashes.add(options.head)
    this.#workers = workers
    this.#mode = options.mode
    this.#held = createMachine({ workers, memory: options.memory ?? defaultMemory(workers) })
    this.#ownsPool = options.pool === undefined && workers > 0
    this.#pool = options.pool ?? (workers > 0 ? acquirePool(workers) : undefined)
    this.#threads = this.#pool && workers > 0 ? new BlockThreads(this.#held, this.#pool, workers) : undefined
  }

  /**
   * Executes a block: an encoded or decoded one, whose header is held against the outcome, or a draft. Throws an
   * InvalidBlockError that names the rule and, where one is at fault, the transaction; nothing has changed then.
   */
  async executeBlock(block: GivenBlock, options: ExecuteOptions = {}): Promise<ExecutedBlock> {
    return this.#exclusively(options.signal, async (signal) => {
      const executed = await this.#execute(block, { ...options, signal })
      // Too late to save any work, but who aborts wants no block.
      if (signal.aborted) throw abortedBlock()
      this.#phase = 'executed'
      return executed
    })
  }

  /** Does something that nothing else may be done beside; `close` aborts it. */
  async #exclusively<T>(given: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#requireIdle()
    this.#phase = 'executing'
    const abort = new AbortController()
    const onAbort = () => abort.abort()
    if (given?.aborted) abort.abort()
    given?.addEventListener('abort', onAbort)
    this.#abort = abort
    try {
      const execution = run(abort.signal)
      this.#execution = execution.catch(() => undefined)
      return await execution
    } finally {
      given?.removeEventListener('abort', onAbort)
      this.#abort = undefined
      this.#execution = undefined
      if (this.#phase === 'executing') this.#phase = 'idle'
    }
  }

  /** Executes a call on the current state, without any effect. */
  call(draft: DraftTransaction, header: DraftHeader = {}): CallResult {
    this.#requireIdle()
    return this.#call(draft, header)
  }

  /** The same on a state that may make one wait. */
  async callAsync(
    draft: DraftTransaction,
    header: DraftHeader = {},
    { signal }: CallOptions = {},
  ): Promise<CallResult> {
    return this.#exclusively(signal, (either) => attempt(() => this.#call(draft, header), either))
  }

  #call(draft: DraftTransaction, header: DraftHeader): CallResult {
    try {
      return this.#callOnce(draft, header)
    } catch (error) {
      if (this.#lacksRoom(error)) return this.#callOnce(draft, header)
      throw error
    }
  }

  #callOnce(draft: DraftTransaction, header: DraftHeader): CallResult {
    const message = new DraftSource([{ gasPrice: 0n, ...draft }]).read(0)
    const drafted = draftHeader(header, this.#head)
    const fork = forkAt(this.#chain, drafted)
    this.#machine.startBlock(blockEnvironment(this.#chain, fork, drafted, this.#blockHash), this.state)
    const { status, gasUsed, output } = this.#machine.call(message)
    // Most calls look only. What another one wrote stands in the machine's pages, which are forgotten before the next block.
    if (!this.#machine.hasChanges) this.#machine.settle()
    return { success: isSuccess(status), gasUsed, output: bytesToHex(output) as Hex }
  }

  /**
   * Ends everything: a block that is executing is aborted, and threads and memory are given back. The process collects its
   * garbage once, or the memory would stay until it does so for another reason.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#phase = 'closed'
    this.#abort?.abort()
    // Threads are not ended while they write to the block's memory.
    await this.#execution
    await this.#threads?.leave()
    const { id } = this.#machine
    this.#held = undefined
    this.#threads = undefined
    if (this.#ownsPool) await releasePool(this.#workers, id)
    else await this.#pool?.forget(id)
    collectGarbage()
  }

  get #machine(): Machine {
    if (this.#held === undefined) throw new Error('BUG: a closed engine has no machine')
    return this.#held
  }

  #requireIdle(): void {
    if (this.#phase === 'idle') return
    const { code, got } = UNREADY[this.#phase]
    throw new EngineStateError(code, `Engine: expected an idle one, got ${got}`)
  }

  async #execute(given: GivenBlock, options: ExecuteOptions & { signal: AbortSignal }): Promise<ExecutedBlock> {
    if (options.signal.aborted) throw abortedBlock()
    requireBlock(given)
    const onProgress = options.onCommit === undefined ? undefined : committing(options.onCommit)
    const attempt = () => this.#attempt(given, { ...options, ...(onProgress === undefined ? {} : { onProgress }) })
    try {
      return await attempt()
    } catch (error) {
      // Receipts that were handed on are not handed on again.
      if (this.#lacksRoom(error)) return attempt()
      throw error
    }
  }

  /** Whether it may go well in another attempt: without what earlier blocks have read there is more room. */
  #lacksRoom(error: unknown): boolean {
    if (!(error instanceof ResourceLimitError) || !this.#machine.isWarm) return false
    return error.code === 'HeapLimit' || error.code === 'LocationLimit'
  }

  async #attempt(given: GivenBlock, options: AttemptOptions): Promise<ExecutedBlock> {
    const { signal, onProgress } = options
    await this.#threads?.areBack()
    const post = this.state.draft()
    let mode: Mode = 'sequential'
    let statistics: (() => BlockStatistics) | undefined
    const onMessages = (messages: MessageList) => {
      if (this.#threads === undefined) return
      mode = this.#mode ?? this.#policy.choose(messages, this.#workers)
      if (mode === 'parallel') this.#threads.call(this.state)
    }
    const run: Runner = async (messages, { onChange }) => {
      await foresee(messages.foreseen(), this.state, signal)
      const common = {
        signal,
        ...(onProgress === undefined ? {} : { onProgress }),
        ...(onChange === undefined ? {} : { onChange }),
      }
      if (mode === 'sequential') return executeSequential(this.#machine, messages, common)
      const outcome = await this.#threads!.execute(messages, this.state, { ...common, record: options.record === true })
      statistics = outcome.statistics
      return outcome
    }
    const ways = { run, onMessages, signal }
    try {
      const running = isDraft(given) ? this.#runDraft(given, post, ways) : this.#runBlock(blockOf(given), post, ways)
      const { result, header } = await running
      const measured = statistics?.()
      const executions = measured?.executions ?? result.results.length
      this.#policy.learn({ mode, elapsed: result.milliseconds.execute, cpu: result.cpu, executions })
      return this.#executed(result, header, post, mode, measured)
    } finally {
      this.#threads?.dismiss()
    }
  }

  async #runBlock(block: Block, post: StateDraft, { run, onMessages, signal }: Ways): Promise<Ran> {
    const own = { config: this.#chain, block, blockHash: this.#blockHash, backend: this.state }
    const input: RunInput = { ...own, post, onMessages }
    const fork =
      this.#head === undefined
        ? forkAt(this.#chain, block.header)
        : validateBlock({ ...input, ancestors: [{ hash: headerHash(this.#head), header: this.#head, uncles: [] }] })
    const pool = this.#mode === 'sequential' ? undefined : this.#pool
    const recoverSigners: RecoverSigners | undefined =
      pool && ((signed) => unlessAborted(recoverOnWorkers(pool, signed, signal), signal))
    const recovering = recoverSigners === undefined ? input : { ...input, recoverSigners }
    const result = await runBlockWith(this.#machine, fork, recovering, run, signal)
    validateResult(block.header, result)
    return { result, header: block.header }
  }

  async #runDraft(draft: DraftBlock, post: StateDraft, { run, onMessages, signal }: Ways): Promise<Ran> {
    const header = draftHeader(draft, this.#head)
    const fork = forkAt(this.#chain, header)
    const block: Block = { header, transactions: [], uncles: [] }
    const input: RunInput = {
      config: this.#chain,
      block,
      blockHash: this.#blockHash,
      backend: this.state,
      post,
      drafts: new DraftSource(draft.transactions),
      onMessages,
    }
    return { result: await runBlockWith(this.#machine, fork, input, run, signal), header }
  }

  #executed(
    result: BlockResult,
    header: BlockHeader,
    post: StateDraft,
    mode: Mode,
    statistics: BlockStatistics | undefined,
  ): ExecutedBlock {
    const receipts = receiptsOf(result.results)
    this.#pending = result
    const settle = (commit: boolean) => {
      if (this.#phase === 'closed') this.#requireIdle()
      if (this.#pending !== result) {
        const message = 'Block: expected one that waits to be committed, got one that is settled'
        throw new EngineStateError('BlockSettled', message)
      }
      // If that throws, the block still waits: it can be discarded.
      if (commit) post.commit()
      this.#pending = undefined
      this.#phase = 'idle'
      if (!commit) return
      this.#machine.settle()
      if (this.#head === undefined) return
      this.#head = header
      this.#hashes.add(header)
    }
    return {
      get receipts() {
        return receipts()
      },
      gasUsed: result.gasUsed,
      logsBloom: bytesToHex(result.logsBloom) as Hex,
      receiptsRoot: bytesToHex(result.receiptsRoot) as Hex,
      stateRoot: bytesToHex(result.stateRoot) as Hex,
      get diff() {
        return result.diff
      },
      mode,
      ...(statistics === undefined ? {} : { statistics }),
      milliseconds: result.milliseconds,
      cpu: result.cpu,
      commit: () => settle(true),
      discard: () => settle(false),
    }
  }
}

interface AttemptOptions extends ExecuteOptions {
  signal: AbortSignal
  onProgress?: (tasks: Committed) => void
}

/** How a block is executed. */
type Ways = { run: Runner; onMessages: (messages: MessageList) => void; signal: AbortSignal }

interface Ran {
  result: BlockResult
  header: BlockHeader
}
