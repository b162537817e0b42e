import { createEngine, type Engine, type ExecutedBlock } from '../../src/engine.js'
import { WORKLOAD_CHAIN, type Workload } from '../../src/workload/index.js'
import { collectGarbage, peakMemory, residentMemory } from './memory.js'

export interface ContenderOptions {
  workers: number
  /** Whatever the policy thinks. */
  isForced: boolean
}

/** A wrong root is not a measurement. */
export class WrongRootError extends Error {}

/** One way to execute a block, measured again and again. */
export class Contender {
  readonly workers: number
  readonly mode: 'sequential' | 'parallel'
  readonly milliseconds: number[] = []
  readonly cpuSeconds: number[] = []
  readonly executions: number[] = []
  /** How many of the measured blocks ran on worker threads. */
  parallelRuns = 0
  /** Of a process that has the state, the block and this engine, in bytes. */
  peakMemory = 0
  readonly #workload: Workload
  readonly #engine: Engine
  /** What the engines before it hold. */
  readonly #othersMemory: number

  /** `baseMemory`: what the process takes without any engine. */
  constructor(workload: Workload, baseMemory: number, { workers, isForced }: ContenderOptions) {
    this.workers = workers
    this.mode = workers === 0 ? 'sequential' : 'parallel'
    this.#workload = workload
    collectGarbage()
    this.#othersMemory = Math.max(0, residentMemory() - baseMemory)
    const mode = workers === 0 ? 'sequential' : isForced ? 'parallel' : undefined
    this.#engine = createEngine({
      chain: WORKLOAD_CHAIN,
      state: workload.state,
      workers,
      ...(mode === undefined ? {} : { mode }),
    })
  }

  get label(): string {
    return this.workers === 0 ? 'sequential' : `parallel ×${this.workers}`
  }

  /** Runs the block for the first time, and measures nothing but memory. */
  async warmUp(): Promise<ExecutedBlock> {
    const { result, peak } = await peakMemory(() => this.#execute())
    this.peakMemory = peak - this.#othersMemory
    return result
  }

  async run(isMeasured: boolean, root: string): Promise<void> {
    const executed = await this.#execute()
    if (executed.stateRoot !== root) {
      throw new WrongRootError(`${this.label}: expected the state root ${root}, got ${executed.stateRoot}`)
    }
    if (!isMeasured) return
    this.milliseconds.push(executed.milliseconds.execute)
    this.cpuSeconds.push(executed.cpu / 1000)
    this.executions.push(executed.statistics?.executions ?? executed.receipts.length)
    if (executed.mode === 'parallel') this.parallelRuns++
  }

  async close(): Promise<void> {
    await this.#engine.close()
  }

  /** The block is not committed: the next run begins where this one did. */
  async #execute(): Promise<ExecutedBlock> {
    // So that nobody cleans up after the one before: collecting takes threads of its own.
    collectGarbage()
    const executed = await this.#engine.executeBlock(this.#workload.block)
    executed.discard()
    return executed
  }
}
