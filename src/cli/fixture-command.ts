import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fixtureNetwork } from '../chain/fixture-network.js'
import { HeddleError } from '../errors.js'
import { type CaseFilter, runFixtureFile, type TestKind } from '../fixture/fixture-file.js'
import type { CaseReport } from '../fixture/report.js'
import { Eip3155Tracer } from '../trace/eip3155.js'
import { invalidOption, type Options, parseArguments, type Values } from './args.js'
import type { Command } from './command.js'
import { findFixtures } from './fixture-paths.js'
import { type MachineSettings, machineSlot } from './machine-slot.js'
import { writeAll } from './output.js'
import { PARALLEL_OPTIONS, parallelSettings } from './parallel.js'
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
  ...PARALLEL_OPTIONS,
  threads: {
    type: 'number',
    value: 'N',
    help: 'run as many files at a time; by default as many as there are cores, one with --workers',
  },
  timeout: { type: 'number', value: 'SECONDS', help: 'for each case; 60 by default, none with --trace' },
} as const satisfies Options

type FixtureValues = Values<typeof OPTIONS>

const DEFAULT_TIMEOUT_SECONDS = 60

export interface FixtureCommand {
  kind: TestKind
  name: string
  summary: string
  /** Geth's command of the same form. */
  model: string
}

/** The two commands that run official fixtures differ in what they run, and in nothing that is seen from outside. */
export function fixtureCommand({ kind, name, summary, model }: FixtureCommand): Command {
  return {
    summary,
    usage: `heddle ${name} [options] [PATH…]`,
    details: `Each PATH is a file or a folder. Without one, names of files are read from standard input, one a line, each
reported before the next is read; an empty line ends. Reports are a JSON array on standard output, and each
case's {"stateRoot"} goes to standard error, as with ${model}.`,
    options: OPTIONS,
    async run(args) {
      const { values, positionals } = parseArguments(args, OPTIONS)
      checkValues(values)
      if (positionals.length === 0) return runBatch(kind, values)
      const files = findFixtures(positionals)
      const reporter = new CaseReporter(values, files.length)
      for await (const { reports, error } of runFiles(kind, files, values, reporter)) {
        if (error !== undefined) throw error
        reporter.endFile(reports)
      }
      return reporter.end()
    },
  }
}

async function runBatch(kind: TestKind, values: FixtureValues): Promise<number> {
  let status = 0
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === '') break
    const reporter = new CaseReporter(values, 1)
    for await (const { reports, error } of runInline(kind, [line], values, reporter)) {
      if (error !== undefined) throw error
      reporter.endFile(reports)
    }
    status = Math.max(status, reporter.end())
  }
  return status
}

function runFiles(
  kind: TestKind,
  files: readonly string[],
  values: FixtureValues,
  reporter: CaseReporter,
): AsyncIterable<FileResult> {
  const threads = values.threads ?? (values.workers ? 1 : availableParallelism())
  // A trace has one order, and a single file gives a second thread nothing to do.
  if (values.trace || threads === 1 || files.length === 1) return runInline(kind, files, values, reporter)
  return runOnThreads(files, threads, { kind, filter: filterOf(values), machine: machineSettings(values) })
}

async function* runInline(
  kind: TestKind,
  files: readonly string[],
  values: FixtureValues,
  reporter: CaseReporter,
): AsyncGenerator<FileResult> {
  const tracer = values.trace ? createTracer(values) : undefined
  const slot = machineSlot(machineSettings(values), tracer)
  try {
    for (const file of files) {
      const reports: CaseReport[] = []
      try {
        await runFixtureFile(slot, kind, file, filterOf(values), (report) => {
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
  } finally {
    await slot.close()
  }
}

function createTracer(values: FixtureValues): Eip3155Tracer {
  return new Eip3155Tracer((text) => writeAll(2, text), {
    memory: values['trace.nomemory'] === false,
    stack: values['trace.nostack'] !== true,
    returnData: values['trace.noreturndata'] === false,
  })
}

function filterOf({ run, fork, index }: FixtureValues): CaseFilter {
  return {
    ...(run === undefined ? {} : { name: run }),
    ...(fork === undefined ? {} : { fork }),
    // geth's default, which scripts pass on.
    ...(index === undefined || index === -1 ? {} : { index }),
  }
}

function machineSettings(values: FixtureValues): MachineSettings {
  const { timeout, trace } = values
  const parallel = parallelSettings(values)
  const seconds = timeout ?? (trace ? undefined : DEFAULT_TIMEOUT_SECONDS)
  return {
    ...(seconds === undefined ? {} : { timeLimit: seconds * 1000 }),
    ...(parallel === undefined ? {} : { parallel }),
  }
}

function checkValues(values: FixtureValues): void {
  const { run, fork, index = 0, threads = 1, timeout = 1 } = values
  const format = values['trace.format'] ?? 'json'
  if (run !== undefined) {
    try {
      new RegExp(run)
    } catch (error) {
      throw invalidOption('run', 'a regular expression', (error as Error).message)
    }
  }
  // An unknown name would match no case, and no case would fail.
  if (fork !== undefined) fixtureNetwork(fork)
  if (index < -1) throw invalidOption('index', 'an index from 0 on, or -1 for all', String(index))
  if (threads < 1 || threads > 1024) throw invalidOption('threads', '1 to 1024', String(threads))
  if (timeout < 1) throw invalidOption('timeout', 'at least 1', String(timeout))
  if (parallelSettings(values) !== undefined && values.trace) {
    throw invalidOption('workers', 'none with --trace, which has one order', String(values.workers))
  }
  if (format !== 'json') throw invalidOption('trace.format', 'json', format)
}
