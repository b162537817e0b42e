import { availableParallelism } from 'node:os'
import { LONG_SHARE } from '../../src/scheduler/take-part.js'
import { median } from '../block/statistics.js'
import type { Subject } from '../block/subject.js'
import { type Moment, type Observation, type ObservedRuns, observe, REAL_WORKERS } from './observe.js'
import { coreConstant } from './read-trace.js'
import { simulate } from './simulate.js'
import type { SimulationOptions } from './simulation.js'
import { criticalPath } from './trace.js'

/** Times are milliseconds; speed-ups are against the sequential run. */
export interface Prediction {
  workload: string
  transactions: number
  sequential: number
  /** All executions, and the longest chain of them. */
  work: number
  criticalPath: number
  /** How much longer executions take while another thread is busy: with a block of its own (the median moment), and with the same one. */
  slowdown: number
  ownSlowdown: number
  /** What a cache line of another core costs. */
  line: number
  simulated: SimulatedRun[]
  real: RealRun[]
}

export interface SimulatedRun {
  workers: number
  ms: number
  speedUp: number
  repeated: number
  utilisation: number
  /** Cache lines of other cores that workers fetch, per transaction. */
  lines: number
}

export interface RealRun {
  workers: number
  ms: number
  repeated: number
  /**
   * Of the simulation, by what executions cost one worker alone and the machine's slowdown at the moment of each run (the median of
   * all), and by what they cost as many workers of this block at once.
   */
  error: number
  errorAtOwnCosts: number
  simulatedRepeated: number
  /** Cache lines of other cores that workers fetch in the simulation, per transaction. */
  simulatedLines: number
}

/** Half of a round trip through Atomics.wait and notify; and what NAP of work.ts is. */
const WAKE = 0.026
const NAP = 0.5
/** The host takes its seat, and at the end finds the block done and left by all. */
const HOST_JOINS = 0.012
const HOST_ENDS = 0.03
/** To give a task to one more thread of the pool. */
const STAGGER = 0.035
/** Where it cannot be measured: about two look-ups in memory, and a comparison. */
const VALIDATE_READ = 0.00002
/** Where two threads have no two processors: what a line costs on the machine of bench/README.md. */
const USUAL_LINE = 0.000025

export interface PredictOptions {
  workers: readonly number[]
  runs: number
  warmUps: number
  memory: number
}

export async function predict(subject: Subject, { workers, ...options }: PredictOptions): Promise<Prediction> {
  return { workload: subject.name, ...predictFrom(await observe(subject, options), workers) }
}

export function predictFrom(observation: Observation, workers: readonly number[]): Omit<Prediction, 'workload'> {
  const alone = observation.byWorkers.get(1)!
  const { moments, leastSlowdown, commitCost, line = USUAL_LINE } = observation
  const perTransaction = (sum: number) => sum / Math.max(1, alone.transactions.length)
  const folding = commitCost?.folding ?? 0
  /**
   * `processors`: of the machine that is simulated, where there are enough of them nobody else is in the way; `unexplained`: to be
   * added between two executions.
   */
  const play = (
    count: number,
    costsOf: number,
    processors: number,
    { unexplained, aloneSaves }: { unexplained: number; aloneSaves?: number },
    moment?: Moment,
  ) => {
    const factor = costsOf !== 1 || count === 1 ? 1 : (moment?.slowdown ?? leastSlowdown)
    const transactions = observation.byWorkers
      .get(costsOf)!
      .transactions.map((each) => ({ ...each, cost: each.cost * factor }))
    const settings = parameters(observation, {
      workers: count,
      processors,
      factor,
      unexplained,
      aloneSaves,
      line: costsOf === 1 ? (moment?.line ?? line) : 0,
    })
    const result = simulate(transactions, settings)
    // The host hears from a worker that all is done, unless it sees that for itself.
    const ending = settings.hostJoins === undefined ? Math.max(0, alone.ending - folding) : HOST_ENDS
    return { ...result, elapsed: result.elapsed + ending }
  }
  const processors = availableParallelism()
  // What one worker takes longer for than its parts say, others will, too.
  const missing = perTransaction(Math.max(0, alone.shared - play(1, 1, processors, { unexplained: 0 }).elapsed))
  const found = { unexplained: missing, aloneSaves: savingOf(alone) }
  const total = (count: number) =>
    observation.byWorkers.get(count)!.transactions.reduce((sum, { cost }) => sum + cost, 0)
  return {
    transactions: alone.transactions.length,
    sequential: observation.sequential,
    work: total(1),
    criticalPath: criticalPath(alone.transactions),
    slowdown: median(moments.map(({ slowdown }) => slowdown)),
    line,
    ownSlowdown: total(Math.max(...REAL_WORKERS)) / total(1),
    simulated: workers.map((count) => {
      const { elapsed, repeated, utilisation, lines } = play(count, 1, count + 1, found)
      return {
        workers: count,
        ms: elapsed,
        speedUp: observation.sequential / elapsed,
        repeated,
        utilisation,
        lines: perTransaction(lines),
      }
    }),
    real: REAL_WORKERS.map((count) => {
      const { elapsed, repeated } = observation.byWorkers.get(count)!
      const against = (time: number, moment?: Moment) => {
        const played = play(count, 1, processors, count === 1 ? { ...found, unexplained: 0 } : found, moment)
        return { ...played, error: played.elapsed / time - 1 }
      }
      // One worker alone is slowed down by nobody.
      const simulated =
        count === 1 ? against(elapsed) : middleOf(moments.map((moment) => against(moment.elapsed, moment)))
      return {
        workers: count,
        ms: elapsed,
        repeated,
        error: simulated.error,
        errorAtOwnCosts: play(count, count, processors, found).elapsed / elapsed - 1,
        simulatedRepeated: simulated.repeated,
        simulatedLines: perTransaction(simulated.lines),
      }
    }),
  }
}

/** What an execution takes less where its worker is alone, as one worker is up to the first transaction that may be long. */
function savingOf({ elapsed, shared, transactions }: ObservedRuns): number {
  const runGas = coreConstant('RUN_GAS')
  const long = transactions.findIndex(({ gasLimit }) => gasLimit >= runGas)
  return Math.max(0, shared - elapsed) / Math.max(1, long < 0 ? transactions.length : long)
}

/** The one with the median error. */
function middleOf<T extends { error: number }>(played: readonly T[]): T {
  return [...played].sort((a, b) => a.error - b.error)[played.length >> 1]!
}

interface SimulatedMachine {
  workers: number
  processors: number
  /** Of the time that anything takes. */
  factor: number
  unexplained: number
  /** What an execution takes less where its worker is alone; without it nobody is. */
  aloneSaves: number | undefined
  /** What a cache line of another core costs. */
  line: number
}

function parameters(
  { byWorkers, announcements, commitCost }: Observation,
  { workers, processors, factor, unexplained, aloneSaves, line }: SimulatedMachine,
): SimulationOptions {
  const { startup, gap, transactions } = byWorkers.get(1)!
  const early = Math.min(workers, Math.max(1, processors - 1))
  const longGas = coreConstant('LONG_GAS')
  const long = transactions.filter(({ gasLimit }) => gasLimit > longGas).length
  const takesPart = early < workers && long <= LONG_SHARE * transactions.length
  // Where commits could not be measured by themselves, all of what lies between two executions is taken for one.
  const { commit, validateRead, fold } = commitCost ?? { commit: gap, validateRead: VALIDATE_READ, fold: 0 }
  return {
    workers,
    rules: {
      window: coreConstant('WINDOW'),
      round: coreConstant('ROUND'),
      patience: coreConstant('PATIENCE'),
      row: coreConstant('ROW'),
      chunk: coreConstant('CHUNK_ENTRIES'),
      run: coreConstant('RUN'),
      runGas: coreConstant('RUN_GAS'),
      runShare: coreConstant('RUN_SHARE'),
      longGas,
      hints: {
        fineConflicts: coreConstant('FINE_CONFLICTS'),
        coarseConflicts: coreConstant('COARSE_CONFLICTS'),
        coarseShare: coreConstant('COARSE_SHARE'),
      },
    },
    commit: commit * factor,
    fold: fold * factor,
    validateRead: validateRead * factor,
    ...(aloneSaves === undefined ? {} : { aloneSaves: aloneSaves * factor }),
    line,
    between: (Math.max(0, gap - commit) + unexplained) * factor,
    startup,
    stagger: STAGGER,
    early,
    ...(takesPart ? { hostJoins: HOST_JOINS } : {}),
    announcements,
    crowding: Math.max(1, (early + 1) / processors),
    wake: WAKE,
    nap: NAP,
  }
}
