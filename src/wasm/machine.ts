import { randomBytes } from 'node:crypto'
import type { PackedDiff } from '../codec/packed-diff.js'
import { InputError, InvalidTransactionError, ResourceLimitError } from '../errors.js'
import type { BlockEnvironment } from '../types/block.js'
import type { AccountDiff, StateBackend, StateDiff } from '../types/state.js'
import { Status } from '../types/status.js'
import type { Tracer } from '../types/tracer.js'
import type { Message, TransactionResult } from '../types/transaction.js'
import { stateImports } from './host.js'
import type { HostSource } from './host-source.js'
import { type Build, type CoreExports, instantiate, sharedMemory } from './instantiate.js'
import { layout } from './layout.js'
import { unpackLogs } from './logs.js'
import { readChange, readDiff } from './read-result.js'
import { isRefusal, limitError, refusal } from './refusal.js'
import { traceImports } from './trace.js'
import { Words } from './words.js'
import { messageSize, writeEnvironment, writeMessage } from './write-block.js'

export interface MachineOptions {
  /** Bytes of shared memory; reserved at once, taken as they are used. */
  memory?: number
  build?: Build
  /** How many worker threads may work on its blocks beside the calling one. */
  workers?: number
  /** Of the secrets of its hash tables. Drawn by chance, unless somebody wants the same keys to collide every time. */
  seed?: bigint
}

const DEFAULT_MEMORY = 2 ** 30
const SMALLEST_MEMORY = 192 << 20
/** All that a 32-bit pointer reaches, less a page so that no end of anything wraps to zero. */
export const LARGEST_MEMORY: number = 2 ** 32 - 65536
const PAGE = 65536
const MAX_U64 = (1n << 64n) - 1n

let machines = 0

/** Half of the memory for several arenas, three quarters for one: the rest is state and the running block. */
function arenasShare(arenas: number): number {
  return arenas === 1 ? 0.75 : 0.5
}

/** How many workers a memory has arenas for, beside that of the calling thread. */
export function mostWorkers(memoryBytes: number): number {
  const smallest = Math.ceil(layout.MINIMUM_ARENA / PAGE) * PAGE
  return Math.max(0, Math.floor((memoryBytes * arenasShare(2)) / smallest) - 1)
}

/** What an engine of so many workers reserves when nobody says otherwise. */
export function defaultMemory(workers: number): number {
  return Math.min(2 ** 31 + workers * 2 ** 28, LARGEST_MEMORY)
}

export function createMachine(options: MachineOptions = {}): Machine {
  return new Machine(options)
}

/** One instance of the core over a memory of its own: executes transactions one after the other in the calling thread. */
export class Machine {
  /** When set, code runs in a traced form and every instruction is reported. */
  tracer?: Tracer
  /** A transaction that runs longer (milliseconds) stops with a ResourceLimitError and has no effect. */
  timeLimit?: number

  readonly build: Build
  readonly memory: WebAssembly.Memory
  readonly core: CoreExports
  readonly words: Words
  /** Arenas for workers: 1 to `workers`; the calling thread has arena 0. */
  readonly workers: number
  /** Tells this machine from every other one of the process. */
  readonly id: number = ++machines
  readonly #source: HostSource
  /** Whose state the machine knows, and as of when. */
  #settled: { backend: StateBackend; version: number | undefined } | undefined
  #isWarm = false
  /** Where transactions are written; grows with the longest. */
  #buffer = 0
  #bufferSize = 0

  constructor(options: MachineOptions) {
    const memoryBytes = options.memory ?? DEFAULT_MEMORY
    if (!Number.isSafeInteger(memoryBytes) || memoryBytes < SMALLEST_MEMORY || memoryBytes > LARGEST_MEMORY) {
      const message = `Machine: memory expected ${SMALLEST_MEMORY} to ${LARGEST_MEMORY} bytes, got ${memoryBytes}`
      throw new InputError('InvalidMemory', message, { memoryBytes })
    }
    const workers = options.workers ?? 0
    if (workers > mostWorkers(memoryBytes)) {
      const message = `Machine: expected at most ${mostWorkers(memoryBytes)} workers for ${memoryBytes} bytes of memory, got ${workers}`
      throw new InputError('InvalidMemory', message, { memoryBytes, workers })
    }
    const memory = sharedMemory(memoryBytes)
    const words = new Words(memory)
    this.memory = memory
    this.build = options.build ?? 'release'
    this.workers = workers
    this.words = words
    this.#source = {
      backend: { account: () => undefined, slot: () => undefined, code: () => new Uint8Array(0) },
      blockHash: () => new Uint8Array(32),
    }
    const host = {
      ...this.answers(),
      ...traceImports(
        words,
        () => this.core,
        () => this.tracer,
      ),
    }
    this.core = instantiate(this.build, memory, host)
    const arenas = this.workers + 1
    const arena = Math.floor((memoryBytes * arenasShare(arenas)) / arenas / PAGE) * PAGE
    const locations = 2 ** Math.floor(Math.log2(memoryBytes / 16 / layout.LOCATION_SIZE))
    const seed = options.seed ?? randomBytes(8).readBigUInt64LE()
    if (this.core.arrange(BigInt(memoryBytes), arenas, arena, locations, 1 << 14, seed) === 0) {
      throw new Error('BUG: the parts of the memory do not fit in it')
    }
    this.core.takeSeat(0)
  }

  /** Answers what one asker asks of the block's state: the code that it means is the one whose size it asked for last. */
  answers(): ReturnType<typeof stateImports> {
    return stateImports(this.words, this.#source)
  }

  /**
   * Begins a block on the state of `backend`; forgets what the machine knew of earlier state, unless that is what it was told
   * by `settle` and there is room for more.
   */
  startBlock(environment: BlockEnvironment, backend: StateBackend): void {
    this.#isWarm = this.#isSettledIn(backend) && this.core.isCrowded() === 0
    this.#settled = undefined
    if (this.#isWarm) this.core.resetHeap()
    else this.core.forget()
    this.#buffer = 0
    this.#bufferSize = 0
    this.#source.backend = backend
    this.#source.blockHash = environment.blockHash
    writeEnvironment(this.words, environment)
  }

  /** Executes on top of what the block did so far. Throws InvalidTransactionError with the state unchanged. */
  transact(message: Message): TransactionResult {
    return this.#run(message, 0)
  }

  /** A bare call without validation, nonce or fees; what it changes stays. */
  call(message: Message): TransactionResult {
    return this.#run(message, layout.FLAG_UNCHARGED)
  }

  /**
   * Credits an account outside any transaction (withdrawals, rewards). Zero touches it: creates it before Spurious Dragon,
   * deletes it if it is empty after.
   */
  credit(address: Uint8Array, amount: bigint): void {
    const buffer = this.#reserve(64)
    this.words.setWordBytes(buffer, address)
    this.words.setWord(buffer + 32, amount)
    this.#demand('Credit', this.core.creditOutside(buffer, buffer + 32))
  }

  /** Moves all that one account has to another, outside any transaction. */
  drain(from: Uint8Array, to: Uint8Array): void {
    const buffer = this.#reserve(64)
    this.words.setWordBytes(buffer, from)
    this.words.setWordBytes(buffer + 32, to)
    this.#demand('Drain', this.core.drainOutside(buffer, buffer + 32))
  }

  /** Whether the running block began with state that earlier ones had read. */
  get isWarm(): boolean {
    return this.#isWarm
  }

  /** Whether the running block has changed anything so far. */
  get hasChanges(): boolean {
    return this.words.u32(layout.DIRTY_LIST) !== layout.NO_MORE
  }

  /** The backend has taken over what the block changed, or the block changed nothing: what is known of the state is still so. */
  settle(): void {
    this.core.settle()
    const { backend } = this.#source
    this.#settled = { backend, version: backend.version }
  }

  #isSettledIn(backend: StateBackend): boolean {
    return this.#settled?.backend === backend && this.#settled.version === backend.version
  }

  /** What the block changed. */
  packedDiff(): PackedDiff {
    return readDiff(this.core, this.words)
  }

  diff(): StateDiff {
    return this.packedDiff().toDiff()
  }

  /** The same of one account, without its storage. */
  changeOf(address: Uint8Array): AccountDiff | undefined {
    const buffer = this.#reserve(32)
    this.words.setWordBytes(buffer, address)
    const location = this.core.accountLocation(buffer)
    if (location === 0) throw limitError('Account', Status.LocationLimit)
    return readChange(this.words, location)
  }

  #demand(what: string, status: number): void {
    if (status !== Status.Running) throw limitError(what, status)
  }

  #reserve(size: number): number {
    if (size > this.#bufferSize) {
      this.#bufferSize = Math.max(size, 2 * this.#bufferSize, 4096)
      this.#buffer = this.core.allocate(this.#bufferSize)
      if (this.#buffer === 0) {
        this.#bufferSize = 0
        const message = `Transaction: expected to fit in the machine's memory, got ${size} bytes`
        throw new ResourceLimitError('HeapLimit', message, { size })
      }
      this.#buffer >>>= 0
    }
    return this.#buffer
  }

  #run(message: Message, flags: number): TransactionResult {
    if (message.gasLimit < 0n || message.gasLimit > MAX_U64 >> 1n) {
      const text = `Transaction: expected a gas limit below 2^63, got ${message.gasLimit}`
      // No header can allow as much, so it is more than the block has left.
      if (flags === 0) throw new InvalidTransactionError('BlockGasLimit', text, { gasLimit: message.gasLimit })
      throw new InputError('InvalidGasLimit', text, { gasLimit: message.gasLimit })
    }
    const core = this.core
    const buffer = this.#reserve(messageSize(message))
    writeMessage(this.words, buffer, message, flags)
    core.setTraced(this.tracer !== undefined)
    let status = core.begin(buffer)
    if (isRefusal(status)) throw this.refusal(status, buffer, message)
    const deadline = this.timeLimit === undefined ? Number.POSITIVE_INFINITY : performance.now() + this.timeLimit
    do {
      status = core.resume()
      if (status === Status.Suspended && performance.now() > deadline) {
        const text = `Transaction: expected to end within ${this.timeLimit} ms, got no end`
        throw new ResourceLimitError('TimeLimit', text, { timeLimit: this.timeLimit })
      }
    } while (status === Status.Suspended)
    if (isRefusal(status)) throw this.refusal(status, buffer, message)
    return this.#result(status, message)
  }

  #result(status: number, message: Message): TransactionResult {
    const words = this.words
    const core = this.core
    const output = words.copy((core.returnData.value as number) >>> 0, core.returnDataSize.value as number)
    const start = (core.logs.value as number) >>> 0
    const logs = unpackLogs(words.copy(start, (core.logsFilledTo() >>> 0) - start))
    const gasUsed = BigInt.asUintN(64, core.gasUsed.value as bigint)
    const result: TransactionResult = { status, gasUsed, output, logs }
    if (message.to === undefined) {
      result.contractAddress = words.wordBytes(((core.frame.value as number) >>> 0) + layout.FRAME_ADDRESS, 20)
    }
    return result
  }

  /** The error for a status from 0x40 on; `buffer` is the transaction as it was written. */
  refusal(status: number, buffer: number, message: Message): Error {
    const words = this.words
    const location = this.core.accountLocation(buffer + layout.TX_SENDER)
    const record = words.u32(layout.LOCATIONS) + location * layout.LOCATION_SIZE
    const nonce = words.u64(record + layout.STATE_VALUE + layout.STATE_NONCE)
    const sender = { nonce, balance: words.word(record + layout.SECOND) }
    return refusal(status, message, sender)
  }
}
