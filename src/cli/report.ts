import { writeFileSync } from 'node:fs'
import { InputError } from '../errors.js'
import type { CaseReport } from '../fixture/report.js'
import { writeAll } from './output.js'

export interface ReportOptions {
  summary?: boolean
  human?: boolean
  json?: string
  trace?: boolean
}

const PROGRESS_INTERVAL_MILLISECONDS = 100

/** Everything that a run of test cases prints, apart from the trace. */
export class CaseReporter {
  readonly #options: ReportOptions
  readonly #fileCount: number
  readonly #reports: CaseReport[] = []
  #files = 0
  #failed = 0
  #skipped = 0
  #lastProgress = 0

  constructor(options: ReportOptions, fileCount: number) {
    this.#options = options
    this.#fileCount = fileCount
  }

  /** In the spelling that tools look for in geth's output. */
  writeStateRoot({ stateRoot }: CaseReport): void {
    if (stateRoot !== undefined) writeAll(2, stateRootLine(stateRoot))
  }

  endFile(reports: readonly CaseReport[]): void {
    this.#files++
    for (const report of reports) {
      this.#reports.push(report)
      if (report.skipped !== undefined) this.#skipped++
      else if (!report.pass) this.#failed++
    }
    const { summary, human, json, trace } = this.#options
    if (summary || human || json !== undefined) this.#progress()
    // With a trace each has been written behind its own lines.
    else if (!trace)
      writeAll(2, reports.map(({ stateRoot }) => (stateRoot === undefined ? '' : stateRootLine(stateRoot))).join(''))
  }

  /** Prints the result and gives the exit status. */
  end(): number {
    const { summary, human, json } = this.#options
    const passed = this.#passed()
    if (process.stderr.isTTY && this.#lastProgress > 0) writeAll(2, '\r\x1b[K')
    const array = JSON.stringify(this.#reports, null, 2)
    if (json !== undefined) writeReports(json, `${array}\n`)
    const skipped = this.#skipped === 0 ? '' : `, ${this.#skipped} skipped`
    if (summary) writeAll(1, `${passed} passed, ${this.#failed} failed${skipped}\n`)
    else if (human)
      writeAll(1, `${this.#reports.map(describe).join('')}--\n${passed} tests passed, ${this.#failed} tests failed.\n`)
    else if (json === undefined) writeAll(1, `${array}\n`)
    return summary && this.#failed > 0 ? 1 : 0
  }

  #passed(): number {
    return this.#reports.length - this.#failed - this.#skipped
  }

  #progress(): void {
    const now = Date.now()
    if (!process.stderr.isTTY || now - this.#lastProgress < PROGRESS_INTERVAL_MILLISECONDS) return
    this.#lastProgress = now
    const passed = this.#passed()
    writeAll(2, `\r\x1b[K${this.#files}/${this.#fileCount} files, ${passed} passed, ${this.#failed} failed`)
  }
}

function stateRootLine(stateRoot: string): string {
  return `{"stateRoot": "${stateRoot}"}\n`
}

function describe({ name, pass, fork, error, skipped }: CaseReport): string {
  if (skipped !== undefined) return `[${colour(33, 'SKIP')}] ${name}, ${skipped}, fork=${fork}\n`
  if (pass) return `[${colour(32, 'PASS')}] ${name}\n`
  return `[${colour(31, 'FAIL')}] ${name}, err=${error}, fork=${fork}\n`
}

function colour(code: number, text: string): string {
  return process.stdout.isTTY ? `\x1b[${code}m${text}\x1b[0m` : text
}

function writeReports(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new InputError('UnwritableFile', `${file}: cannot be written: ${(error as Error).message}`, { file }, error)
  }
}
