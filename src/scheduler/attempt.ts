import { PendingError } from '../state/pending.js'
import { AbortedError } from './errors.js'

/** Does something that has no effect unless it comes to its end, as often as it takes until all values that it needs are there. */
export async function attempt<T>(run: () => T, signal?: AbortSignal): Promise<T> {
  // Ends: each further round has a value more, or the signal, or a state that fails to get one.
  for (;;) {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof PendingError)) throw error
      await unlessAborted(error.arrival, signal)
    }
  }
}

/** Waits no longer than until the signal. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortedBlock())
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

export function abortedBlock(): AbortedError {
  return new AbortedError('Aborted', 'Block: expected to end, got a signal to abort')
}

/** How long the calling thread is kept at a stretch, in milliseconds. */
const TURN = 4
/** Items between two looks at the clock. */
const STRIDE = 64

/** Does something for each index, and lets the caller's event loop breathe in between. Stops at the first failure, and at the signal. */
export async function inTurns(count: number, run: (index: number) => void, signal?: AbortSignal): Promise<void> {
  let since = performance.now()
  let index = 0
  while (index < count) {
    const until = Math.min(count, index + STRIDE)
    for (; index < until; index++) run(index)
    if (performance.now() - since < TURN) continue
    await new Promise((resolve) => setImmediate(resolve))
    if (signal?.aborted) throw abortedBlock()
    since = performance.now()
  }
}

/** Questions that are open at once, when it is known beforehand what will be asked. */
const LANES = 64
/** Attempts each of these, many at a time; what they give is of no interest. Stops at the first failure. */
export async function attemptAll(runs: Iterable<() => unknown>, signal?: AbortSignal): Promise<void> {
  const rest = runs[Symbol.iterator]()
  let since = performance.now()
  let isOver = false
  const lane = async () => {
    for (let next = rest.next(); !next.done && !isOver; next = rest.next()) {
      await attempt(next.value)
      if (performance.now() - since < TURN) continue
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
  }
  try {
    await unlessAborted(Promise.all(Array.from({ length: LANES }, lane)), signal)
  } finally {
    isOver = true
  }
}
