import {
  BLOCK_ABORTED,
  BLOCK_COMMITTED,
  IDLE_WORKERS,
  SHARED_READY,
  SHARED_READY_LOCK,
  TASK_NEXT,
  WAKE,
} from '../layout'
import { taskAt } from './task'

/**
 * Tasks that wait for others stand on lists, linked by TASK_NEXT, as index plus one; a task is on one list at a time. When what
 * they wait for has happened the list is closed, and they are ready: the first for the worker that closed it, whose
 * caches are warm, the others for anybody.
 */
export const CLOSED: u32 = u32.MAX_VALUE

/** This worker's own ready tasks. */
let own: u32 = 0

/** Puts the task on the list of its predecessor (plus one); false when there is none, or the list is closed. */
export function joinList(task: usize, index: u32, predecessor: u32, which: usize): bool {
  // Most are long over: nobody has their cache lines any more.
  if (predecessor <= atomic.load<u32>(BLOCK_COMMITTED)) return false
  const list = taskAt(predecessor - 1) + which
  let head = atomic.load<u32>(list)
  // Ends: every failed exchange means that another one succeeded.
  while (head != CLOSED) {
    store<u32>(task, head, TASK_NEXT)
    const found = atomic.cmpxchg<u32>(list, head, index + 1)
    if (found == head) return true
    head = found
  }
  return false
}

/** Makes ready who was on a list, from its head on. */
export function release(head: u32): void {
  let waiting = head
  while (waiting && waiting != CLOSED) {
    const next = load<u32>(taskAt(waiting - 1), TASK_NEXT)
    if (own) {
      share(waiting)
    } else {
      store<u32>(taskAt(waiting - 1), 0, TASK_NEXT)
      own = waiting
    }
    waiting = next
  }
}

/** A ready task plus one, or 0. */
export function popReady(): u32 {
  return own ? popOwn() : popShared()
}

function popOwn(): u32 {
  const first = own
  own = load<u32>(taskAt(first - 1), TASK_NEXT)
  return first
}

export function shareOwn(): void {
  while (own) share(popOwn())
}

export function dropOwn(): void {
  own = 0
}

/** False when the block is paused or over: then the lists do not matter any more, and the lock's holder may be dead. */
function lockShared(): bool {
  // Ends: the lock is held for a few instructions; should its holder die there, the host pauses the block.
  while (atomic.cmpxchg<u32>(SHARED_READY_LOCK, 0, 1)) {
    if (atomic.load<u32>(BLOCK_ABORTED)) return false
  }
  return true
}

/** Lets any worker have it. */
export function share(waiting: u32): void {
  if (!lockShared()) return
  store<u32>(taskAt(waiting - 1), load<u32>(SHARED_READY), TASK_NEXT)
  atomic.store<u32>(SHARED_READY, waiting)
  atomic.store<u32>(SHARED_READY_LOCK, 0)
  wake(1)
}

function popShared(): u32 {
  if (!atomic.load<u32>(SHARED_READY) || !lockShared()) return 0
  const first = load<u32>(SHARED_READY)
  if (first) atomic.store<u32>(SHARED_READY, load<u32>(taskAt(first - 1), TASK_NEXT))
  atomic.store<u32>(SHARED_READY_LOCK, 0)
  return first
}

/** Wakes idle workers; whoever is about to sleep sees that WAKE has changed. */
export function wake(count: u32): void {
  atomic.add<u32>(WAKE, 1)
  if (atomic.load<u32>(IDLE_WORKERS)) atomic.notify(WAKE, count)
}
