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
import { executeInOrder } from './execute-task'
import { setState, taskAt, TaskState } from './task'

/** Executes what the host has written so far, one transaction after the other, straight on the state. False when one must not be in the block. */
export function workInOrder(): bool {
  const available = load<u32>(BLOCK_AVAILABLE)
  for (let index = load<u32>(BLOCK_COMMITTED); index < available; index++) {
    const task = taskAt(index)
    const status = executeInOrder(task, index)
    store<u32>(task, status, TASK_STATUS)
    if (status >= Status.TypeNotSupported) {
      store<u32>(BLOCK_ERROR, status)
      store<u32>(BLOCK_ERROR_INDEX, index)
      return false
    }
    const before = index ? load<u64>(task - TASK_SIZE, TASK_CUMULATIVE_GAS) : 0
    store<u64>(task, before + load<u64>(task, TASK_GAS_USED), TASK_CUMULATIVE_GAS)
    setState(task, TaskState.Committed)
    store<u32>(BLOCK_COMMITTED, index + 1)
  }
  return true
}
