import { instantiateUnits, OPERANDS } from '../../test/support/units.js'

/** Milliseconds that the same work took at different times: how far they lie apart is what the machine adds by itself. */
export interface Spread {
  readonly samples: number
  readonly min: number
  readonly median: number
  readonly max: number
  /** How many samples took more than a tenth longer than the best of all. */
  readonly slow: number
}

export type Phase = 'before' | 'during' | 'after'

export interface Calibration {
  /** Takes samples, some 3 ms each: long enough that a scheduler which gives the processor to others shows. */
  readonly sample: (phase: Phase, count: number) => void
  readonly spreads: () => Record<Phase, Spread>
}

const SIZE = 24_576
const HASHES_PER_SAMPLE = 64
const WARM_UP_SAMPLES = 10
const SLOW = 1.1

/** The fixed work is hashing: it needs no memory beyond the first cache, and no call into JavaScript. */
export async function createCalibration(): Promise<Calibration> {
  const { functions } = await instantiateUnits()
  const work = () => {
    for (let i = 0; i < HASHES_PER_SAMPLE; i++) functions.keccak256!(OPERANDS, OPERANDS + 64, SIZE)
  }
  for (let i = 0; i < WARM_UP_SAMPLES; i++) work()
  const times: Record<Phase, number[]> = { before: [], during: [], after: [] }
  return {
    sample(phase, count) {
      for (let i = 0; i < count; i++) {
        const start = performance.now()
        work()
        times[phase].push(performance.now() - start)
      }
    },
    spreads() {
      const best = Math.min(...times.before, ...times.during, ...times.after)
      const spread = (phase: Phase) => summarize(times[phase], best * SLOW)
      return { before: spread('before'), during: spread('during'), after: spread('after') }
    },
  }
}

function summarize(times: readonly number[], limit: number): Spread {
  const sorted = [...times].sort((a, b) => a - b)
  return {
    samples: sorted.length,
    min: sorted[0] ?? Number.NaN,
    median: sorted[sorted.length >> 1] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
    slow: sorted.filter((time) => time > limit).length,
  }
}
