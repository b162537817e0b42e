import type { Tracer, TraceStep } from '../types/tracer.js'
import { opcodeName } from './opcode.js'

export class OpcodeCounter implements Tracer {
  readonly #counts: Float64Array = new Float64Array(256)

  step({ op }: TraceStep): void {
    this.#counts[op]!++
  }

  exit(): void {}

  /** How often each instruction was met, by name; those that never were are left out. */
  counts(): Record<string, number> {
    const met = Array.from(this.#counts, (count, op) => [opcodeName(op), count] as const).filter(([, n]) => n > 0)
    return Object.fromEntries(met.sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

/** Tells two tracers the same. */
export function bothTracers(first: Tracer, second: Tracer): Tracer {
  return {
    wants: {
      memory: first.wants?.memory === true || second.wants?.memory === true,
      returnData: first.wants?.returnData === true || second.wants?.returnData === true,
    },
    step(step) {
      first.step(step)
      second.step(step)
    },
    exit(exit) {
      first.exit(exit)
      second.exit(exit)
    },
  }
}
