import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { CeilingSource } from './request.js'
import { median, quantile } from './statistics.js'

/** What a thread is to do: the block so many times, and before that perhaps to collect garbage. */
export interface CeilingTurn {
  times: number
  collects: boolean
}

/** What a thread is started with. */
export interface CeilingTask {
  source: CeilingSource
  barrier: SharedArrayBuffer
}

/** How long one thread alone executes at least in a run, without another wish: a block of few milliseconds is over before the others have begun. */
const SPAN = 150
const MOST_TIMES = 20_000

/**
 * What the machine allows: threads that share nothing, each of which executes the block on its own at the same time as the
 * others, again and again. Their throughput against that of one of them alone is what a parallel run could reach at best.
 */
export class Ceiling {
  readonly threads: number
  readonly #span: number
  /** How many threads take part, and how often one of them has begun. */
  readonly #barrier: SharedArrayBuffer = new SharedArrayBuffer(8)
  readonly #workers: Worker[]
  readonly #ratios: number[] = []
  readonly #alone: number[] = []
  /** By run, of each thread. */
  readonly #together: number[][] = []
  #times = 1
  #round = 0
  /** Of the run that is being taken: how long each execution took one thread alone, and each of all together. */
  #run: { alone: number[]; together: number[][] } = { alone: [], together: [] }

  /** Each thread has a source of its own. */
  constructor(threads: number, sourceOf: () => CeilingSource, span: number = SPAN) {
    this.threads = threads
    this.#span = span
    this.#workers = Array.from({ length: threads }, () => {
      const task: CeilingTask = { source: sourceOf(), barrier: this.#barrier }
      return new Worker(new URL('./ceiling-thread.js', import.meta.url), { workerData: task })
    })
  }

  /** Of all rounds so far. */
  get ratios(): readonly number[] {
    return this.#ratios
  }

  /** Throughput together against alone. */
  get ratio(): number {
    return this.#ratios.length === 0 ? Number.NaN : median(this.#ratios)
  }

  /**
   * How much longer each takes together than alone, where `part` of all rounds are faster. Of times and not of ratios: when one
   * half of a round is disturbed and the other is not, a ratio says that they help each other.
   */
  slowdown(part: number): number {
    return Math.max(1, quantile(this.#together.flat(), part) / quantile(this.#alone, part))
  }

  /** By run: how much longer each took together than one takes alone where `part` of all runs are faster. */
  slowdowns(part: number): number[] {
    const alone = quantile(this.#alone, part)
    return this.#together.map((times) => Math.max(1, times.reduce((sum, time) => sum + time, 0) / times.length / alone))
  }

  async run(isMeasured: boolean): Promise<void> {
    await this.turn(0, 1, isMeasured)
  }

  /** One of the `turns` of a run. Of a long block, which is executed once, the first is all. */
  async turn(turn: number, turns: number, isMeasured: boolean): Promise<void> {
    const run = this.#run
    const times = Math.ceil((this.#times * (turn + 1)) / turns) - run.alone.length
    if (times > 0) {
      const [alone] = await this.#execute([this.#workers[this.#round % this.threads]!], times, turn === 0)
      const together = await this.#execute(this.#workers, times, turn === 0)
      run.alone.push(...alone!)
      run.together = together.map((took, thread) => [...(run.together[thread] ?? []), ...took])
    }
    if (turn === turns - 1) this.#endRun(isMeasured)
  }

  #endRun(isMeasured: boolean): void {
    // The same as of the engines' runs.
    const alone = median(this.#run.alone)
    const together = this.#run.together.map(median)
    this.#run = { alone: [], together: [] }
    this.#round++
    if (isMeasured) {
      this.#ratios.push(together.reduce((sum, time) => sum + alone / time, 0))
      this.#alone.push(alone)
      this.#together.push(together)
      return
    }
    this.#times = Math.min(MOST_TIMES, Math.max(1, Math.ceil(this.#span / alone)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  /** For each of them, how long each execution took. */
  async #execute(workers: readonly Worker[], times: number, collects: boolean): Promise<number[][]> {
    const barrier = new Int32Array(this.#barrier)
    barrier.set([workers.length, 0])
    const turn: CeilingTurn = { times, collects }
    const took = workers.map(async (worker) => {
      worker.postMessage(turn)
      return (await once(worker, 'message'))[0] as number[]
    })
    return Promise.all(took)
  }
}
