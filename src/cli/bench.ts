import type { TransactionResult } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'

const MINIMUM_RUNS = 5
const MAXIMUM_RUNS = 100_000
const BUDGET_MILLISECONDS = 2000

/** Repeats a call for about two seconds and describes the median; what was compiled on the way is not counted. */
export function measure(machine: Machine, run: () => TransactionResult): string {
  const instructions = countInstructions(machine, run)
  const durations: number[] = []
  let gasUsed = 0n
  const end = performance.now() + BUDGET_MILLISECONDS
  // Ends: MAXIMUM_RUNS bounds it, and each run has the machine's time limit.
  while (durations.length < MINIMUM_RUNS || (performance.now() < end && durations.length < MAXIMUM_RUNS)) {
    const start = performance.now()
    gasUsed = run().gasUsed
    durations.push(performance.now() - start)
  }
  // The first half warms up.
  const warm = durations.slice(durations.length >> 1).sort((a, b) => a - b)
  const median = warm[warm.length >> 1]!
  const nanoseconds =
    instructions === 0 ? 'no instructions' : `${((median * 1e6) / instructions).toFixed(2)} ns per instruction`
  const gasRate = (Number(gasUsed) / median / 1000).toFixed(1)
  return [
    `runs: ${durations.length}`,
    `instructions: ${instructions}`,
    `time: ${median.toFixed(3)} ms (median; ${warm[0]!.toFixed(3)} to ${warm.at(-1)!.toFixed(3)})`,
    `speed: ${nanoseconds}, ${gasRate} Mgas/s`,
    '',
  ].join('\n')
}

function countInstructions(machine: Machine, run: () => TransactionResult): number {
  let count = 0
  machine.tracer = {
    step() {
      count++
    },
    exit() {},
  }
  try {
    run()
  } finally {
    delete machine.tracer
  }
  return count
}
