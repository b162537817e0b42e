import {
  BLOCK_ABORTED,
  BLOCK_CHECK,
  BLOCK_EPOCH,
  BLOCK_TAKEN_BACK,
  TASK_DEPENDENTS,
  TASK_EXECUTIONS,
  TASK_STATE,
} from '../layout'
import { blocker } from '../version/versions'
import { executeTask } from './execute-task'
import { CLOSED, joinList, release, share } from './ready'
import { claim, hold, mayBeLong, setState, TaskState } from './task'
import { isAllExecutedBefore, isSpoilt, noteValidated, remember } from './validate'

const EXECUTED_AND_CLOSED: u64 = ((<u64>CLOSED) << 32) | (<u64>TaskState.Executed)

/** Whether this is the calling thread, which has other things to do: what may take long it leaves to the others. */
let isBusy = false

export function setBusy(busy: bool): void {
  isBusy = busy
}


@inline
export function isForOthers(task: usize): bool {
  return isBusy && mayBeLong(task)
}

/** Executes a task that this worker holds, now or, if it needs what is about to be written anew, behind the one that writes it. */
export function runTask(task: usize, index: u32): void {
  if (isForOthers(task)) {
    setState(task, TaskState.Ready)
    share(index + 1)
    return
  }
  // Ends: each further round means that an execution before it was taken back, and the first of all never is.
  while (true) {
    const before = atomic.load<u32>(BLOCK_TAKEN_BACK)
    const epoch = atomic.load<u32>(BLOCK_EPOCH)
    const isFinal = isAllExecutedBefore(index)
    if (executeTask(task, index)) {
      const isRepeated = load<u32>(task, TASK_EXECUTIONS) > 1
      const epochThen = isRepeated ? atomic.add<u32>(BLOCK_EPOCH, 1) : atomic.load<u32>(BLOCK_EPOCH)
      // What it wrote itself changes nothing that it read.
      if (isFinal && epochThen == epoch) noteValidated(task, isRepeated ? epoch + 1 : epoch)
      else remember(index)
      release(endExecution(task))
      if (isRepeated) checkFrom(index + 1)
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

/**
 * Counts it as executed and closes the list of those who wait for it, in one exchange of the two words side by side: as soon as it counts
 * as executed others may take it back and open the list again. Gives who was on the list.
 */
@inline
function endExecution(task: usize): u32 {
  return <u32>(atomic.xchg<u64>(task + TASK_STATE, EXECUTED_AND_CLOSED) >> 32)
}

/** Hands a task that this worker holds to whoever finishes `predecessor` (plus one). False when that has happened: it is held still. */
function isPutBehind(task: usize, index: u32, predecessor: u32): bool {
  setState(task, TaskState.Ready)
  return joinList(task, index, predecessor, TASK_DEPENDENTS) || !claim(task)
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
