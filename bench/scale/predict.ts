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
  /** Of more time that executions took while two workers were at it. */
  slowdown: number
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
  /** Of the simulation, by what executions cost one worker alone, and by what they cost as many workers at once. */
  error: number
  errorAtOwnCosts: number
  simulatedRepeated: number
}

/** Half of a round trip through Atomics.wait and notify; and what NAP and the wait of versions.ts are. */
const WAKE = 0.026
const NAP = 0.5
const ESTIMATE_NAP = 1
/** About two look-ups in memory, and a comparison. */
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
  const play = (count: number, costsOf: number) => {
    const result = simulate(observation.byWorkers.get(costsOf)!.transactions, parameters(observation, count))
    return { ...result, elapsed: result.elapsed + alone.ending }
  }
  const total = (count: number) =>
    observation.byWorkers.get(count)!.transactions.reduce((sum, { cost }) => sum + cost, 0)
  return {
    workload: subject.name,
    transactions: subject.messages.length,
    sequential: observation.sequential,
    work: total(1),
    criticalPath: criticalPath(alone.transactions),
    slowdown: total(Math.max(...REAL_WORKERS)) / total(1),
    simulated: workers.map((count) => {
      const { elapsed, repeated, utilisation } = play(count, 1)
      return { workers: count, ms: elapsed, speedUp: observation.sequential / elapsed, repeated, utilisation }
    }),
    real: REAL_WORKERS.map((count) => {
      const { elapsed, repeated } = observation.byWorkers.get(count)!
      const simulated = play(count, 1)
      return {
        workers: count,
        ms: elapsed,
        repeated,
        error: simulated.elapsed / elapsed - 1,
        errorAtOwnCosts: play(count, count).elapsed / elapsed - 1,
        simulatedRepeated: simulated.repeated,
      }
    }),
  }
}

function parameters({ byWorkers, announcements }: Observation, workers: number): SimulationOptions {
  const { startup, gap } = byWorkers.get(1)!
  return {
    workers,
    window: coreConstant('WINDOW'),
    hints: {
      fineConflicts: coreConstant('FINE_CONFLICTS'),
      coarseConflicts: coreConstant('COARSE_CONFLICTS'),
      coarseShare: coreConstant('COARSE_SHARE'),
    },
    // All of what lies between two executions: some of it is no commit, and need not wait for the others.
    commit: gap,
    validateRead: VALIDATE_READ,
    startup,
    announcements,
    wake: WAKE,
    nap: NAP,
    estimateNap: ESTIMATE_NAP,
  }
}
