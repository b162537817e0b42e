import { BlockMessages } from '../../src/scheduler/block-messages.js'
import type { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { executeParallel } from '../../src/scheduler/parallel.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import type { RecordedRun } from '../../src/scheduler/statistics.js'
import { layout } from '../../src/wasm/layout.js'
import { createMachine, type Machine } from '../../src/wasm/machine.js'
import { WorkerPool } from '../../src/worker/pool.js'
import { Ceiling } from '../block/ceiling.js'
import { collectAllGarbage } from '../block/memory.js'
import { median, quantile } from '../block/statistics.js'
import type { Subject } from '../block/subject.js'
import { type CommitCost, measureCommit } from './commit-cost.js'
import { LinePrice } from './line-price.js'
import { readTrace } from './read-trace.js'
import type { TracedTransaction } from './trace.js'

/** What real runs of a block on this machine took, in milliseconds: medians over the rounds. */
export interface Observation {
  sequential: number
  byWorkers: ReadonlyMap<number, ObservedRuns>
  /** When the host had written so many transactions, beside one worker. */
  announcements: Announcement[]
  /** Round by round: what a virtual machine's processors are to each other changes every few seconds. */
  moments: Moment[]
  /** How much longer everything takes where another thread is busy with a block of its own, when others were least in the way. */
  leastSlowdown: number
  /** Where it could be measured. */
  commitCost: CommitCost | undefined
  /** What a cache line of another core costs, where it could be measured. */
  line?: number
}

/** The machine, and a run on as many workers as it has processors, at the same time. */
export interface Moment {
  /** How much longer everything takes where another thread is busy with a block of its own: the machine's doing. */
  slowdown: number
  /** What a cache line of another core costs, where it could be measured. */
  line: number | undefined
  /** Without recording, in milliseconds. */
  elapsed: number
}

export interface Announcement {
  time: number
  available: number
}

export interface ObservedRuns {
  /** Without recording. */
  elapsed: number
  /** The same where nobody was alone in the block, as nobody is in a recorded run. */
  shared: number
  transactions: TracedTransaction[]
  /** Before the first execution, and after the last. */
  startup: number
  ending: number
  /**
   * From one execution to the next of a worker, but for waiting for the host: what is committed and looked up in between, the accounts of
   * a whole run at once. With several workers, their waiting for each other, too.
   */
  gap: number
  repeated: number
}

export interface ObserveOptions {
  runs: number
  warmUps: number
  memory: number
}

/**
 * Others who are at work on the machine make a run longer and never shorter, and two workers suffer more than one: what stands for
 * many runs is their lower quartile.
 */
const TYPICAL = 0.25

/** A short block is measured more often: rounds per run until as many milliseconds are full. */
const RUN = 1000
const MOST_ROUNDS = 6
/**
 * A round has each kind of run, but for recorded ones, so often that they take so many milliseconds: after a pause the kernel may wake a thread on the core of
 * the calling thread, and leaves it there for milliseconds, and now and then V8 has something to do on threads of its own.
 */
const ROUND = 25
/** The same in rounds that are not measured: V8 compiles on such threads, too. */
const FIRST_ROUND = 400
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

/** Every measurement of a block, before anything is made of them. */
export interface Recording {
  sequential: number[]
  byWorkers: RecordedRuns[]
  moments: Moment[]
  leastSlowdown: number
  commitCost: CommitCost | undefined
  line?: number
}

interface RecordedRuns {
  workers: number
  /** Without recording. */
  elapsed: number[]
  shared: number[]
  /** Of the runs without recording. */
  announcements: Announcement[][]
  samples: Sample[]
  trace: TracedTransaction[]
}

export async function observe(subject: Subject, options: ObserveOptions): Promise<Observation> {
  return summarize(await record(subject, options))
}

export async function record(subject: Subject, { runs, warmUps, memory }: ObserveOptions): Promise<Recording> {
  const machine = createMachine({ workers: Math.max(...REAL_WORKERS), memory })
  const pools = REAL_WORKERS.map((workers) => new WorkerPool(workers))
  const byWorkers = REAL_WORKERS.map(
    (workers): RecordedRuns => ({
      workers,
      elapsed: [],
      shared: [],
      announcements: [],
      samples: [],
      trace: [],
    }),
  )
  const sequential: number[] = []
  const watched = watch(machine)
  const ceiling = new Ceiling(Math.max(...REAL_WORKERS), () => subject.ceilingSource())
  const price = new LinePrice()
  const lines: (number | undefined)[] = []
  let rounds = runs
  try {
    for (let round = -warmUps; round < rounds; round++) {
      const isMeasured = round >= 0
      await ceiling.run(isMeasured)
      const line = price.measure()
      if (isMeasured) lines.push(line)
      // What is swept on other threads takes cores from the next run.
      await collectAllGarbage()
      const length = isMeasured ? ROUND : FIRST_ROUND
      const time = typicalTime(await runFor(length, () => runSequential(machine, subject)))
      if (!isMeasured) rounds = runs * Math.min(MOST_ROUNDS, Math.max(1, Math.ceil(RUN / time)))
      if (isMeasured) sequential.push(time)
      for (const [index, pool] of pools.entries()) {
        const plain = await runFor(length, () => runParallel(machine, subject, pool, watched, 'plain'))
        const { start } = plain.at(-1)!
        const written = watched.announcements.map(({ time, available }) => ({ time: time - start, available }))
        const shared = await runFor(length, () => runParallel(machine, subject, pool, watched, 'shared'))
        const { sample, tasks } = await runParallel(machine, subject, pool, watched, 'recorded')
        const runsOf = byWorkers[index]!
        if (isMeasured) {
          runsOf.elapsed.push(typicalTime(plain))
          runsOf.shared.push(typicalTime(shared))
          runsOf.announcements.push(written)
          runsOf.samples.push(sample!)
        }
        // As large as ten blocks: one is enough.
        if (round === rounds - 1) runsOf.trace = readTrace(machine.words, tasks, sample!.costs)
        await collectAllGarbage()
      }
    }
  } finally {
    await Promise.all([...pools, ceiling, price].map((each) => each.close()))
  }
  const { elapsed } = byWorkers.at(-1)!
  const slowdowns = ceiling.slowdowns(TYPICAL)
  const moments = elapsed.map((time, round) => ({ slowdown: slowdowns[round]!, line: lines[round], elapsed: time }))
  const leastSlowdown = ceiling.slowdown(0)
  const commitCost = measureCommit(machine, subject)
  const line = price.value
  return { sequential, byWorkers, moments, leastSlowdown, commitCost, ...(line === undefined ? {} : { line }) }
}

export function summarize({ sequential, byWorkers, ...measured }: Recording, part: number = TYPICAL): Observation {
  const { announcements } = byWorkers.find(({ workers }) => workers === 1)!
  return {
    ...measured,
    sequential: quantile(sequential, part),
    announcements: announcements[0]!.map(({ available }, batch) => {
      const times = announcements.map((each) => each[batch]!.time)
      return { available, time: quantile(times, part) }
    }),
    byWorkers: new Map(byWorkers.map((runs) => [runs.workers, typical(runs, part)])),
  }
}

/**
 * The costs are typical ones by transaction, stretched alike so that they add up to what they add up to in a run, less what
 * recording adds to each: runs that are not recorded take as much less.
 */
function typical({ workers, elapsed, shared, samples, trace }: RecordedRuns, part: number): ObservedRuns {
  const of = (value: (sample: Sample) => number) => quantile(samples.map(value), part)
  const usual = trace.map((_, index) =>
    quantile(
      samples.map(({ costs }) => costs[index]!),
      part,
    ),
  )
  const sum = usual.reduce((total, cost) => total + cost, 0)
  const stretch = sum === 0 ? 1 : of(({ total }) => total) / sum
  const unrecorded = quantile(shared, part)
  const repeated = median(samples.map((sample) => sample.repeated))
  const recording = (workers * (of((sample) => sample.elapsed) - unrecorded)) / (trace.length + repeated)
  return {
    elapsed: quantile(elapsed, part),
    shared: unrecorded,
    transactions: trace.map((traced, index) => {
      const cost = usual[index]! * stretch
      return { ...traced, cost: Math.max(LEAST_COST * cost, cost - Math.max(0, recording)) }
    }),
    startup: of(({ startup }) => startup),
    ending: of(({ ending }) => ending),
    gap: of(({ gap }) => gap),
    repeated,
  }
}

/** As often as takes so many milliseconds, and once before that. */
async function runFor<T extends Timed>(milliseconds: number, run: () => Promise<T>): Promise<T[]> {
  await run()
  const runs: T[] = []
  for (let total = 0; total < milliseconds; total += runs.at(-1)!.elapsed) runs.push(await run())
  return runs
}

function typicalTime(runs: readonly Timed[]): number {
  return quantile(
    runs.map(({ elapsed }) => elapsed),
    TYPICAL,
  )
}

async function runSequential(machine: Machine, { environment, state, messages, gasUsed }: Subject): Promise<Timed> {
  machine.startBlock(environment, state)
  const written = BlockMessages.of(machine, messages)
  written.read(messages.length)
  const start = performance.now()
  const tasks = await executeSequential(machine, written, {})
  const elapsed = performance.now() - start
  requireWhole(tasks, gasUsed)
  return { elapsed }
}

interface Watched {
  /** When the host lets workers have how many transactions. */
  announcements: Announcement[]
  /** Nobody is to be alone in the block. */
  isShared: boolean
}

function watch(machine: Machine): Watched {
  const { core, words } = machine
  const watched: Watched = { announcements: [], isShared: false }
  const announce = (available: number) => {
    watched.announcements.push({ time: performance.now(), available })
    core.announce(available)
  }
  const openDoor = () => {
    if (watched.isShared) words.setU32(layout.BLOCK_ALONE, layout.SHARED)
    core.openDoor()
  }
  Object.defineProperty(machine, 'core', { value: { ...core, announce, openDoor } })
  return watched
}

interface Timed {
  elapsed: number
}

interface ParallelRun extends Timed {
  /** By performance.now. */
  start: number
  tasks: BlockTasks
  sample?: Sample
}

async function runParallel(
  machine: Machine,
  { environment, state, messages, gasUsed }: Subject,
  pool: WorkerPool,
  watched: Watched,
  how: 'plain' | 'shared' | 'recorded',
): Promise<ParallelRun> {
  const record = how === 'recorded'
  watched.announcements = []
  watched.isShared = how !== 'plain'
  machine.startBlock(environment, state)
  const options = { pool, workers: pool.threads, backend: state.share(), record, takesPart: true }
  const written = BlockMessages.of(machine, messages)
  written.read(messages.length)
  const start = performance.now()
  const { tasks, statistics, heardFrom } = await executeParallel(machine, written, options)
  const end = performance.now()
  // Or the next block is another thread's, whom the kernel may wake on the core of the calling thread and leave there for milliseconds.
  await heardFrom
  requireWhole(tasks, gasUsed)
  const elapsed = end - start
  if (!record) return { start, elapsed, tasks }
  const { schedule, executions } = statistics()
  const sample = sampleOf(schedule, messages.length, watched.announcements, { start, end })
  sample.repeated = executions - messages.length
  return { start, elapsed, tasks, sample }
}

/** The run's start and end are by performance.now, as are the announcements. */
function sampleOf(
  schedule: readonly RecordedRun[],
  count: number,
  announcements: readonly Announcement[],
  { start, end }: { start: number; end: number },
): Sample {
  const { timeOrigin } = performance
  const costs = new Float64Array(count)
  const last = new Map<number, RecordedRun>()
  const writtenAt = announcements.flatMap(({ time, available }, batch) => {
    const before = announcements[batch - 1]?.available ?? 0
    return new Array<number>(available - before).fill(timeOrigin + time)
  })
  let gaps = 0
  let lastEnd = timeOrigin + start
  for (const run of schedule) {
    const before = last.get(run.worker)
    if (before !== undefined) gaps += Math.max(0, run.start - Math.max(before.end, writtenAt[run.transaction] ?? 0))
    last.set(run.worker, run)
    // The last one counts: it saw the right values, and met no estimate.
    costs[run.transaction] = run.end - run.start
    lastEnd = Math.max(lastEnd, run.end)
  }
  return {
    elapsed: end - start,
    startup: schedule.length === 0 ? end - start : schedule[0]!.start - timeOrigin - start,
    ending: timeOrigin + end - lastEnd,
    costs,
    total: costs.reduce((sum, cost) => sum + cost, 0),
    gap: gaps / Math.max(1, schedule.length - last.size),
    repeated: 0,
  }
}

function requireWhole(tasks: BlockTasks, gasUsed: bigint | undefined): void {
  const refused = tasks.refused()
  if (refused !== undefined) throw refused.error
  if (gasUsed === undefined) return
  const got = tasks.results().gasUsed
  if (got !== gasUsed) throw new Error(`block: expected ${gasUsed} gas used, got ${got}`)
}
