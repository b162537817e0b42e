import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Of this process, as the operating system counts them; undefined where it does not tell. */
export function threadCount(): number | undefined {
  try {
    return readdirSync('/proc/self/task').length
  } catch {
    return undefined
  }
}

/** Threads end a while after they were told to: waits until there are no more of them than there were, and gives up after a while. */
export async function threadsAreGone(before: number | undefined): Promise<boolean> {
  if (before === undefined) return true
  for (let tries = 0; tries < 600; tries++) {
    if (threadCount()! <= before) return true
    await sleep(50)
  }
  return false
}

/** Rejects when the promise has not settled after so many seconds: what hangs is to be a failure with a name. */
export async function settled<T>(promise: Promise<T>, what: string, seconds = 120): Promise<T> {
  const giveUp = new AbortController()
  const late = sleep(seconds * 1000, undefined, { signal: giveUp.signal }).then(() => {
    throw new Error(`${what}: expected it to end, got nothing in ${seconds} s`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    giveUp.abort()
  }
}
