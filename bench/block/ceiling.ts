import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Workload } from '../../src/workload/index.js'
import { median } from './statistics.js'

/** What a thread is started with. */
export interface CeilingTask {
  block: Workload['block']
  /** A copy of the state, of the thread's own. */
  state: unknown
  barrier: SharedArrayBuffer
}

/** When the transactions of one block were executed, in milliseconds on a clock that all threads share. */
export interface Span {
  start: number
  end: number
}

/**
 * What the machine allows: threads that share nothing, each of which executes the block on its own at the same time as the
 * others. Their throughput against that of one of them alone is what a parallel run could reach at best.
 */
export class Ceiling {
  readonly threads: number
  readonly #barrier: SharedArrayBuffer = new SharedArrayBuffer(4)
  readonly #workers: Worker[]
  readonly #ratios: number[] = []
  #round = 0

  constructor({ state, block }: Workload, threads: number) {
    this.threads = threads
    this.#workers = Array.from({ length: threads }, () => {
      const task: CeilingTask = { block, state: state.clone().share().data, barrier: this.#barrier }
      return new Worker(new URL('./ceiling-thread.js', import.meta.url), { workerData: task })
    })
  }

  /** Throughput together against alone. */
  get ratio(): number {
    return this.#ratios.length === 0 ? Number.NaN : median(this.#ratios)
  }

  async run(isMeasured: boolean): Promise<void> {
    const [alone] = await this.#execute([this.#workers[this.#round++ % this.threads]!])
    const together = await this.#execute(this.#workers)
    const start = Math.min(...together.map((span) => span.start))
    const end = Math.max(...together.map((span) => span.end))
    if (isMeasured) this.#ratios.push((this.threads * (alone!.end - alone!.start)) / (end - start))
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  async #execute(workers: readonly Worker[]): Promise<Span[]> {
    Atomics.store(new Int32Array(this.#barrier), 0, workers.length)
    const spans = workers.map(async (worker) => {
      worker.postMessage(undefined)
      return (await once(worker, 'message'))[0] as Span
    })
    return Promise.all(spans)
  }
}
