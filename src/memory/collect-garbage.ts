import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options?: { type: 'minor' }) => void

let known: Collect | undefined

function collect(): Collect {
  // Flags belong to the process: were this one taken back, another thread might find nothing in the context that it is just making.
  setFlagsFromString('--expose-gc')
  known ??= runInNewContext('gc') as Collect
  return known
}

/**
 * Shared memory is given back to the system when the last thread has collected its view of it. Nothing makes an idle thread do so,
 * nor the calling one soon: to V8 such a view weighs nothing.
 */
export function collectGarbage(): void {
  collect()()
}

/** Collects what was made lately and is no longer used: in a millisecond, after which no thread of V8 goes on. */
export function collectYoung(): void {
  collect()({ type: 'minor' })
}
