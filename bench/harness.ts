/** What a measurement gives: the median of several batches, and how far the middle half of them lies apart. */
export interface Measurement {
  readonly nanoseconds: number
  /** Interquartile range over the median: above a few percent the machine was busy. */
  readonly noise: number
  readonly batches: number
}

export interface MeasureOptions {
  /** How long one batch should take, in milliseconds. */
  readonly batchTime?: number
  readonly batches?: number
  /** How long to run unmeasured first, in milliseconds: V8 optimises WebAssembly only after a while, in the background. */
  readonly warmUp?: number
}

/** Measures one operation, `run(times)` being a loop over it; the loop has to be quick against the batch. */
export function measure(run: (times: number) => void, options: MeasureOptions = {}): Measurement {
  const { batchTime = 5, batches = 15, warmUp = 60 } = options
  // Many short calls: baseline code is left only when a call ends, never in the middle of a loop.
  let calls = 0
  let times = 100
  const start = performance.now()
  for (let elapsed = 0; elapsed < warmUp || calls < 20; calls++) {
    const before = performance.now()
    run(times)
    const now = performance.now()
    if (now - before < 0.05) times *= 2
    elapsed = now - start
  }
  const once = time(run, times)
  const perBatch = Math.max(1, Math.round((times * batchTime) / Math.max(once, 1e-6)))
  const results: number[] = []
  for (let i = 0; i < batches; i++) results.push((time(run, perBatch) * 1e6) / perBatch)
  return summarize(results)
}

function summarize(results: number[]): Measurement {
  results.sort((a, b) => a - b)
  const at = (fraction: number): number => results[Math.floor(fraction * (results.length - 1))]!
  const median = at(0.5)
  const noise = median === 0 ? 0 : Math.abs((at(0.75) - at(0.25)) / median)
  return { nanoseconds: median, noise, batches: results.length }
}

/**
 * How much longer `run` takes than `base`, per time: batches of the two take turns, so that what slows the machine for a while
 * slows both. Nothing is assumed of how long one time takes.
 */
export function measureDifference(
  run: (times: number) => void,
  base: (times: number) => void,
  options: MeasureOptions = {},
): Measurement {
  const { batchTime = 1, batches = 15, warmUp = 12 } = options
  let times = 1
  let once = 0
  const start = performance.now()
  // Ends: the clock moves, and `times` stops growing when a batch is long enough.
  do {
    once = time(run, times)
    time(base, times)
    if (once < batchTime / 2) times *= 2
  } while (performance.now() - start < warmUp || once < batchTime / 2)
  times = Math.max(1, Math.round((times * batchTime) / once))
  const rounds = Math.min(batches, Math.max(3, Math.round((batches * batchTime) / (once / times))))
  const differences: number[] = []
  for (let i = 0; i < rounds; i++) differences.push(((time(run, times) - time(base, times)) * 1e6) / times)
  return summarize(differences)
}

/** Something to measure by name; `prepare` sets up what `run` works on. */
export interface Case {
  readonly name: string
  readonly prepare?: () => void
  readonly run: (times: number) => void
}

function time(run: (times: number) => void, times: number): number {
  const start = performance.now()
  run(times)
  return performance.now() - start
}
