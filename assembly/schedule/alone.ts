import { BLOCK_ALONE, BLOCK_COMMITTED, TASK_STATE } from '../layout'
import { worker } from '../runtime/arena'
import { apply } from '../version/redo'
import { conclude } from './commit'
import { executeAlone } from './execute-task'
import { wake } from './ready'
import { setState, TaskState } from './task'

/**
 * As long as one worker is alone with the block, because the others still sleep or read what is to be done, nobody looks at what it
 * writes: it executes tasks in order and writes straight on the base, without versions, without reads to be compared, and commits each at
 * once. Who comes asks it to stop, which takes it no more than a short task, and from then on the block is everybody's.
 *
 *   NOBODY ─────▶ worker + 1 ──asked──▶ worker + 1, ASKED ─────▶ SHARED
 *      ▲              │ leaves                                     ▲ also after a death, before a task that
 *      └──────────────┘                                            │ may be long, and where versions are kept
 */
export const NOBODY: u32 = 0
export const SHARED: u32 = 1 << 30
const ASKED: u32 = 1 << 31

/** How often somebody who has asked looks before it does something else. */
const PATIENCE: u32 = 2000

/** How a worker that wants to do something for the block is to do it; not at all while another one is asked to stop. */
export const TOGETHER: u32 = 0
export const ALONE: u32 = 1
export const WAITING: u32 = 2

export function enterBlock(): u32 {
  let found = atomic.load<u32>(BLOCK_ALONE)
  if (found == SHARED) return TOGETHER
  if (found == NOBODY) {
    found = atomic.cmpxchg<u32>(BLOCK_ALONE, NOBODY, worker + 1)
    if (found == NOBODY) return ALONE
  }
  if (found == worker + 1) return ALONE
  if (found == ((worker + 1) | ASKED)) {
    shareBlock()
    return TOGETHER
  }
  if (!(found & ASKED)) atomic.cmpxchg<u32>(BLOCK_ALONE, found, found | ASKED)
  for (let looks: u32 = 0; looks < PATIENCE; looks++) if (atomic.load<u32>(BLOCK_ALONE) == SHARED) return TOGETHER
  return WAITING
}

/** From now on the block is everybody's. */
export function shareBlock(): void {
  atomic.store<u32>(BLOCK_ALONE, SHARED)
  wake(u32.MAX_VALUE)
}

export function isAlone(): bool {
  return (atomic.load<u32>(BLOCK_ALONE) & ~ASKED) == worker + 1
}

/** The worker that was alone leaves, with nothing begun: the next one to come may be alone, or those who wait come in together. */
export function leaveBlock(): void {
  if (atomic.cmpxchg<u32>(BLOCK_ALONE, worker + 1, NOBODY) != worker + 1) shareBlock()
}

/** Executes and commits the first task that is not committed. Its state nobody else changes: what orders it for them is the count. */
export function workAlone(task: usize, index: u32): void {
  // Should the worker die, it is known of what.
  store<u32>(task, TaskState.Held, TASK_STATE)
  executeAlone(task, index)
  if (!conclude(task, index)) {
    setState(task, TaskState.Ready)
    return
  }
  apply(index)
  store<u32>(task, TaskState.Committed, TASK_STATE)
  atomic.store<u32>(BLOCK_COMMITTED, index + 1)
}
