import type { WorkTask } from './protocol.js'

/** Most of the time it does nothing, else it goes round in circles this long or sleeps that long, in milliseconds. */
const LONGEST_DELAY = 0.05
const LONGEST_NAP = 1

/**
 * What a test wants to happen whenever the core is between two slices of work or asks its host for something: a delay that the
 * seed decides, or the end of the thread. Without such a wish there is none.
 */
export function disturbanceOf({ fault, perturb, arena }: WorkTask): (() => void) | undefined {
  if (fault === undefined && perturb === undefined) return undefined
  const dawdle = perturb === undefined ? () => undefined : dawdler(perturb ^ Math.imul(arena, 0x9e3779b9))
  let questions = 0
  return () => {
    if (questions++ === fault?.afterQuestions) process.exit(1)
    dawdle()
  }
}

function dawdler(seed: number): () => void {
  const nobodyWakesIt = new Int32Array(new SharedArrayBuffer(4))
  let state = seed | 1
  return () => {
    // xorshift32
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    const chosen = state & 31
    const part = (state >>> 16) / 65536
    if (chosen === 0) Atomics.wait(nobodyWakesIt, 0, 0, part * LONGEST_NAP)
    if (chosen === 0 || chosen > 12) return
    const end = performance.now() + part * LONGEST_DELAY
    // Ends: time goes on.
    while (performance.now() < end);
  }
}
