import {
  BLOCK_ABORTED,
  BLOCK_ALONE,
  BLOCK_CHECK,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_CURSOR,
  BLOCK_EPOCH,
  BLOCK_ERROR,
  BLOCK_EXECUTED,
  BLOCK_REACHED,
  COMMIT_LOCK,
  IDLE_WORKERS,
  SHARED_READY,
  SHARED_READY_LOCK,
  TASK_CHAIN,
  TASK_DEPENDENTS,
  TASK_FEE,
  TASK_STATUS,
} from '../layout'
import { Status } from '../status'
import { relinkDirty } from '../version/dirty'
import { discardUnpublished } from '../version/location'
import { isHalfDone, redo } from '../version/redo'
import { estimate, withdraw } from '../version/versions'
import { SHARED } from './alone'
import { NOTHING } from './check'
import { REFUSED } from './commit'
import { foldAgain } from './fold'
import { CLOSED } from './ready'
import { setState, stateOf, taskAt, TaskState } from './task'
import { dropKept } from './work'

/**
 * After the death of a worker, with every other one outside `work`: what it held is Ready again, what it half published is
 * taken back, and everybody starts over from the first uncommitted task.
 */
export function recover(): void {
  const count = load<u32>(BLOCK_COUNT)
  let committed = atomic.load<u32>(BLOCK_COMMITTED)
  discardUnpublished()
  if (isHalfDone(committed)) {
    redo()
    setState(taskAt(committed), TaskState.Committed)
    atomic.store<u32>(BLOCK_COMMITTED, ++committed)
  }
  if (committed == count || atomic.load<u32>(BLOCK_ALONE) != SHARED) relinkDirty()
  atomic.store<u32>(BLOCK_ALONE, SHARED)
  for (let index: u32 = 0; index < count; index++) {
    const task = taskAt(index)
    const executed = index < committed || isWhole(task)
    if (!executed) {
      estimate(task + TASK_CHAIN)
      withdraw(task + TASK_CHAIN)
      atomic.store<u64>(task + TASK_FEE, 0)
      setState(task, TaskState.Ready)
    } else if (index >= committed) {
      // Committed, perhaps, but not counted as such: its commit is done again.
      setState(task, TaskState.Executed)
    }
    // Of the committed ones too: one that died before it could close a list would let others wait on it for ever.
    atomic.store<u32>(task + TASK_DEPENDENTS, executed ? CLOSED : 0)
  }
  if (load<u32>(BLOCK_ABORTED) != REFUSED) store<u32>(BLOCK_ERROR, 0)
  atomic.store<u32>(BLOCK_REACHED, max(load<u32>(BLOCK_REACHED), load<u32>(BLOCK_CURSOR)))
  atomic.store<u32>(BLOCK_CURSOR, committed)
  atomic.store<u32>(BLOCK_CHECK, NOTHING)
  // What was withdrawn is written again: nobody's comparison is worth anything now.
  atomic.store<u32>(BLOCK_EXECUTED, committed)
  atomic.add<u32>(BLOCK_EPOCH, 1)
  atomic.store<u32>(SHARED_READY, 0)
  atomic.store<u32>(SHARED_READY_LOCK, 0)
  atomic.store<u32>(IDLE_WORKERS, 0)
  atomic.store<u32>(COMMIT_LOCK, 0)
  foldAgain()
  dropKept()
}

/** Whether its execution came to an end of its own: the pause that every death brings stops transactions half-way. */
function isWhole(task: usize): bool {
  return stateOf(task) >= <u32>TaskState.Executed && load<u32>(task, TASK_STATUS) != Status.Aborted
}
