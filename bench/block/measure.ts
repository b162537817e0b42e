import { collectGarbage } from '../../src/memory/collect-garbage.js'
import { type BenchBlock, openBlock } from './bench-block.js'
import { Ceiling } from './ceiling.js'
import { Contender, RUN, TURNS } from './contender.js'
import { residentMemory } from './memory.js'
import type { BlockRequest } from './request.js'
import { median } from './statistics.js'

/** One line of the report. */
export interface Row {
  workload: string
  txs: number
  mode: 'sequential' | 'parallel'
  workers: number
  /** Median time of reading and executing the transactions, and the mean over all executions: what now and then takes longer is in it. */
  ms: number
  mean: number
  /** Median over the runs of the sequential time by this one, which were taken in the same moments. */
  speedUp: number
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
  /** Median over the runs of the speed-up as a part of the ceiling, which were taken in the same moments; 1 without a ceiling. */
  ofCeiling: number
  /** Fastest and slowest. */
  range: [number, number]
  /** The part of the executions that were on worker threads: without --force that is for the engine to decide. */
  threadShare: number
}

export interface MeasureOptions {
  workers: readonly number[]
  runs: number
  warmUps: number
  isForced: boolean
  onStep: (text: string) => void
}

/** Measures the sequential run and each number of workers, which take turns, as does the machine's own ceiling. */
export async function measureBlock(request: BlockRequest, options: MeasureOptions): Promise<Row[]> {
  const { runs, warmUps, isForced, onStep } = options
  onStep('preparing')
  const block = await openBlock(request)
  // Early blocks have no transactions.
  if (block.transactions === 0) return []
  collectGarbage()
  const baseMemory = residentMemory()
  const contenders: Contender[] = []
  const ceilings: Ceiling[] = []
  try {
    let root = ''
    let gas = 0n
    for (const workers of new Set([0, ...options.workers])) {
      onStep(`first run, ${workers} workers`)
      const contender = new Contender(block, baseMemory, { workers, isForced })
      contenders.push(contender)
      const first = await contender.warmUp()
      if (workers === 0) root = first.root
      gas = first.gasUsed
    }
    for (const threads of options.workers) {
      if (threads > 1) ceilings.push(new Ceiling(threads, () => request, RUN))
    }
    for (let round = -warmUps; round < runs; round++) {
      const isMeasured = round >= 0
      onStep(isMeasured ? `run ${round + 1} of ${runs}` : 'warming up')
      for (let turn = 0; turn < TURNS; turn++) {
        for (let i = 0; i < contenders.length; i++) {
          // Nobody always comes first.
          await contenders[(i + turn + round + warmUps) % contenders.length]!.turn(turn, isMeasured, root)
        }
        for (const ceiling of ceilings) await ceiling.turn(turn, TURNS, isMeasured)
      }
    }
    const sequential = contenders[0]!.milliseconds
    return contenders.map((contender) => rowOf(contender, { block, gas: Number(gas), root, sequential, ceilings }))
  } finally {
    await Promise.all([...contenders, ...ceilings].map((each) => each.close()))
  }
}

interface Measured {
  block: BenchBlock
  gas: number
  root: string
  sequential: readonly number[]
  ceilings: readonly Ceiling[]
}

function rowOf(contender: Contender, { block, gas, root, sequential, ceilings }: Measured): Row {
  const { mode, workers, milliseconds, means, cpuSeconds, executions, peakMemory, threadShare } = contender
  const ms = median(milliseconds)
  const speedUps = milliseconds.map((time, run) => sequential[run]! / time)
  const ceiling = ceilings.find(({ threads }) => threads === workers)
  return {
    workload: block.name,
    txs: block.transactions,
    mode,
    workers,
    ms,
    mean: means.reduce((sum, mean) => sum + mean, 0) / means.length,
    speedUp: median(speedUps),
    tps: (block.transactions / ms) * 1000,
    mgasPerSecond: gas / ms / 1000,
    cpuSeconds: median(cpuSeconds),
    executions: median(executions),
    peakMemory,
    root,
    ceiling: ceiling?.ratio ?? 1,
    ofCeiling: ceiling === undefined ? 1 : median(speedUps.map((speedUp, run) => speedUp / ceiling.ratios[run]!)),
    range: [Math.min(...milliseconds), Math.max(...milliseconds)],
    threadShare,
  }
}
