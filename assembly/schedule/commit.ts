import {
  BLOCK_ABORTED,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_ERROR,
  BLOCK_ERROR_INDEX,
  BLOCK_GAS_LIMIT,
  BLOCK_MAX_BLOBS,
  COMMIT_LOCK,
  TASK_CHAIN,
  TASK_CUMULATIVE_BLOBS,
  TASK_CUMULATIVE_GAS,
  TASK_GAS_USED,
  TASK_SIZE,
  TASK_STARTED,
  TASK_STATUS,
  TASK_TRANSACTION,
  TX_BLOBS,
  TX_GAS_LIMIT,
} from '../layout'
import { worker } from '../runtime/arena'
import { Status } from '../status'
import { CHAIN, settleDelta } from '../version/versions'
import { countCommitted } from './conflict'
import { isSpoilt, runTask } from './run-task'
import { hold, setState, stateOf, taskAt, TaskState } from './task'

/** In BLOCK_ABORTED: a transaction must not be in the block. The host has other numbers for its reasons. */
export const REFUSED: u32 = 1

/** Ends the block: every worker leaves its loop soon, and the host learns why. The committer alone calls it, in block order. */
function abort(status: Status, index: u32): void {
  // Why comes first: a worker that dies in between must not leave a block that has ended for no reason.
  store<u32>(BLOCK_ERROR_INDEX, index)
  store<u32>(BLOCK_ERROR, status)
  atomic.cmpxchg<u32>(BLOCK_ABORTED, 0, REFUSED)
}

/** Commits what is ready, in block order, if no other worker is at it. */
export function commitReady(): void {
  while (isHeadExecuted() && !atomic.load<u32>(BLOCK_ABORTED)) {
    if (atomic.cmpxchg<u32>(COMMIT_LOCK, 0, worker + 1)) return
    while (!atomic.load<u32>(BLOCK_ABORTED) && isHeadExecuted() && commitHead());
    atomic.store<u32>(COMMIT_LOCK, 0)
    // Round again: the head may have been executed between the last look and the unlock, when its worker met a held lock.
  }
}


@inline
function isHeadExecuted(): bool {
  const head = atomic.load<u32>(BLOCK_COMMITTED)
  return head < load<u32>(BLOCK_COUNT) && stateOf(taskAt(head)) == TaskState.Executed
}

/**
 * False when somebody else holds the head: who looks at it, and comes here after that. Every step may be repeated by another
 * worker, should this one die in between: only the last one is seen from outside.
 */
function commitHead(): bool {
  const index = atomic.load<u32>(BLOCK_COMMITTED)
  const task = taskAt(index)
  if (!hold(task)) return false
  // Begun after the last commit before it: it saw what is final.
  if (load<u32>(task, TASK_STARTED) < index && isSpoilt(task, index)) {
    runTask(task, index)
    if (!hold(task)) return false
  }
  const goesOn = commit(task, index)
  if (!goesOn) setState(task, TaskState.Executed)
  return goesOn
}

function commit(task: usize, index: u32): bool {
  const status: Status = load<u32>(task, TASK_STATUS)
  // Stopped half-way, by a pause or for good: that says nothing about the transaction.
  if (status == Status.Aborted) return false
  if (status >= Status.TypeNotSupported) {
    abort(status, index)
    return false
  }
  const before = index ? load<u64>(task - TASK_SIZE, TASK_CUMULATIVE_GAS) : 0
  const transaction = <usize>load<u32>(task, TASK_TRANSACTION)
  if (load<u64>(transaction, TX_GAS_LIMIT) > load<u64>(BLOCK_GAS_LIMIT) - before) {
    abort(Status.BlockGasLimit, index)
    return false
  }
  const blobs = load<u32>(transaction, TX_BLOBS)
  const blobsBefore = index ? load<u32>(task - TASK_SIZE, TASK_CUMULATIVE_BLOBS) : 0
  if (blobs && blobsBefore + blobs > load<u32>(BLOCK_MAX_BLOBS)) {
    abort(Status.BlobsTooMany, index)
    return false
  }
  if (!settleWrites(task)) {
    abort(Status.HeapLimit, index)
    return false
  }
  store<u64>(task, before + load<u64>(task, TASK_GAS_USED), TASK_CUMULATIVE_GAS)
  store<u32>(task, blobsBefore + blobs, TASK_CUMULATIVE_BLOBS)
  countCommitted(task, index)
  setState(task, TaskState.Committed)
  atomic.store<u32>(BLOCK_COMMITTED, index + 1)
  return true
}

/** What the transaction only added becomes a value, so that nobody after it has to add it up again. */
function settleWrites(task: usize): bool {
  let entry = <usize>load<u32>(task, TASK_CHAIN)
  while (entry) {
    if (!settleDelta(entry)) return false
    entry = <usize>load<u32>(entry, CHAIN)
  }
  return true
}
