import {
  BLOCK_COMMITTED,
  BLOCK_EPOCH,
  BLOCK_EXECUTED,
  BLOCK_TAKEN_BACK,
  TASK_CHAIN,
  TASK_CONFLICT,
  TASK_CONFLICT_PART,
  TASK_CONFLICT_WRITER,
  TASK_DEPENDENTS,
  TASK_READ_COUNT,
  TASK_READS,
  TASK_VALIDATED,
} from '../layout'
import { unvalidated, UNVALIDATED_SIZE } from '../runtime/arena'
import { context, SPARE } from '../transaction/context'
import { changedPart, changedRead } from '../version/read-set'
import { blocker, estimate, forgetBlocker, newestWriter } from '../version/versions'
import { learnConflict } from './conflict'
import { stateOf, taskAt, TaskState } from './task'

/**
 * Whoever commits an execution must know that it saw what it would see now. To compare every read would take the committer
 * through cache lines that other workers have just written, and no number of workers would shorten that. So each worker compares
 * what it has executed itself, while that is in its caches, and notes in which *epoch* it did. The epoch is counted up whenever
 * an execution that is not its transaction's first has written everything. In the same epoch the committer believes the note.
 *
 * Why it may: let the reads of i be compared in epoch e, when all before i had been executed at least once. By the time that i is
 * committed all before it are, and what any of them wrote after e was read it wrote in a repetition, since its first execution
 * was over. Such a repetition counts the epoch up after its last write and before it counts as executed, thus before i is
 * committed. If the epoch is e still, there was none, and what was compared is what is committed. An execution that was taken
 * back is repeated before it is committed, i itself as well, so that taking back need not count; nor need deaths, whose
 * transactions have begun before, but recover.ts counts one all the same.
 */
@inline
export function isValidated(task: usize): bool {
  return load<u32>(task, TASK_VALIDATED) == atomic.load<u32>(BLOCK_EPOCH) + 1
}

/** The epoch plus one is what a task has in TASK_VALIDATED: 0 stands for none. */
@inline
export function noteValidated(task: usize, epoch: u32): void {
  store<u32>(task, epoch + 1, TASK_VALIDATED)
}

/** Whether all before `index` have been executed at least once. */
export function isAllExecutedBefore(index: u32): bool {
  const known = atomic.load<u32>(BLOCK_EXECUTED)
  if (known >= index) return true
  let executed = max(known, atomic.load<u32>(BLOCK_COMMITTED))
  while (executed < index && stateOf(taskAt(executed)) >= <u32>TaskState.Executed) executed++
  // Fails when another one knows more by now: both are right.
  if (executed > known) atomic.cmpxchg<u32>(BLOCK_EXECUTED, known, executed)
  return executed >= index
}

/**
 * Whether a task that this worker holds saw something else than it would see now. If so its execution is taken back, and it is
 * to be repeated, behind `blocker` if there is one.
 */
export function isSpoilt(task: usize, index: u32): bool {
  const epoch = atomic.load<u32>(BLOCK_EPOCH)
  const isFinal = isAllExecutedBefore(index)
  forgetBlocker()
  const changed = changedRead(load<u32>(task, TASK_READS), load<u32>(task, TASK_READ_COUNT), index, context() + SPARE)
  if (!changed && !blocker) {
    if (isFinal) noteValidated(task, epoch)
    return false
  }
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

/** This worker's executions that are to be validated, oldest first: a ring of indexes from `first` to before `last`. */
let first: u32 = 0
let last: u32 = 0

const RING: u32 = <u32>(UNVALIDATED_SIZE >> 2)


@inline
function ringAt(place: u32): usize {
  return unvalidated + ((<usize>(place & (RING - 1))) << 2)
}

/** Keeps an execution in mind. When there are too many the oldest one is forgotten: the committer will look at it. */
export function remember(index: u32): void {
  if (last - first == RING) first++
  store<u32>(ringAt(last++), index)
}

/** The oldest execution (plus one) of this worker that can be validated and has not been, or 0. */
export function popUnvalidated(): u32 {
  while (first != last) {
    const index = load<u32>(ringAt(first))
    if (!isAllExecutedBefore(index)) return 0
    first++
    const task = taskAt(index)
    if (stateOf(task) == TaskState.Executed && !isValidated(task)) return index + 1
  }
  return 0
}

/** The worker leaves the block. */
export function forgetUnvalidated(): void {
  first = last
}
