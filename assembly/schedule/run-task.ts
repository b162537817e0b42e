import {
  BLOCK_ABORTED,
  BLOCK_CHECK,
  BLOCK_TAKEN_BACK,
  TASK_CHAIN,
  TASK_CONFLICT,
  TASK_CONFLICT_PART,
  TASK_CONFLICT_WRITER,
  TASK_DEPENDENTS,
  TASK_EXECUTIONS,
  TASK_READ_COUNT,
  TASK_READS,
} from '../layout'
import { context, SPARE } from '../transaction/context'
import { changedPart, changedRead } from '../version/read-set'
import { blocker, estimate, forgetBlocker, newestWriter } from '../version/versions'
import { learnConflict } from './conflict'
import { executeTask } from './execute-task'
import { joinList, release } from './ready'
import { claim, hold, setState, TaskState } from './task'

/** Executes a task that this worker holds, now or, if it needs what is about to be written anew, behind the one that writes it. */
export function runTask(task: usize, index: u32): void {
  // Ends: each further round means that an execution before it was taken back, and the first of all never is.
  while (true) {
    const before = atomic.load<u32>(BLOCK_TAKEN_BACK)
    if (executeTask(task, index)) {
      // First the list: as soon as it counts as executed others may take it back and open the list again.
      release(task + TASK_DEPENDENTS)
      setState(task, TaskState.Executed)
      if (load<u32>(task, TASK_EXECUTIONS) > 1) checkFrom(index + 1)
      // Meanwhile something was taken back that it may have read.
      if (atomic.load<u32>(BLOCK_TAKEN_BACK) == before || !hold(task)) return
      if (!isSpoilt(task, index)) {
        setState(task, TaskState.Executed)
        return
      }
    } else if (atomic.load<u32>(BLOCK_ABORTED)) {
      setState(task, TaskState.Ready)
      return
    }
    if (blocker && isPutBehind(task, index, blocker)) return
  }
}

/** Hands a task that this worker holds to whoever finishes `predecessor` (plus one). False when that has happened: it is held still. */
function isPutBehind(task: usize, index: u32, predecessor: u32): bool {
  setState(task, TaskState.Ready)
  return joinList(task, index, predecessor, TASK_DEPENDENTS) || !claim(task)
}

/**
 * Whether a task that this worker holds saw something else than it would see now. If so its execution is taken back, and it is
 * to be repeated, behind `blocker` if there is one.
 */
export function isSpoilt(task: usize, index: u32): bool {
  forgetBlocker()
  const changed = changedRead(load<u32>(task, TASK_READS), load<u32>(task, TASK_READ_COUNT), index, context() + SPARE)
  if (!changed && !blocker) return false
  if (changed) {
    const writer = newestWriter(changed, index)
    store<u32>(task, changed, TASK_CONFLICT)
    store<u32>(task, changedPart, TASK_CONFLICT_PART)
    store<u32>(task, <u32>(writer + 1), TASK_CONFLICT_WRITER)
    if (writer >= 0) learnConflict(index, <u32>writer)
  }
  // First the list: whoever meets an estimate must be able to wait for it.
  atomic.store<u32>(task + TASK_DEPENDENTS, 0)
  estimate(task + TASK_CHAIN)
  atomic.add<u32>(BLOCK_TAKEN_BACK, 1)
  return true
}

/** Looks at an execution that this worker holds, and has it repeated if it is spoilt. */
export function validate(task: usize, index: u32): void {
  if (!isSpoilt(task, index)) setState(task, TaskState.Executed)
  else if (!blocker || !isPutBehind(task, index, blocker)) runTask(task, index)
}

/** Executions from `index` on may have seen what is not so any more. */
function checkFrom(index: u32): void {
  let next = atomic.load<u32>(BLOCK_CHECK)
  // Ends: a failed exchange means that another one succeeded, and there are finitely many smaller numbers.
  while (index < next) {
    const found = atomic.cmpxchg<u32>(BLOCK_CHECK, next, index)
    if (found == next) return
    next = found
  }
}
