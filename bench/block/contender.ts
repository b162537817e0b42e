import { collectGarbage } from '../../src/memory/collect-garbage.js'
import type { BenchBlock, Execution, Executor } from './bench-block.js'
import { collectAllGarbage, peakMemory, residentMemory } from './memory.js'
import { median } from './statistics.js'

export interface ContenderOptions {
  workers: number
  /** Whatever the policy thinks. */
  isForced: boolean
}

/** A wrong root is not a measurement. */
export class WrongRootError extends Error {}

/** A run is as many executions as take this long together, in milliseconds: what disturbs a short block for a moment is too long for it. */
export const RUN = 300
const MOST_EXECUTIONS = 500
/**
 * A run is taken in so many turns, between which the others take theirs: the cores of a guest change their speed by half for tenths
 * of a second, and who has them then would seem to win. With 60 executions in six turns two engines that did the same differed by up
 * to a quarter.
 */
export const TURNS = 24

/** What has been measured of a run so far: of each execution, and of all. */
interface Run {
  milliseconds: number[]
  cpu: number
  executions: number
}

function emptyRun(): Run {
  return { milliseconds: [], cpu: 0, executions: 0 }
}

/** One way to execute a block, measured again and again. */
export class Contender {
  readonly workers: number
  readonly mode: 'sequential' | 'parallel'
  /** By run, of one execution of the block: the median, and the mean. */
  readonly milliseconds: number[] = []
  readonly means: number[] = []
  readonly cpuSeconds: number[] = []
  readonly executions: number[] = []
  /** Of a process that has the state, the block and this engine, in bytes. */
  peakMemory = 0
  readonly #executor: Executor
  /** What the engines before it hold. */
  readonly #othersMemory: number
  /** Of the block, in a run. */
  #times = 1
  /** Of the run that is being taken. */
  #run: Run = emptyRun()
  #measured = 0
  #onThreads = 0

  /** `baseMemory`: what the process takes without any engine. */
  constructor(block: BenchBlock, baseMemory: number, { workers, isForced }: ContenderOptions) {
    this.workers = workers
    this.mode = workers === 0 ? 'sequential' : 'parallel'
    collectGarbage()
    this.#othersMemory = Math.max(0, residentMemory() - baseMemory)
    this.#executor = block.open({ workers, ...(workers === 0 || isForced ? { mode: this.mode } : {}) })
  }

  get label(): string {
    return this.workers === 0 ? 'sequential' : `parallel ×${this.workers}`
  }

  /** The part of the measured executions that were on worker threads. */
  get threadShare(): number {
    return this.#measured === 0 ? 0 : this.#onThreads / this.#measured
  }

  /** Runs the block for the first time, and measures nothing but memory. */
  async warmUp(): Promise<Execution> {
    await collectAllGarbage()
    const { result, peak } = await peakMemory(() => this.#execute())
    this.peakMemory = peak - this.#othersMemory
    return result
  }

  /** One of a run's turns; of a long block, which is executed once, the first is all. */
  async turn(turn: number, isMeasured: boolean, root: string): Promise<void> {
    const run = this.#run
    const until = Math.ceil((this.#times * (turn + 1)) / TURNS)
    // Blocks follow each other, as with any caller; what others have left is cleaned up before the run.
    if (turn === 0) await collectAllGarbage()
    while (run.milliseconds.length < until) {
      const executed = await this.#execute()
      if (executed.root !== root) {
        throw new WrongRootError(`${this.label}: expected the state root ${root}, got ${executed.root}`)
      }
      run.milliseconds.push(executed.milliseconds)
      run.cpu += executed.cpu
      run.executions += executed.executions
      if (!isMeasured) continue
      this.#measured++
      if (executed.mode === 'parallel') this.#onThreads++
    }
    if (turn === TURNS - 1) this.#endRun(isMeasured)
  }

  #endRun(isMeasured: boolean): void {
    const times = this.#times
    const { milliseconds, cpu, executions } = this.#run
    this.#run = emptyRun()
    const mean = milliseconds.reduce((sum, time) => sum + time, 0) / times
    if (!isMeasured) {
      this.#times = Math.max(1, Math.min(MOST_EXECUTIONS, Math.ceil(RUN / mean)))
      return
    }
    this.milliseconds.push(median(milliseconds))
    this.means.push(mean)
    this.cpuSeconds.push(cpu / 1000 / times)
    this.executions.push(executions / times)
  }

  async close(): Promise<void> {
    await this.#executor.close()
  }

  /** The block is not committed: the next execution begins where this one did. */
  #execute(): Promise<Execution> {
    return this.#executor.execute()
  }
}
