import { prepareWorkload, SCENARIOS } from '../../src/workload/index.js'
import { Ceiling } from './ceiling.js'
import { Contender } from './contender.js'
import { collectGarbage, residentMemory } from './memory.js'
import { median } from './statistics.js'

/** One line of the report. */
export interface Row {
  workload: string
  txs: number
  mode: 'sequential' | 'parallel'
  workers: number
  /** Median time of executing the transactions. */
  ms: number
  tps: number
  mgasPerSecond: number
  /** Of all threads, meanwhile. */
  cpuSeconds: number
  /** Per block; at least one per transaction. */
  executions: number
  /** Bytes that a process with the state, the block and this engine has resident at most. */
  peakMemory: number
  root: string
  /** How much more as many threads do than one where they share nothing. */
  ceiling: number
  /** Fastest and slowest. */
  range: [number, number]
  /** How many of the runs were on worker threads: without --force that is for the engine to decide. */
  parallelRuns: number
}

export interface MeasureOptions {
  txs: number
  workers: readonly number[]
  runs: number
  warmUps: number
  seed: number
  isForced: boolean
  onStep: (text: string) => void
}

/** Measures the sequential run and each number of workers, which take turns, as does the machine's own ceiling. */
export async function measureWorkload(name: string, options: MeasureOptions): Promise<Row[]> {
  const { txs, seed, runs, warmUps, isForced, onStep } = options
  onStep('preparing')
  const workload = await prepareWorkload(SCENARIOS[name]!, { transactions: txs, seed })
  collectGarbage()
  const baseMemory = residentMemory()
  const contenders: Contender[] = []
  const ceilings: Ceiling[] = []
  try {
    let root = ''
    let gas = 0n
    for (const workers of new Set([0, ...options.workers])) {
      onStep(`first run, ${workers} workers`)
      const contender = new Contender(workload, baseMemory, { workers, isForced })
      contenders.push(contender)
      const { stateRoot, gasUsed } = await contender.warmUp()
      if (workers === 0) root = stateRoot
      gas = gasUsed
    }
    for (const threads of options.workers) if (threads > 1) ceilings.push(new Ceiling(workload, threads))
    for (let round = -warmUps; round < runs; round++) {
      const isMeasured = round >= 0
      onStep(isMeasured ? `run ${round + 1} of ${runs}` : 'warming up')
      for (let i = 0; i < contenders.length; i++) {
        // Nobody always comes first.
        await contenders[(i + round + warmUps) % contenders.length]!.run(isMeasured, root)
      }
      for (const ceiling of ceilings) await ceiling.run(isMeasured)
    }
    return contenders.map((contender) => rowOf(contender, { name, txs, gas: Number(gas), root, ceilings }))
  } finally {
    await Promise.all([...contenders, ...ceilings].map((each) => each.close()))
  }
}

interface Measured {
  name: string
  txs: number
  gas: number
  root: string
  ceilings: readonly Ceiling[]
}

function rowOf(contender: Contender, { name, txs, gas, root, ceilings }: Measured): Row {
  const { mode, workers, milliseconds, cpuSeconds, executions, peakMemory, parallelRuns } = contender
  const ms = median(milliseconds)
  return {
    workload: name,
    txs,
    mode,
    workers,
    ms,
    tps: (txs / ms) * 1000,
    mgasPerSecond: gas / ms / 1000,
    cpuSeconds: median(cpuSeconds),
    executions: median(executions),
    peakMemory,
    root,
    ceiling: ceilings.find(({ threads }) => threads === workers)?.ratio ?? 1,
    range: [Math.min(...milliseconds), Math.max(...milliseconds)],
    parallelRuns,
  }
}
