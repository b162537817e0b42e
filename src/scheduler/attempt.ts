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
