import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { InputError } from '../errors.js'
import { renderReport } from '../report/index.js'
import { LARGEST_MEMORY, mostWorkers } from '../wasm/machine.js'
import { invalidOption, type Options, parseArguments } from './args.js'
import type { Command } from './command.js'
import { type DemoRun, type DemoSubject, fileSubject, mixedSubject } from './demo-subject.js'
import { readJsonFile } from './json-file.js'
import { writeAll } from './output.js'

const OPTIONS = {
  txs: { type: 'number', value: 'N', help: 'how many transactions; 10000 without it' },
  workers: { type: 'number', value: 'N', help: 'how many threads; without it, one per core' },
  seed: { type: 'number', value: 'S', help: 'another block of the same kind' },
  report: { type: 'string', value: 'FILE', help: 'where the report goes; heddle-report.html without it' },
} as const satisfies Options

const MOST_TRANSACTIONS = 100_000
const MOST_WORKERS = mostWorkers(LARGEST_MEMORY)
/** Runs of each way, at least and, where they are short, at most; and for how many milliseconds in all. */
const RUNS = 5
const MOST_RUNS = 101
const RUN_TIME = 500
/** The first runs are compiled while they run. */
const WARM_UPS = 2

export const demo: Command = {
  summary: 'execute a block sequentially and in parallel, compare, and draw what happened',
  usage: 'heddle demo [FILE] [options]',
  details: `Builds a block of transfers, ERC-20 transfers, swaps, mints, loans and turns of a game, with the contracts that they
need, and executes it in one thread and in many. Both must give the same receipts and the same state. With FILE: a real
block, as for 'heddle block'. The report is a page with the schedule, the dependencies and the conflicts. Exit status 1 if
the two outcomes differ.`,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = parseArguments(args, OPTIONS)
    const {
      txs = 10_000,
      workers = Math.min(availableParallelism(), MOST_WORKERS),
      seed = 1,
      report = 'heddle-report.html',
    } = values
    if (txs < 1 || txs > MOST_TRANSACTIONS) throw invalidOption('txs', `1 to ${MOST_TRANSACTIONS}`, String(txs))
    if (workers < 1 || workers > MOST_WORKERS) throw invalidOption('workers', `1 to ${MOST_WORKERS}`, String(workers))
    const [file] = positionals
    const subject =
      file === undefined ? await ownSubject(txs, workers, seed) : await fileSubject(readJsonFile(file), workers)
    try {
      return await compare(subject, workers, report)
    } finally {
      progress('')
      await subject.close()
    }
  },
}

function ownSubject(transactions: number, workers: number, seed: number): Promise<DemoSubject> {
  const onProgress = (share: number) =>
    progress(`deploying contracts, minting, approving: ${Math.round(100 * share)} %`)
  onProgress(0)
  return mixedSubject({ transactions, workers, seed, onProgress })
}

async function compare(subject: DemoSubject, workers: number, reportFile: string): Promise<number> {
  writeAll(1, `${subject.title}\n${subject.about}\n\n`)
  progress('warming up')
  const warm = await takeTurns(subject, WARM_UPS, () => undefined)
  const { sequential, parallel } = await takeTurns(subject, RUNS, (done) =>
    progress(`measuring: ${Math.round(100 * done)} %`),
  )
  progress('in parallel once more, recorded')
  const recorded = await subject.parallel(true)
  progress('')
  const expected = sequential[0]!
  const different = differences(expected, [...warm.sequential, ...warm.parallel, ...sequential, ...parallel, recorded])
  if (different.length > 0) {
    writeAll(2, `The outcomes differ:\n${different.join('\n')}\n`)
    return 1
  }
  const times = { sequential: medianTime(sequential), parallel: medianTime(parallel) }
  writeAll(1, describe(expected, recorded, times, workers))
  writePage(subject, recorded, times, workers, reportFile)
  writeAll(1, `\nReport: ${resolve(reportFile)}\n`)
  return 0
}

interface Runs {
  sequential: DemoRun[]
  parallel: DemoRun[]
}

/** Executes the block in both ways, in turns so that what slows the machine for a while slows both, and neither always first. */
async function takeTurns(subject: DemoSubject, least: number, onProgress: (done: number) => void): Promise<Runs> {
  const runs: Runs = { sequential: [], parallel: [] }
  const start = performance.now()
  for (let round = 0; round < MOST_RUNS; round++) {
    const done = Math.min(round / least, (performance.now() - start) / RUN_TIME)
    if (done >= 1) break
    onProgress(done)
    if (round % 2 === 1) runs.parallel.push(await subject.parallel(false))
    runs.sequential.push(await subject.sequential())
    if (round % 2 === 0) runs.parallel.push(await subject.parallel(false))
  }
  return runs
}

function differences({ outcome }: DemoRun, runs: readonly DemoRun[]): string[] {
  const found = new Set<string>()
  for (const run of runs) {
    for (const [name, value] of Object.entries(outcome)) {
      if (run.outcome[name] !== value) found.add(`  ${name}: expected ${value}, got ${run.outcome[name]}`)
    }
  }
  return [...found]
}

function medianTime(runs: readonly DemoRun[]): number {
  const times = runs.map(({ milliseconds }) => milliseconds)
  return times.sort((a, b) => a - b)[times.length >> 1]!
}

interface Times {
  sequential: number
  parallel: number
}

function describe(
  { gasUsed, outcome, gasByTransaction }: DemoRun,
  recorded: DemoRun,
  times: Times,
  workers: number,
): string {
  const count = gasByTransaction.length
  const columns = (name: string, value: (milliseconds: number) => string) =>
    `${name.padEnd(14)}${value(times.sequential).padStart(14)}${value(times.parallel).padStart(14)}\n`
  const whole = (value: number) => Math.round(value).toLocaleString('en')
  const { conflicts, executions } = recorded.statistics!
  return [
    `${''.padEnd(14)}${'sequential'.padStart(14)}${`${workers} worker${workers === 1 ? '' : 's'}`.padStart(14)}\n`,
    columns('time', (ms) => `${ms.toFixed(1)} ms`),
    columns('TPS', (ms) => whole((count / ms) * 1000)),
    columns('Mgas/s', (ms) => whole(Number(gasUsed) / ms / 1000)),
    `${'speed-up'.padEnd(14)}${''.padStart(14)}${(times.sequential / times.parallel).toFixed(2).padStart(14)}\n`,
    '\n',
    `Both gave the same: state root ${outcome['state root']},\nreceipts root ${outcome['receipts root']}, ${whole(Number(gasUsed))} gas.\n`,
    `Conflicts: ${whole(conflicts.length)} of ${whole(count)} transactions; ${(executions / Math.max(1, count)).toFixed(3)} executions per transaction.\n`,
    times.parallel > times.sequential
      ? 'Sharing it out won nothing: it is too small or too serial for that, or the machine has other things to do.\n'
      : '',
  ].join('')
}

function writePage(subject: DemoSubject, recorded: DemoRun, times: Times, workers: number, file: string): void {
  const { title, about, callees, names } = subject
  const page = renderReport({
    title,
    subtitle: `${about}; ${workers} workers`,
    statistics: recorded.statistics!,
    transactions: callees.map((callee, index) => ({ callee, gasUsed: recorded.gasByTransaction[index]! })),
    ...(names === undefined ? {} : { names }),
    times,
  })
  try {
    writeFileSync(file, page)
  } catch (error) {
    throw new InputError('UnwritableFile', `${file}: cannot be written: ${(error as Error).message}`, { file }, error)
  }
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
