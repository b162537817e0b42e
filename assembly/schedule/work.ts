import {
  BLOCK_ABORTED,
  BLOCK_AVAILABLE,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_CURSOR,
  BLOCK_ERROR,
  COMMIT_LOCK,
  IDLE_WORKERS,
  SHARED_READY,
  SHARED_READY_LOCK,
  TASK_AFTER,
  TASK_CHAIN,
  TASK_DEPENDENTS,
  TASK_HEIRS,
  TASK_STATUS,
  WAKE,
} from '../layout'
import { Status } from '../status'
import { estimate, withdraw } from '../version/versions'
import { setChain } from '../version/write-set'
import { commitReady, REFUSED } from './commit'
import { expectedWriter } from './conflict'
import { executeTask } from './execute-task'
import { CLOSED, dropOwn, joinList, popReady, release, shareOwn, wake } from './ready'
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

/**
 * After the death of a worker, with every other one outside `work`: what it held is Ready again, what it half published is
 * taken back, and everybody starts over from the first uncommitted task.
 */
export function recover(): void {
  const count = load<u32>(BLOCK_COUNT)
  const committed = atomic.load<u32>(BLOCK_COMMITTED)
  for (let index: u32 = 0; index < count; index++) {
    const task = taskAt(index)
    const executed = index < committed || isWhole(task)
    if (!executed) {
      estimate(task + TASK_CHAIN)
      withdraw(task + TASK_CHAIN)
      setState(task, TaskState.Ready)
    } else if (index >= committed) {
      // Committed, perhaps, but not counted as such: its commit is done again.
      setState(task, TaskState.Executed)
    }
    // Of the committed ones too: one that died before it could close a list would let others wait on it for ever.
    atomic.store<u32>(task + TASK_DEPENDENTS, executed ? CLOSED : 0)
    atomic.store<u32>(task + TASK_HEIRS, index < committed ? CLOSED : 0)
  }
  if (load<u32>(BLOCK_ABORTED) != REFUSED) store<u32>(BLOCK_ERROR, 0)
  atomic.store<u32>(BLOCK_CURSOR, committed)
  atomic.store<u32>(SHARED_READY, 0)
  atomic.store<u32>(SHARED_READY_LOCK, 0)
  atomic.store<u32>(IDLE_WORKERS, 0)
  atomic.store<u32>(COMMIT_LOCK, 0)
  dropOwn()
}

/** Whether its execution came to an end of its own: the pause that every death brings stops transactions half-way. */
function isWhole(task: usize): bool {
  return stateOf(task) >= <u32>TaskState.Executed && load<u32>(task, TASK_STATUS) != Status.Aborted
}
