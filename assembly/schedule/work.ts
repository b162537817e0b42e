import {
  BLOCK_ABORTED,
  BLOCK_AVAILABLE,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_CURSOR,
  COMMIT_LOCK,
  IDLE_WORKERS,
  SHARED_READY,
  SHARED_READY_LOCK,
  TASK_AFTER,
  TASK_CHAIN,
  TASK_DEPENDENTS,
  TASK_NEXT,
  WAKE,
} from '../layout'
import { estimate, withdraw } from '../version/versions'
import { setChain } from '../version/write-set'
import { commitReady } from './commit'
import { expectedWriter } from './conflict'
import { executeTask } from './execute-task'
import { claim, setState, stateOf, taskAt, TaskState } from './task'

/** In place of a task's list of dependents: it has executed, nobody needs to wait for it. */
const CLOSED: u32 = u32.MAX_VALUE

/** Tasks (plus one) that this worker released and runs next: a list by TASK_NEXT. */
let own: u32 = 0

/** How long an idle worker sleeps before it looks again by itself: it bounds the harm of a wake-up that came too early. */
const NAP: i64 = 500_000

/**
 * Works on the running block until all of it is committed or it is aborted (true), or until `rounds` tasks are done (false): the
 * thread may serve other blocks then. Never holds a lock or an unfinished task between calls.
 */
export function work(rounds: u32): bool {
  while (true) {
    commitReady()
    if (atomic.load<u32>(BLOCK_ABORTED)) return leave(true)
    if (atomic.load<u32>(BLOCK_COMMITTED) == load<u32>(BLOCK_COUNT)) return leave(true)
    const next = nextTask()
    if (!next) {
      nap()
      continue
    }
    const index = next - 1
    const task = taskAt(index)
    executeTask(task, index)
    setState(task, TaskState.Executed)
    release(task)
    if (rounds-- == 0) {
      commitReady()
      return leave(false)
    }
  }
}

/** What this worker kept for itself, others may take now; and nobody sleeps through the end of a block. */
function leave(done: bool): bool {
  while (own) share(popOwn())
  setChain(0)
  if (done) wake(u32.MAX_VALUE)
  return done
}

function popOwn(): u32 {
  const first = own
  own = load<u32>(taskAt(first - 1), TASK_NEXT)
  return first
}

/** A claimed task plus one; 0 when there is none just now. */
function nextTask(): u32 {
  while (own) {
    const first = popOwn()
    if (claim(taskAt(first - 1))) return first
  }
  const shared = takeShared()
  if (shared && claim(taskAt(shared - 1))) return shared
  const available = min(atomic.load<u32>(BLOCK_AVAILABLE), load<u32>(BLOCK_COUNT))
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

/** Puts the task on the list of one that it had better wait for, if there is such a one and it has not executed. */
function waits(task: usize, index: u32): bool {
  return waitsFor(task, index, load<u32>(task, TASK_AFTER)) || waitsFor(task, index, expectedWriter(task))
}

function waitsFor(task: usize, index: u32, predecessor: u32): bool {
  if (!predecessor) return false
  const before = taskAt(predecessor - 1)
  const list = before + TASK_DEPENDENTS
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

/** Frees those who wait for the task: the first stays with this worker, whose caches are warm; others may be had by anybody. */
function release(task: usize): void {
  let waiting = atomic.xchg<u32>(task + TASK_DEPENDENTS, CLOSED)
  while (waiting) {
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

function lockShared(): void {
  // Ends: the lock is held for a few instructions; should its holder die there, the host opens it.
  while (atomic.cmpxchg<u32>(SHARED_READY_LOCK, 0, 1)) {
    if (atomic.load<u32>(BLOCK_ABORTED)) return
  }
}

function share(waiting: u32): void {
  lockShared()
  store<u32>(taskAt(waiting - 1), load<u32>(SHARED_READY), TASK_NEXT)
  atomic.store<u32>(SHARED_READY, waiting)
  atomic.store<u32>(SHARED_READY_LOCK, 0)
  wake(1)
}

function takeShared(): u32 {
  if (!atomic.load<u32>(SHARED_READY)) return 0
  lockShared()
  const first = load<u32>(SHARED_READY)
  if (first) atomic.store<u32>(SHARED_READY, load<u32>(taskAt(first - 1), TASK_NEXT))
  atomic.store<u32>(SHARED_READY_LOCK, 0)
  return first
}

function wake(count: u32): void {
  atomic.add<u32>(WAKE, 1)
  if (atomic.load<u32>(IDLE_WORKERS)) atomic.notify(WAKE, count)
}

/** Sleeps until somebody wakes it, or for a short while. */
function nap(): void {
  const seen = atomic.load<i32>(WAKE)
  atomic.add<u32>(IDLE_WORKERS, 1)
  // Between the last look and this wait nothing is lost: whoever changes something changes WAKE first.
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
  for (let index = committed; index < count; index++) {
    const task = taskAt(index)
    // Committed, but not counted as such: its commit is done again.
    const executed = stateOf(task) >= <u32>TaskState.Executed
    if (executed) {
      setState(task, TaskState.Executed)
    } else {
      estimate(task + TASK_CHAIN)
      withdraw(task + TASK_CHAIN)
      setState(task, TaskState.Ready)
    }
    atomic.store<u32>(task + TASK_DEPENDENTS, executed ? CLOSED : 0)
  }
  atomic.store<u32>(BLOCK_CURSOR, committed)
  atomic.store<u32>(SHARED_READY, 0)
  atomic.store<u32>(SHARED_READY_LOCK, 0)
  atomic.store<u32>(IDLE_WORKERS, 0)
  atomic.store<u32>(COMMIT_LOCK, 0)
  own = 0
}
