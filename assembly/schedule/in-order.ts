import {
  BLOCK_AVAILABLE,
  BLOCK_COMMITTED,
  BLOCK_ERROR,
  BLOCK_ERROR_INDEX,
  TASK_CUMULATIVE_GAS,
  TASK_GAS_USED,
  TASK_SIZE,
  TASK_STATUS,
} from '../layout'
import { Status } from '../status'
import { resume } from '../transaction/execute'
import { beginInOrder, endInOrder } from './execute-task'
import { lookAtTransactions } from './look'
import { setState, taskAt, TaskState } from './task'

/** What a call came to. */
const REFUSED: u32 = 0
const DONE: u32 = 1
const PAUSED: u32 = 2

/** So much gas, and what a transaction uses until it can be left, before the host sees to other things: some milliseconds. */
const PORTION: u64 = 3_000_000

/**
 * Executes what the host has written so far, one transaction after the other, straight on the state: until all of it is done,
 * one must not be in the block, or the portion is used up. `goesOn` after a pause, to go on in the middle of a transaction.
 */
export function workInOrder(goesOn: bool): u32 {
  const available = load<u32>(BLOCK_AVAILABLE)
  let used: u64 = 0
  if (!goesOn) lookAtTransactions(load<u32>(BLOCK_COMMITTED), available)
  for (let index = load<u32>(BLOCK_COMMITTED); index < available; index++) {
    const task = taskAt(index)
    let status: Status = goesOn ? Status.Suspended : beginInOrder(task)
    goesOn = false
    // Ends: gas runs out. The portion, too: that much was used since the last look.
    while (status == Status.Running || status == Status.Suspended) {
      if (used >= PORTION) return PAUSED
      status = resume()
      if (status == Status.Suspended) used = PORTION
    }
    endInOrder(task, index, status)
    status = load<u32>(task, TASK_STATUS)
    if (status >= Status.TypeNotSupported) {
      store<u32>(BLOCK_ERROR, status)
      store<u32>(BLOCK_ERROR_INDEX, index)
      return REFUSED
    }
    const before = index ? load<u64>(task - TASK_SIZE, TASK_CUMULATIVE_GAS) : 0
    store<u64>(task, before + load<u64>(task, TASK_GAS_USED), TASK_CUMULATIVE_GAS)
    setState(task, TaskState.Committed)
    store<u32>(BLOCK_COMMITTED, index + 1)
    used += load<u64>(task, TASK_GAS_USED)
  }
  return DONE
}
