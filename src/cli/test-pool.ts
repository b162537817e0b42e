import { Worker } from 'node:worker_threads'
import { InputError } from '../errors.js'
import type { CaseReport } from '../fixture/report.js'
import type { WorkerResult, WorkerSettings, WorkerTask } from './test-worker.js'

export interface FileResult {
  file: string
  reports: CaseReport[]
  error?: InputError
}

/** Runs files on worker threads, and gives their results in the order of `files`, whichever ends first. */
export async function* runOnThreads(
  files: readonly string[],
  threads: number,
  settings: WorkerSettings,
): AsyncGenerator<FileResult> {
  const pool = new TestPool(files, settings)
  try {
    pool.start(Math.min(threads, files.length))
    for (let index = 0; index < files.length; index++) yield await pool.result(index)
  } finally {
    await pool.stop()
  }
}

class TestPool {
  readonly #files: readonly string[]
  readonly #settings: WorkerSettings
  readonly #workers = new Set<Worker>()
  readonly #results: Promise<FileResult>[]
  readonly #resolve: ((result: FileResult) => void)[] = []
  #next = 0
  #isStopped = false

  constructor(files: readonly string[], settings: WorkerSettings) {
    this.#files = files
    this.#settings = settings
    this.#results = files.map(() => new Promise((resolve) => this.#resolve.push(resolve)))
  }

  start(threads: number): void {
    for (let i = 0; i < threads; i++) this.#spawn()
  }

  result(index: number): Promise<FileResult> {
    return this.#results[index]!
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all([...this.#workers].map((worker) => worker.terminate()))
  }

  #spawn(): void {
    const worker = new Worker(new URL('./test-worker.js', import.meta.url), { workerData: this.#settings })
    this.#workers.add(worker)
    let running: number | undefined
    const assign = () => {
      running = this.#next < this.#files.length ? this.#next++ : undefined
      if (running === undefined) return
      const task: WorkerTask = { index: running, file: this.#files[running]! }
      worker.postMessage(task)
    }
    worker.on('message', ({ index, reports, problem }: WorkerResult) => {
      const error = problem === undefined ? {} : { error: new InputError(problem.code, problem.message) }
      this.#resolve[index]!({ file: this.#files[index]!, reports, ...error })
      assign()
    })
    // The thread is gone (out of memory, say): its file has failed, and another takes the rest.
    worker.on('error', (cause) => {
      this.#workers.delete(worker)
      if (running === undefined || this.#isStopped) return
      const file = this.#files[running]!
      const error = new InputError(
        'WorkerDied',
        `${file}: the thread that ran it died: ${(cause as Error).message}`,
        { file },
        cause,
      )
      this.#resolve[running]!({ file, reports: [], error })
      this.#spawn()
    })
    assign()
  }
}
