import { setImmediate, setTimeout } from 'node:timers/promises'
import { layout } from '../wasm/layout.js'
import type { Machine } from '../wasm/machine.js'
import { Slices } from '../worker/slices.js'

/** How long this keeps the caller's thread at a stretch, in milliseconds. */
const TURN = 2
/** As long it looks again in each turn when there was nothing to do, and in each millisecond after that. */
const PATIENCE = 4
/** The part of the transactions that may be long, and are left to the others: with more of them it would have little to do. */
export const LONG_SHARE: number = 1 / 4

/** Whether the calling thread may execute most of the transactions that have been announced. */
export function canTakePart(machine: Machine, transactions: number): boolean {
  return (machine.core.longTasks.value as number) <= LONG_SHARE * transactions
}

/**
 * Lets the calling thread work on the machine's running block in a worker's place, in turns of its event loop. Ends as a worker
 * does: when the block is done, aborted or paused. Gives how long it was at work, in milliseconds.
 */
export async function takePart(machine: Machine, arena: number): Promise<number> {
  const { core } = machine
  let busy = 0
  try {
    core.takeSeat(arena)
    core.setTraced(false)
    let start = performance.now()
    let lastUseful = start
    const slice = new Slices()
    for (let turnEnd = start + TURN; ; ) {
      const came = core.help(slice.size)
      const now = performance.now()
      const elapsed = now - start
      busy += elapsed
      start = now
      if (came === layout.DONE) return busy
      // What the event loop did in between is not the slice's.
      slice.next(elapsed)
      if (came !== layout.IDLE) lastUseful = now
      if (came !== layout.IDLE && now < turnEnd) continue
      await (now - lastUseful > PATIENCE ? setTimeout(1) : setImmediate())
      start = performance.now()
      turnEnd = start + TURN
    }
  } finally {
    core.takeSeat(0)
  }
}
