import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { HeddleError } from '../errors.js'
import { type CaseFilter, runFixtureFile } from '../fixture/fixture-file.js'
import type { CaseReport } from '../fixture/report.js'
import { Eip3155Tracer } from '../trace/eip3155.js'
import { invalidOption, type Options, parseArguments, type Values } from './args.js'
import type { Command } from './command.js'
import { findFixtures } from './fixture-paths.js'
import { machineSlot } from './machine-slot.js'
import { writeAll } from './output.js'
import { CaseReporter } from './report.js'
import { type FileResult, runOnThreads } from './test-pool.js'

const OPTIONS = {
  run: { type: 'string', value: 'REGEX', help: 'only tests whose name matches' },
  fork: {
    type: 'string',
    value: 'F',
    help: 'only cases of this fork, as the files name it',
    aliases: ['statetest.fork'],
  },
  index: {
    type: 'number',
    value: 'N',
    help: 'only the Nth case (from 0) of each fork of a test',
    aliases: ['statetest.index'],
  },
  trace: { type: 'boolean', help: 'EIP-3155 lines on standard error' },
  'trace.format': { type: 'string', value: 'json', help: 'the form of the trace; json is the only one' },
  'trace.nomemory': { type: 'boolean', help: 'leave memory out of the trace (the default)', aliases: ['nomemory'] },
  'trace.nostack': { type: 'boolean', help: 'leave the stack out of the trace', aliases: ['nostack'] },
  'trace.nostorage': { type: 'boolean', help: 'accepted: the trace has no storage', aliases: ['nostorage'] },
  'trace.noreturndata': {
    type: 'boolean',
    help: 'leave return data out of the trace (the default)',
    aliases: ['noreturndata'],
  },
  summary: { type: 'boolean', help: 'one line instead of the reports, and exit status 1 if a case failed' },
  human: { type: 'boolean', help: 'reports in words instead of JSON' },
  json: { type: 'string', value: 'FILE', help: 'write the reports to a file' },
  threads: { type: 'number', value: 'N', help: 'worker threads; as many as there are cores by default' },
  timeout: { type: 'number', value: 'SECONDS', help: 'for each case; 60 by default, none with --trace' },
} as const satisfies Options

type StateTestValues = Values<typeof OPTIONS>

const DEFAULT_TIMEOUT_SECONDS = 60

export const statetest: Command = {
  summary: 'run state tests (and the VM tests that came before them)',
  usage: 'heddle statetest [options] [PATH…]',
  details: `Each PATH is a file or a folder. Without one, names of files are read from standard input, one a line, each
reported before the next is read; an empty line ends. Reports are a JSON array on standard output, and each
case's {"stateRoot"} goes to standard error, as with geth's evm statetest.`,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = parseArguments(args, OPTIONS)
    checkValues(values)
    if (positionals.length === 0) return runBatch(values)
    const files = findFixtures(positionals)
    const reporter = new CaseReporter(values, files.length)
    for await (const { reports, error } of runFiles(files, values, reporter)) {
      if (error !== undefined) throw error
      reporter.endFile(reports)
    }
    return reporter.end()
  },
}

async function runBatch(values: StateTestValues): Promise<number> {
  let status = 0
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === '') break
    const reporter = new CaseReporter(values, 1)
    for (const { reports, error } of runInline([line], values, reporter)) {
      if (error !== undefined) throw error
      reporter.endFile(reports)
    }
    status = Math.max(status, reporter.end())
  }
  return status
}

function runFiles(
  files: readonly string[],
  values: StateTestValues,
  reporter: CaseReporter,
): AsyncIterable<FileResult> | Iterable<FileResult> {
  const threads = values.threads ?? availableParallelism()
  // A trace has one order, and a single file gives a second thread nothing to do.
  if (values.trace || threads === 1 || files.length === 1) return runInline(files, values, reporter)
  return runOnThreads(files, threads, { filter: filterOf(values), ...timeLimitOf(values) })
}

function* runInline(files: readonly string[], values: StateTestValues, reporter: CaseReporter): Generator<FileResult> {
  const tracer = values.trace ? createTracer(values) : undefined
  const slot = machineSlot({ ...timeLimitOf(values), ...(tracer === undefined ? {} : { tracer }) })
  for (const file of files) {
    const reports: CaseReport[] = []
    try {
      runFixtureFile(slot, file, filterOf(values), (report) => {
        tracer?.flush()
        if (tracer !== undefined) reporter.writeStateRoot(report)
        reports.push(report)
      })
    } catch (error) {
      if (!(error instanceof HeddleError)) throw error
      yield { file, reports, error }
      return
    }
    yield { file, reports }
  }
}

function createTracer(values: StateTestValues): Eip3155Tracer {
  return new Eip3155Tracer((text) => writeAll(2, text), {
    memory: values['trace.nomemory'] === false,
    stack: values['trace.nostack'] !== true,
    returnData: values['trace.noreturndata'] === false,
  })
}

function filterOf({ run, fork, index }: StateTestValues): CaseFilter {
  return {
    ...(run === undefined ? {} : { name: run }),
    ...(fork === undefined ? {} : { fork }),
    // geth's default, which scripts pass on.
    ...(index === undefined || index === -1 ? {} : { index }),
  }
}

function timeLimitOf({ timeout, trace }: StateTestValues): { timeLimit?: number } {
  if (timeout !== undefined) return { timeLimit: timeout * 1000 }
  return trace ? {} : { timeLimit: DEFAULT_TIMEOUT_SECONDS * 1000 }
}

function checkValues(values: StateTestValues): void {
  const { run, index = 0, threads = 1, timeout = 1 } = values
  const format = values['trace.format'] ?? 'json'
  if (run !== undefined) {
    try {
      new RegExp(run)
    } catch (error) {
      throw invalidOption('run', 'a regular expression', (error as Error).message)
    }
  }
  if (index < -1) throw invalidOption('index', 'an index from 0 on, or -1 for all', String(index))
  if (threads < 1 || threads > 1024) throw invalidOption('threads', '1 to 1024', String(threads))
  if (timeout < 1) throw invalidOption('timeout', 'at least 1', String(timeout))
  if (format !== 'json') throw invalidOption('trace.format', 'json', format)
}
