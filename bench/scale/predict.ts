import { availableParallelism } from 'node:os'
import type { Subject } from '../block/subject.js'
import { type Observation, observe, REAL_WORKERS } from './observe.js'
import { coreConstant } from './read-trace.js'
import { type SimulationOptions, simulate } from './simulate.js'
import { criticalPath } from './trace.js'

/** Times are milliseconds; speed-ups are against the sequential run. */
export interface Prediction {
  workload: string
  transactions: number
  sequential: number
  /** All executions, and the longest chain of them. */
  work: number
  criticalPath: number
  /** How much longer executions take while another thread is busy: with a block of its own, and with the same one. */
  slowdown: number
  ownSlowdown: number
  simulated: SimulatedRun[]
  real: RealRun[]
}

export interface SimulatedRun {
  workers: number
  ms: number
  speedUp: number
  repeated: number
  utilisation: number
}

export interface RealRun {
  workers: number
  ms: number
  repeated: number
  /**
   * Of the simulation, by what executions cost one worker alone and the machine's slowdown, and by what they cost as many
   * workers of this block at once.
   */
  error: number
  errorAtOwnCosts: number
  simulatedRepeated: number
}

/** Half of a round trip through Atomics.wait and notify; and what NAP of work.ts is. */
const WAKE = 0.026
const NAP = 0.5
/** To give a task to one more thread of the pool. */
const STAGGER = 0.035
/** Where it cannot be measured: about two look-ups in memory, and a comparison. */
const VALIDATE_READ = 0.00002

export interface PredictOptions {
  workers: readonly number[]
  runs: number
  warmUps: number
  memory: number
}

export async function predict(subject: Subject, { workers, ...options }: PredictOptions): Promise<Prediction> {
  const observation = await observe(subject, options)
  const alone = observation.byWorkers.get(1)!
  const { slowdown } = observation
  /** `processors`: of the machine that is simulated; `unexplained`: to be added between two executions. */
  const play = (count: number, costsOf: number, processors: number, unexplained: number) => {
    const factor = costsOf === 1 && count > 1 ? slowdown : 1
    const transactions = observation.byWorkers
      .get(costsOf)!
      .transactions.map((each) => ({ ...each, cost: each.cost * factor }))
    const settings = parameters(observation, { workers: count, processors, factor, unexplained })
    const result = simulate(transactions, settings)
    return { ...result, elapsed: result.elapsed + alone.ending }
  }
  const processors = availableParallelism()
  // What one worker takes longer for than its parts say, others will, too.
  const missing = Math.max(0, alone.elapsed - play(1, 1, processors, 0).elapsed) / Math.max(1, subject.messages.length)
  const total = (count: number) =>
    observation.byWorkers.get(count)!.transactions.reduce((sum, { cost }) => sum + cost, 0)
  return {
    workload: subject.name,
    transactions: subject.messages.length,
    sequential: observation.sequential,
    work: total(1),
    criticalPath: criticalPath(alone.transactions),
    slowdown,
    ownSlowdown: total(Math.max(...REAL_WORKERS)) / total(1),
    simulated: workers.map((count) => {
      const { elapsed, repeated, utilisation } = play(count, 1, count + 1, missing)
      return { workers: count, ms: elapsed, speedUp: observation.sequential / elapsed, repeated, utilisation }
    }),
    real: REAL_WORKERS.map((count) => {
      const { elapsed, repeated } = observation.byWorkers.get(count)!
      const unexplained = count === 1 ? 0 : missing
      const simulated = play(count, 1, processors, unexplained)
      return {
        workers: count,
        ms: elapsed,
        repeated,
        error: simulated.elapsed / elapsed - 1,
        errorAtOwnCosts: play(count, count, processors, unexplained).elapsed / elapsed - 1,
        simulatedRepeated: simulated.repeated,
      }
    }),
  }
}

interface SimulatedMachine {
  workers: number
  processors: number
  /** Of the time that anything takes. */
  factor: number
  unexplained: number
}

function parameters(
  { byWorkers, announcements, commitCost }: Observation,
  { workers, processors, factor, unexplained }: SimulatedMachine,
): SimulationOptions {
  const { startup, gap } = byWorkers.get(1)!
  // Where commits could not be measured by themselves, all of what lies between two executions is taken for one.
  const { commit, validateRead } = commitCost ?? { commit: gap, validateRead: VALIDATE_READ }
  return {
    workers,
    window: coreConstant('WINDOW'),
    patience: coreConstant('PATIENCE'),
    round: coreConstant('ROUND'),
    hints: {
      fineConflicts: coreConstant('FINE_CONFLICTS'),
      coarseConflicts: coreConstant('COARSE_CONFLICTS'),
      coarseShare: coreConstant('COARSE_SHARE'),
    },
    commit: commit * factor,
    validateRead: validateRead * factor,
    between: (Math.max(0, gap - commit) + unexplained) * factor,
    startup,
    stagger: STAGGER,
    announcements,
    crowding: Math.max(1, (workers + 1) / processors),
    wake: WAKE,
    nap: NAP,
  }
}
