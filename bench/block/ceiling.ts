import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { CeilingSource } from './request.js'
import { median, quantile } from './statistics.js'

/** What a thread is started with. */
export interface CeilingTask {
  source: CeilingSource
  barrier: SharedArrayBuffer
}

/** How long one thread alone executes at least: a block of few milliseconds is over before the others have begun. */
const SPAN = 150
const MOST_TIMES = 20_000

/**
 * What the machine allows: threads that share nothing, each of which executes the block on its own at the same time as the
 * others, again and again. Their throughput against that of one of them alone is what a parallel run could reach at best.
 */
export class Ceiling {
  readonly threads: number
  /** How many threads take part, and how often one of them has begun. */
  readonly #barrier: SharedArrayBuffer = new SharedArrayBuffer(8)
  readonly #workers: Worker[]
  readonly #ratios: number[] = []
  readonly #alone: number[] = []
  readonly #together: number[] = []
  #times = 1
  #round = 0

  /** Each thread has a source of its own. */
  constructor(threads: number, sourceOf: () => CeilingSource) {
    this.threads = threads
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
    return Math.max(1, quantile(this.#together, part) / quantile(this.#alone, part))
  }

  async run(isMeasured: boolean): Promise<void> {
    const [alone] = await this.#execute([this.#workers[this.#round++ % this.threads]!])
    const together = await this.#execute(this.#workers)
    if (isMeasured) {
      this.#ratios.push(together.reduce((sum, time) => sum + alone! / time, 0))
      this.#alone.push(alone!)
      this.#together.push(...together)
      return
    }
    const once = alone! / this.#times
    this.#times = Math.min(MOST_TIMES, Math.max(1, Math.ceil(SPAN / once)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  /** For each of them, how long it took. */
  async #execute(workers: readonly Worker[]): Promise<number[]> {
    const barrier = new Int32Array(this.#barrier)
    barrier.set([workers.length, 0])
    const times = workers.map(async (worker) => {
      worker.postMessage(this.#times)
      return (await once(worker, 'message'))[0] as number
    })
    return Promise.all(times)
  }
}
