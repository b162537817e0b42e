import {
  BLOCK_ABORTED,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_CURSOR,
  BLOCK_ERROR,
  BLOCK_ERROR_INDEX,
  BLOCK_GAS_LIMIT,
  BLOCK_MAX_BLOBS,
  COMMIT_LOCK,
  TASK_BLOBS,
  TASK_CUMULATIVE_BLOBS,
  TASK_CUMULATIVE_GAS,
  TASK_GAS_LIMIT,
  TASK_GAS_USED,
  TASK_SIZE,
  TASK_STATE,
  TASK_STATUS,
} from '../layout'
import { worker } from '../runtime/arena'
import { Status } from '../status'
import { countCommitted } from './conflict'
import { runTask } from './run-task'
import { hold, setState, stateOf, taskAt, TaskState } from './task'
import { isSpoilt, isValidated } from './validate'

/** In BLOCK_ABORTED: a transaction must not be in the block. The host has other numbers for its reasons. */
export const REFUSED: u32 = 1

/** Ends the block: every worker leaves its loop soon, and the host learns why. The committer alone calls it, in block order. */
function abort(status: Status, index: u32): void {
  // Of those before it nobody else will tell, should this worker die now.
  atomic.store<u32>(BLOCK_COMMITTED, index)
  // Why comes first: a worker that dies in between must not leave a block that has ended for no reason.
  store<u32>(BLOCK_ERROR_INDEX, index)
  store<u32>(BLOCK_ERROR, status)
  atomic.cmpxchg<u32>(BLOCK_ABORTED, 0, REFUSED)
}

/**
 * How far behind the newest task commits may be before the committer validates itself what others have executed: it would take
 * their cache lines, which they have at hand. Who has nothing else to do does not wait for that. Well more than what many workers
 * have begun at once: with less, each commit is slower because they are late, and later because they are slow.
 */
export const PATIENCE: u32 = 512
/** Commits in a row before the others are told: each of them reads the count when it begins an execution. */
export const ROW: u32 = 16

/** Commits what is ready, in block order, if no other worker is at it. When `eager`, also what its own worker has not validated yet. */
export function commitReady(eager: bool): void {
  while (isReady(atomic.load<u32>(BLOCK_COMMITTED), eager) && !atomic.load<u32>(BLOCK_ABORTED)) {
    if (atomic.cmpxchg<u32>(COMMIT_LOCK, 0, worker + 1)) return
    commitRow(eager)
    atomic.store<u32>(COMMIT_LOCK, 0)
    // Round again: the head may have become ready between the last look and the unlock, when its worker met a held lock.
  }
}

/** Whether the task is to be committed once all before it are. */
function isReady(index: u32, eager: bool): bool {
  if (index >= load<u32>(BLOCK_COUNT)) return false
  const task = taskAt(index)
  if (stateOf(task) != TaskState.Executed) return false
  return eager || isValidated(task) || atomic.load<u32>(BLOCK_CURSOR) - index > PATIENCE
}

function commitRow(eager: bool): void {
  let told = atomic.load<u32>(BLOCK_COMMITTED)
  let head = told
  while (!atomic.load<u32>(BLOCK_ABORTED) && isReady(head, eager) && commitHead(head)) {
    head++
    if (head - told < ROW) continue
    atomic.store<u32>(BLOCK_COMMITTED, head)
    told = head
  }
  if (head != told) atomic.store<u32>(BLOCK_COMMITTED, head)
}

/**
 * False when somebody else holds the head: who looks at it, and comes here after that. Every step may be repeated by another
 * worker, should this one die in between: only that the count grows is seen from outside.
 */
function commitHead(index: u32): bool {
  const task = taskAt(index)
  if (!isValidated(task)) {
    if (!hold(task)) return false
    // Should it be repeated, that begins after the last commit before it.
    atomic.store<u32>(BLOCK_COMMITTED, index)
    if (isSpoilt(task, index)) runTask(task, index)
    else setState(task, TaskState.Executed)
    if (stateOf(task) != TaskState.Executed) return false
  }
  return commit(task, index)
}

/**
 * Nobody need hold a task for that: should somebody look at it meanwhile, they find that it saw what it would see now, as was found
 * before. If it is held at the end, this is done again.
 */
function commit(task: usize, index: u32): bool {
  return (
    conclude(task, index) &&
    atomic.cmpxchg<u32>(task + TASK_STATE, TaskState.Executed, TaskState.Committed) == TaskState.Executed
  )
}

/** Settles what is known only when all before it are committed. False when it must not be in the block. */
export function conclude(task: usize, index: u32): bool {
  const status: Status = load<u32>(task, TASK_STATUS)
  // Stopped half-way, by a pause or for good: that says nothing about the transaction.
  if (status == Status.Aborted) return false
  if (status >= Status.TypeNotSupported) {
    abort(status, index)
    return false
  }
  const before = index ? load<u64>(task - TASK_SIZE, TASK_CUMULATIVE_GAS) : 0
  if (load<u64>(task, TASK_GAS_LIMIT) > load<u64>(BLOCK_GAS_LIMIT) - before) {
    abort(Status.BlockGasLimit, index)
    return false
  }
  const blobs = <u32>load<u16>(task, TASK_BLOBS)
  const blobsBefore = index ? <u32>load<u16>(task - TASK_SIZE, TASK_CUMULATIVE_BLOBS) : 0
  if (blobs && blobsBefore + blobs > load<u32>(BLOCK_MAX_BLOBS)) {
    abort(Status.BlobsTooMany, index)
    return false
  }
  store<u64>(task, before + load<u64>(task, TASK_GAS_USED), TASK_CUMULATIVE_GAS)
  store<u16>(task, blobsBefore + blobs, TASK_CUMULATIVE_BLOBS)
  countCommitted(task, index)
  return true
}
