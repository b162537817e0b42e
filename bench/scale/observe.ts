import { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { BATCH, executeParallel, FIRST_BATCH } from '../../src/scheduler/parallel.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import type { RecordedRun } from '../../src/scheduler/statistics.js'
import { createMachine, type Machine } from '../../src/wasm/machine.js'
import { WorkerPool } from '../../src/worker/pool.js'
import { Ceiling } from '../block/ceiling.js'
import { median } from '../block/statistics.js'
import type { Subject } from '../block/subject.js'
import { type CommitCost, measureCommit } from './commit-cost.js'
import { readTrace } from './read-trace.js'
import type { TracedTransaction } from './trace.js'

/** What real runs of a block on this machine took, in milliseconds: medians over the rounds. */
export interface Observation {
  sequential: number
  byWorkers: ReadonlyMap<number, ObservedRuns>
  /** When the host had written so many transactions, with nobody else at work. */
  announcements: { time: number; available: number }[]
  /** How much longer everything takes where another thread is busy with a block of its own: the machine's doing. */
  slowdown: number
  /** Where it could be measured. */
  commitCost: CommitCost | undefined
}

export interface ObservedRuns {
  /** Without recording. */
  elapsed: number
  transactions: TracedTransaction[]
  /** Before the first execution, and after the last. */
  startup: number
  ending: number
  /** From one execution to the next of a worker. */
  gap: number
  repeated: number
}

export interface ObserveOptions {
  runs: number
  warmUps: number
  memory: number
}

/** A short block is measured more often: rounds per run until as many milliseconds are full. */
const RUN = 100
const MOST_ROUNDS = 20
/** What is left of an execution's time when that of recording it is taken off, at least. */
const LEAST_COST = 0.2

/** The numbers of workers that this machine runs for real. */
export const REAL_WORKERS = [1, 2] as const

interface Sample {
  elapsed: number
  startup: number
  ending: number
  costs: Float64Array
  total: number
  gap: number
  repeated: number
}

export async function observe(subject: Subject, { runs, warmUps, memory }: ObserveOptions): Promise<Observation> {
  const machine = createMachine({ workers: Math.max(...REAL_WORKERS), memory })
  const pools = REAL_WORKERS.map((workers) => new WorkerPool(workers))
  const sequential: number[] = []
  const announcements: Observation['announcements'][] = []
  const elapsed = pools.map((): number[] => [])
  const samples = pools.map((): Sample[] => [])
  const traces: TracedTransaction[][] = []
  const ceiling = new Ceiling(Math.max(...REAL_WORKERS), () => subject.ceilingSource())
  let rounds = runs
  try {
    for (let round = -warmUps; round < rounds; round++) {
      const isMeasured = round >= 0
      if (round < runs) await ceiling.run(isMeasured)
      const time = await runSequential(machine, subject)
      if (!isMeasured) rounds = runs * Math.min(MOST_ROUNDS, Math.max(1, Math.ceil(RUN / time)))
      const written = writeAlone(machine, subject)
      if (isMeasured) sequential.push(time)
      if (isMeasured) announcements.push(written)
      for (const [index, pool] of pools.entries()) {
        const plain = await runParallel(machine, subject, pool, false)
        const recorded = await runParallel(machine, subject, pool, true)
        if (!isMeasured) continue
        elapsed[index]!.push(plain.elapsed)
        samples[index]!.push(recorded.sample!)
        if (round === rounds - 1) traces.push(recorded.trace!)
      }
    }
  } finally {
    await Promise.all([...pools, ceiling].map((each) => each.close()))
  }
  return {
    sequential: median(sequential),
    slowdown: ceiling.threads / ceiling.ratio,
    commitCost: measureCommit(machine, subject),
    announcements: announcements[0]!.map(({ available }, batch) => {
      return { available, time: median(announcements.map((each) => each[batch]!.time)) }
    }),
    byWorkers: new Map(
      REAL_WORKERS.map((workers, index) => {
        return [workers, summarize(workers, elapsed[index]!, samples[index]!, traces[index]!)]
      }),
    ),
  }
}

/**
 * The costs are medians by transaction, stretched alike so that they add up to what they add up to in a run, less what recording
 * adds to each: runs that are not recorded take as much less.
 */
function summarize(
  workers: number,
  elapsed: readonly number[],
  samples: readonly Sample[],
  trace: TracedTransaction[],
): ObservedRuns {
  const medianOf = (field: (sample: Sample) => number) => median(samples.map(field))
  const typical = trace.map((_, index) => medianOf(({ costs }) => costs[index]!))
  const sum = typical.reduce((total, cost) => total + cost, 0)
  const stretch = sum === 0 ? 1 : medianOf(({ total }) => total) / sum
  const repeated = medianOf((sample) => sample.repeated)
  const recording = (workers * (medianOf((sample) => sample.elapsed) - median(elapsed))) / (trace.length + repeated)
  return {
    elapsed: median(elapsed),
    transactions: trace.map((traced, index) => {
      const cost = typical[index]! * stretch
      return { ...traced, cost: Math.max(LEAST_COST * cost, cost - Math.max(0, recording)) }
    }),
    startup: medianOf(({ startup }) => startup),
    ending: medianOf(({ ending }) => ending),
    gap: medianOf(({ gap }) => gap),
    repeated,
  }
}

async function runSequential(machine: Machine, { environment, state, messages, gasUsed }: Subject): Promise<number> {
  machine.startBlock(environment, state)
  const start = performance.now()
  const tasks = await executeSequential(machine, messages, {})
  const time = performance.now() - start
  requireWhole(tasks, gasUsed)
  return time
}

function writeAlone(machine: Machine, { environment, state, messages }: Subject): Observation['announcements'] {
  machine.startBlock(environment, state)
  const start = performance.now()
  const tasks = new BlockTasks(machine, messages)
  const announcements: Observation['announcements'] = []
  while (tasks.written < messages.length) {
    tasks.write(tasks.written < BATCH ? FIRST_BATCH : BATCH)
    announcements.push({ time: performance.now() - start, available: tasks.written })
  }
  tasks.close()
  return announcements
}

interface ParallelRun {
  elapsed: number
  sample?: Sample
  trace?: TracedTransaction[]
}

async function runParallel(
  machine: Machine,
  { environment, state, messages, gasUsed }: Subject,
  pool: WorkerPool,
  record: boolean,
): Promise<ParallelRun> {
  machine.startBlock(environment, state)
  const options = { pool, workers: pool.threads, backend: state.share(), record }
  const start = performance.timeOrigin + performance.now()
  const { tasks, statistics } = await executeParallel(machine, messages, options)
  const end = performance.timeOrigin + performance.now()
  requireWhole(tasks, gasUsed)
  if (!record) return { elapsed: end - start }
  const { schedule, executions } = statistics()
  const sample = sampleOf(schedule, messages.length, start, end)
  sample.repeated = executions - messages.length
  return { elapsed: end - start, sample, trace: readTrace(machine.words, tasks, Array.from(sample.costs)) }
}

function sampleOf(schedule: readonly RecordedRun[], count: number, start: number, end: number): Sample {
  const costs = new Float64Array(count)
  const last = new Map<number, RecordedRun>()
  const gaps: number[] = []
  let lastEnd = start
  for (const run of schedule) {
    const before = last.get(run.worker)
    if (before !== undefined) gaps.push(Math.max(0, run.start - before.end))
    last.set(run.worker, run)
    // The last one counts: it saw the right values, and met no estimate.
    costs[run.transaction] = run.end - run.start
    lastEnd = Math.max(lastEnd, run.end)
  }
  return {
    elapsed: end - start,
    startup: (schedule[0]?.start ?? end) - start,
    ending: end - lastEnd,
    costs,
    total: costs.reduce((sum, cost) => sum + cost, 0),
    gap: typicalGap(gaps),
    repeated: 0,
  }
}

/** The mean of those without sleep: a long gap is a wait for the host or for another transaction, which the simulation knows. */
function typicalGap(gaps: number[]): number {
  if (gaps.length === 0) return 0
  const bound = 10 * median(gaps) + 0.001
  const short = gaps.filter((gap) => gap <= bound)
  return short.reduce((sum, gap) => sum + gap, 0) / short.length
}

function requireWhole(tasks: BlockTasks, gasUsed: bigint | undefined): void {
  const refused = tasks.refused()
  if (refused !== undefined) throw refused.error
  if (gasUsed === undefined) return
  const got = tasks.results().reduce((sum, result) => sum + result.gasUsed, 0n)
  if (got !== gasUsed) throw new Error(`block: expected ${gasUsed} gas used, got ${got}`)
}
