import {
  BLOCK_ABORTED,
  BLOCK_AVAILABLE,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_CURSOR,
  IDLE_WORKERS,
  TASK_AFTER,
  TASK_DEPENDENTS,
  TASK_HEIRS,
  WAKE,
} from '../layout'
import { setChain } from '../version/write-set'
import { commitReady } from './commit'
import { expectedWriter } from './conflict'
import { executeTask } from './execute-task'
import { joinList, popReady, release, shareOwn, wake } from './ready'
import { claim, setState, stateOf, taskAt, TaskState } from './task'

/** How far ahead of the last commit work may run: lists of versions are walked from the newest, so it bounds their walks. */
export const WINDOW: u32 = 1024

/** How long an idle worker sleeps before it looks again by itself: it bounds the harm of a wake-up that came too early. */
const NAP: i64 = 500_000

/** What a step came to. */
const DONE: u32 = 0
const IDLE: u32 = 1
const WORKED: u32 = 2

/**
 * Works on the running block until all of it is committed or it is aborted (true), or until `rounds` tasks are done (false): the
 * thread may serve other blocks then. Never holds a lock or an unfinished task between calls.
 */
export function work(rounds: u32): bool {
  while (true) {
    // Read before the search: what becomes ready after it changes the word, and the nap ends at once.
    const seen = atomic.load<i32>(WAKE)
    const came = step()
    if (came == DONE) return true
    if (came == IDLE) {
      nap(seen)
      continue
    }
    if (rounds-- == 0) {
      commitReady()
      leave()
      return false
    }
  }
}

/**
 * Commits what can be committed and executes one task. A worker's life is a row of steps; tests take them one by one, and so
 * make the turns that threads take by chance.
 */
export function step(): u32 {
  commitReady()
  if (atomic.load<u32>(BLOCK_ABORTED) || atomic.load<u32>(BLOCK_COMMITTED) == load<u32>(BLOCK_COUNT)) {
    leave()
    // Nobody sleeps through the end of a block.
    wake(u32.MAX_VALUE)
    return DONE
  }
  const next = nextTask()
  if (!next) return IDLE
  const task = taskAt(next - 1)
  executeTask(task, next - 1)
  setState(task, TaskState.Executed)
  release(task + TASK_DEPENDENTS)
  return WORKED
}

/** What this worker kept for itself, others may take now. */
function leave(): void {
  shareOwn()
  setChain(0)
}

/** A claimed task plus one; 0 when there is none just now. */
function nextTask(): u32 {
  // Ends: every round takes a task off a list.
  for (let ready = popReady(); ready; ready = popReady()) {
    const task = taskAt(ready - 1)
    if (!waitsForWriter(task, ready - 1) && claim(task)) return ready
  }
  const window = atomic.load<u32>(BLOCK_COMMITTED) + WINDOW
  const available = min(min(atomic.load<u32>(BLOCK_AVAILABLE), load<u32>(BLOCK_COUNT)), window)
  // Ends: the cursor only grows.
  let index = atomic.load<u32>(BLOCK_CURSOR)
  while (index < available) {
    const found = atomic.cmpxchg<u32>(BLOCK_CURSOR, index, index + 1)
    if (found != index) {
      index = found
      continue
    }
    const task = taskAt(index)
    if (stateOf(task) == TaskState.Ready && !waits(task, index) && claim(task)) return index + 1
    index = atomic.load<u32>(BLOCK_CURSOR)
  }
  return 0
}

/** Whether the task was put on the list of one that it has to follow. */
function waits(task: usize, index: u32): bool {
  return joinList(task, index, load<u32>(task, TASK_AFTER), TASK_DEPENDENTS) || waitsForWriter(task, index)
}

/**
 * Calls that keep conflicting wait until the one before is committed, and not only executed: if that had to be repeated, so
 * would all that had built on it, and the repetitions would never catch up.
 */
function waitsForWriter(task: usize, index: u32): bool {
  return joinList(task, index, expectedWriter(task), TASK_HEIRS)
}

/** Sleeps until somebody wakes it, or for a short while. */
function nap(seen: i32): void {
  atomic.add<u32>(IDLE_WORKERS, 1)
  atomic.wait<i32>(WAKE, seen, NAP)
  atomic.sub<u32>(IDLE_WORKERS, 1)
}

/** Tells sleeping workers that the host has written more transactions. */
export function announce(available: u32): void {
  atomic.store<u32>(BLOCK_AVAILABLE, available)
  wake(u32.MAX_VALUE)
}
