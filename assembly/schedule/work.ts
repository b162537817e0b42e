import {
  BLOCK_ABORTED,
  BLOCK_AVAILABLE,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_CURSOR,
  IDLE_WORKERS,
  TASK_AFTER,
  TASK_DEPENDENTS,
  TASK_GAS_LIMIT,
  WAKE,
} from '../layout'
import { setChain } from '../version/write-set'
import { ALONE, enterBlock, isAlone, leaveBlock, shareBlock, WAITING, workAlone } from './alone'
import { check } from './check'
import { commitReady } from './commit'
import { expectedWriter } from './conflict'
import { dropOwn, joinList, popReady, share, shareOwn, wake } from './ready'
import { foldSome } from './fold'
import { lookAtTransactions } from './look'
import { isForOthers, runTask, setBusy, validate } from './run-task'
import { claim, hold, stateOf, taskAt, TaskState } from './task'
import { forgetUnvalidated, popUnvalidated } from './validate'

/** How far ahead of the last commit work may run: lists of versions are walked from the newest, so it bounds their walks. */
export const WINDOW: u32 = 1024

/** How long an idle worker sleeps before it looks again by itself: it bounds the harm of a wake-up that came too early. */
const NAP: i64 = 500_000

/** What a step came to. */
export const DONE: u32 = 0
export const IDLE: u32 = 1
const WORKED: u32 = 2

/**
 * Works on the running block until all of it is committed or it is aborted (true), or until `rounds` tasks are done and what was
 * taken with the last of them (false): the thread may serve other blocks then. Never holds a lock or an unfinished task between calls.
 * With no rounds it pauses after each task, and leaves the rest of what it has taken to the others.
 */
export function work(rounds: u32): bool {
  const pausesAnywhere = rounds == 0
  while (true) {
    // Read before the search: what becomes ready after it changes the word, and the nap ends at once.
    const seen = atomic.load<i32>(WAKE)
    const came = step()
    if (came == DONE) return true
    // Who has nothing to do here may be needed elsewhere: a nap counts as a task.
    if (came == IDLE) nap(seen)
    if (rounds) rounds--
    else if (pausesAnywhere || fresh == freshEnd) {
      pause()
      return false
    }
  }
}

/**
 * The same for the calling thread, which takes a worker's place now and then, and has other things to do where there is nothing to
 * do here: does not sleep, and begins nothing that may be long. What the last step came to.
 */
export function help(rounds: u32): u32 {
  setBusy(true)
  let came = step()
  for (; came == WORKED && (rounds || fresh < freshEnd); came = step()) if (rounds) rounds--
  if (came != DONE) pause()
  setBusy(false)
  return came
}

/** Between two calls this worker keeps nothing. */
function pause(): void {
  validateOwn()
  commitReady(false)
  leave()
}

/**
 * Commits what can be committed and executes one task. A worker's life is a row of steps; tests take them one by one, and so
 * make the turns that threads take by chance.
 */
export function step(): u32 {
  // Not after every short one: neighbours' cache lines are looked at for that.
  if (fresh == freshEnd) {
    validateOwn()
    commitReady(false)
  }
  const isAborted = atomic.load<u32>(BLOCK_ABORTED) != 0
  if (isAborted || atomic.load<u32>(BLOCK_COMMITTED) == load<u32>(BLOCK_COUNT)) {
    if (!isAborted && foldSome()) return WORKED
    leave()
    // Nobody sleeps through the end of a block.
    wake(u32.MAX_VALUE)
    return DONE
  }
  const how = enterBlock()
  if (how == WAITING) return IDLE
  if (how == ALONE) return stepAlone()
  let next = nextReady()
  if (!next) {
    if (check()) return WORKED
    next = nextFresh()
    if (!next) return commitRest() ? WORKED : IDLE
  }
  runTask(taskAt(next - 1), next - 1)
  return WORKED
}

/** The next task in order, which is nobody else's. One that may be long is not worth having others wait for. */
function stepAlone(): u32 {
  if (fresh == freshEnd && !takeRun()) {
    leaveBlock()
    return IDLE
  }
  const task = taskAt(fresh)
  if (load<u64>(task, TASK_GAS_LIMIT) < RUN_GAS) workAlone(task, fresh++)
  else shareBlock()
  return WORKED
}

/** Looks at what this worker has executed, as soon as all before it is executed, too. */
function validateOwn(): void {
  // Ends: each one is popped once, and is there again only if it was repeated.
  for (let own = popUnvalidated(); own; own = popUnvalidated()) {
    const task = taskAt(own - 1)
    if (hold(task)) validate(task, own - 1)
  }
}

/** Commits whatever can be, for want of anything better to do. False when that is nothing. */
function commitRest(): bool {
  const before = atomic.load<u32>(BLOCK_COMMITTED)
  commitReady(true)
  return atomic.load<u32>(BLOCK_COMMITTED) != before
}

/** What this worker kept for itself, others may take now. */
function leave(): void {
  if (isAlone()) {
    atomic.store<u32>(BLOCK_CURSOR, fresh)
    freshEnd = fresh
    leaveBlock()
  }
  shareOwn()
  shareRun()
  forgetUnvalidated()
  setChain(0)
}

/** A claimed task plus one, of those whose waiting is over; 0 when there is none just now. */
function nextReady(): u32 {
  // Ends: every round takes a task off a list.
  for (let ready = popReady(); ready; ready = popReady()) {
    const task = taskAt(ready - 1)
    if (isForOthers(task)) {
      share(ready)
      return 0
    }
    if (!waitsForWriter(task, ready - 1) && claim(task)) return ready
  }
  return 0
}

/** Tasks that this worker has taken off the cursor and not begun yet. */
let fresh: u32 = 0
let freshEnd: u32 = 0

/** A claimed task plus one that nobody has begun yet; 0 when there is none just now. */
function nextFresh(): u32 {
  // Ends: the cursor only grows.
  while (fresh < freshEnd || takeRun()) {
    const index = fresh++
    const task = taskAt(index)
    if (waits(task, index)) continue
    if (isForOthers(task)) share(index + 1)
    else if (claim(task)) return index + 1
  }
  return 0
}

/**
 * Short transactions are taken several at a time, so that workers meet less often: at the cursor, at the head of the block, and in
 * the cache lines of neighbours. As many as together may use so much gas, and never more than a part of what there is.
 */
export const RUN: u32 = 16
export const RUN_GAS: u32 = 400_000
export const RUN_SHARE: u32 = 8

/**
 * Takes tasks that have never begun: nobody else can do anything with one before this worker does. What was executed before a death
 * is passed over, since whoever finds it spoilt may repeat it, or put it on a list.
 */
function takeRun(): bool {
  const window = atomic.load<u32>(BLOCK_COMMITTED) + WINDOW
  const available = min(min(atomic.load<u32>(BLOCK_AVAILABLE), load<u32>(BLOCK_COUNT)), window)
  // Ends: the cursor only grows.
  let index = atomic.load<u32>(BLOCK_CURSOR)
  while (index < available) {
    const end = runFrom(index, available)
    const next = max(end, index + 1)
    const found = atomic.cmpxchg<u32>(BLOCK_CURSOR, index, next)
    if (found == index && end > index) {
      fresh = index
      freshEnd = end
      lookAtTransactions(index, end)
      return true
    }
    index = found == index ? next : found
  }
  return false
}

function runFrom(index: u32, available: u32): u32 {
  const most = index + max(1, min(RUN, (available - index) / RUN_SHARE))
  let gas: u64 = 0
  let end = index
  while (end < most && gas < RUN_GAS && stateOf(taskAt(end)) == TaskState.Ready) {
    gas += load<u64>(taskAt(end), TASK_GAS_LIMIT)
    end++
  }
  return end
}

/** After an execution that came to no end: what was kept is of no use any more. */
export function dropKept(): void {
  dropOwn()
  fresh = freshEnd
  forgetUnvalidated()
  setChain(0)
}

/** What is left of a run, others may take now: the last ones first, since who is shared last is taken first. */
function shareRun(): void {
  while (fresh < freshEnd) share(freshEnd--)
}

/** Whether the task was put on the list of one that it has to follow. */
function waits(task: usize, index: u32): bool {
  return joinList(task, index, load<u32>(task, TASK_AFTER), TASK_DEPENDENTS) || waitsForWriter(task, index)
}

function waitsForWriter(task: usize, index: u32): bool {
  return joinList(task, index, expectedWriter(task), TASK_DEPENDENTS)
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
