import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** So that what is garbage is not counted. */
export function collectGarbage(): void {
  gc()
}

/**
 * After a collection other threads of V8 still sweep: 1 to 2 ms of work after a real block, 6 at times. Beside a sequential run that
 * costs nothing on two cores; two workers would share their cores with it.
 */
const SWEEPING = 5

/** The same, and waits until nothing of it goes on. */
export async function collectAllGarbage(): Promise<void> {
  collectGarbage()
  await setTimeout(SWEEPING)
}

export function residentMemory(): number {
  return process.memoryUsage.rss()
}

/** Forgets the peak of resident memory (proc(5), clear_refs). False where the system has no such thing. */
function resetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
    return true
  } catch {
    return false
  }
}

function readPeak(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

/** The most memory that was resident while `run` ran; what is resident afterwards where the system does not tell. */
export async function peakMemory<T>(run: () => Promise<T>): Promise<{ result: T; peak: number }> {
  const isTold = resetPeak()
  const result = await run()
  return { result, peak: isTold ? readPeak() : residentMemory() }
}
