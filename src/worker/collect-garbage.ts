import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Shared memory is given back to the system when the last thread has collected its view of it. Nothing makes an idle thread do so,
 * nor the calling one soon: to V8 such a view weighs nothing.
 */
export function collectGarbage(): void {
  // Flags belong to the process: were this one taken back, another thread might find nothing in the context that it is just making.
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
