import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { collectGarbage } from '../../src/memory/collect-garbage.js'

/** The process rests when it used less than this part of so many milliseconds. */
const RESTING = 0.2
const WATCH = 5
const LONGEST_WAIT = 1000

/**
 * The same, and waits until nothing of it goes on: other threads of V8 still sweep after a collection, for 2 ms after a real block and
 * for 100 after one of 100,000 transactions. Beside a sequential run that costs nothing on two cores; two workers would share
 * their cores with it.
 */
export async function collectAllGarbage(): Promise<void> {
  // What has survived one is moved once more by the next, which might be in the middle of a block.
  collectGarbage()
  collectGarbage()
  const end = performance.now() + LONGEST_WAIT
  while (performance.now() < end) {
    const before = process.cpuUsage()
    const start = performance.now()
    await setTimeout(WATCH)
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1000 < RESTING * (performance.now() - start)) return
  }
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
