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
  TASK_CONFLICT,
  TASK_CONFLICT_WRITER,
  TASK_CUMULATIVE_BLOBS,
  TASK_CUMULATIVE_GAS,
  TASK_GAS_USED,
  TASK_HEIRS,
  TASK_READ_COUNT,
  TASK_READS,
  TASK_SIZE,
  TASK_STARTED,
  TASK_STATUS,
  TASK_TRANSACTION,
  TX_BLOBS,
  TX_GAS_LIMIT,
} from '../layout'
import { worker } from '../runtime/arena'
import { Status } from '../status'
import { context, SPARE } from '../transaction/context'
import { changedRead } from '../version/read-set'
import { CHAIN, estimate, newestWriter, settleDelta } from '../version/versions'
import { countCommitted, learnConflict } from './conflict'
import { executeTask } from './execute-task'
import { release } from './ready'
import { setState, stateOf, taskAt, TaskState } from './task'

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
    while (isHeadExecuted() && !atomic.load<u32>(BLOCK_ABORTED)) commitHead()
    atomic.store<u32>(COMMIT_LOCK, 0)
    // Round again: the head may have been executed between the last look and the unlock, when its worker met a held lock.
  }
}


@inline
function isHeadExecuted(): bool {
  const head = atomic.load<u32>(BLOCK_COMMITTED)
  return head < load<u32>(BLOCK_COUNT) && stateOf(taskAt(head)) == TaskState.Executed
}

/** Every step may be repeated by another worker, should this one die in between: only the last one is seen from outside. */
function commitHead(): void {
  const index = atomic.load<u32>(BLOCK_COMMITTED)
  const task = taskAt(index)
  if (load<u32>(task, TASK_STARTED) < index) validate(task, index)
  const status: Status = load<u32>(task, TASK_STATUS)
  // Stopped half-way, by a pause or for good: that says nothing about the transaction.
  if (status == Status.Aborted) return
  if (status >= Status.TypeNotSupported) {
    abort(status, index)
    return
  }
  const before = index ? load<u64>(task - TASK_SIZE, TASK_CUMULATIVE_GAS) : 0
  const transaction = <usize>load<u32>(task, TASK_TRANSACTION)
  if (load<u64>(transaction, TX_GAS_LIMIT) > load<u64>(BLOCK_GAS_LIMIT) - before) {
    abort(Status.BlockGasLimit, index)
    return
  }
  const blobs = load<u32>(transaction, TX_BLOBS)
  const blobsBefore = index ? load<u32>(task - TASK_SIZE, TASK_CUMULATIVE_BLOBS) : 0
  if (blobs && blobsBefore + blobs > load<u32>(BLOCK_MAX_BLOBS)) {
    abort(Status.BlobsTooMany, index)
    return
  }
  if (!settleWrites(task)) {
    abort(Status.HeapLimit, index)
    return
  }
  store<u64>(task, before + load<u64>(task, TASK_GAS_USED), TASK_CUMULATIVE_GAS)
  store<u32>(task, blobsBefore + blobs, TASK_CUMULATIVE_BLOBS)
  countCommitted(task)
  setState(task, TaskState.Committed)
  atomic.store<u32>(BLOCK_COMMITTED, index + 1)
  release(task + TASK_HEIRS)
}

/** Repeats an execution that saw what is not so. Everything before it is committed: the second one is right. */
function validate(task: usize, index: u32): void {
  const changed = changedRead(load<u32>(task, TASK_READS), load<u32>(task, TASK_READ_COUNT), index, context() + SPARE)
  if (!changed) return
  const writer = newestWriter(changed, index)
  store<u32>(task, changed, TASK_CONFLICT)
  store<u32>(task, <u32>(writer + 1), TASK_CONFLICT_WRITER)
  if (writer >= 0) learnConflict(index, <u32>writer)
  // Not Executed meanwhile: were this worker to die, whoever comes after must not take the half-made result for a whole one.
  setState(task, TaskState.Executing)
  estimate(task + TASK_CHAIN)
  executeTask(task, index)
  setState(task, TaskState.Executed)
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
