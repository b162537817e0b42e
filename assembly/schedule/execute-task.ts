import {
  BLOCK_ABORTED,
  BLOCK_COMMITTED,
  TASK_CHAIN,
  TASK_CREATED,
  TASK_EXECUTIONS,
  TASK_FEE,
  TASK_GAS_USED,
  TASK_LOGS,
  TASK_READ_COUNT,
  TASK_READS,
  TASK_STARTED,
  TASK_STATUS,
  TASK_TRANSACTION,
  TASK_WORKER,
  TX_HAS_TO,
} from '../layout'
import { ADDRESS, frame } from '../interpreter/frame'
import { logs, worker } from '../runtime/arena'
import { take } from '../runtime/chunk'
import { logsFilledTo } from '../state/log'
import { Status } from '../status'
import { begin, resume } from '../transaction/execute'
import { gasUsed } from '../transaction/settle'
import { fee, resetFee } from '../version/fees'
import { setPosition } from '../version/position'
import { readCount, reads, recordReads } from '../version/read-set'
import { blocker, estimate, forgetBlocker, withdraw } from '../version/versions'
import { setChain, setLogged } from '../version/write-set'
import { recordEnd, recordStart } from './record'

const ADDRESS_SIZE: u32 = 20

/**
 * Executes a task on what transactions before it have left so far; its writes are versions until it is committed. The caller
 * sets its state. False when it met an estimate: then it is over for now, and to be done again behind `blocker`.
 */
export function executeTask(task: usize, index: u32): bool {
  recordStart()
  forgetBlocker()
  resetFee()
  store<u32>(task, atomic.load<u32>(BLOCK_COMMITTED), TASK_STARTED)
  store<u32>(task, worker, TASK_WORKER)
  store<u32>(task, load<u32>(task, TASK_EXECUTIONS) + 1, TASK_EXECUTIONS)
  setPosition(index)
  setChain(task + TASK_CHAIN)
  const status = runToEnd(task)
  if (blocker) {
    // What it may have written at its very end is as good as what it wrote the last time.
    estimate(task + TASK_CHAIN)
    recordEnd(index, load<u32>(task, TASK_EXECUTIONS))
    return false
  }
  withdraw(task + TASK_CHAIN)
  if (load<u64>(task, TASK_FEE) != fee) store<u64>(task, fee, TASK_FEE)
  const kept = recordReads() && (status >= Status.TypeNotSupported || keepResult(task))
  store<u32>(task, <u32>reads, TASK_READS)
  store<u32>(task, readCount, TASK_READ_COUNT)
  store<u32>(task, kept ? status : Status.HeapLimit, TASK_STATUS)
  recordEnd(index, load<u32>(task, TASK_EXECUTIONS))
  return true
}

/**
 * Executes a task for a worker that is alone in the block, when everything before it is state: what it writes is written down, to
 * become state when it is committed.
 */
export function executeAlone(task: usize, index: u32): void {
  store<u32>(task, index, TASK_STARTED)
  store<u32>(task, worker, TASK_WORKER)
  store<u32>(task, load<u32>(task, TASK_EXECUTIONS) + 1, TASK_EXECUTIONS)
  setPosition(u32.MAX_VALUE)
  setLogged()
  const status = runToEnd(task)
  const kept = status >= Status.TypeNotSupported || keepResult(task)
  store<u32>(task, kept ? status : Status.HeapLimit, TASK_STATUS)
}

/** Begins a task when everything before it is state: what it writes is state at once. Status.Running while there is more to do. */
export function beginInOrder(task: usize): Status {
  recordStart()
  store<u32>(task, 1, TASK_EXECUTIONS)
  return begin(<usize>load<u32>(task, TASK_TRANSACTION))
}

/** Keeps what became of such a task. */
export function endInOrder(task: usize, index: u32, status: Status): void {
  const kept = status >= Status.TypeNotSupported || keepResult(task)
  store<u32>(task, kept ? status : Status.HeapLimit, TASK_STATUS)
  recordEnd(index, 1)
}

function runToEnd(task: usize): Status {
  let status = begin(<usize>load<u32>(task, TASK_TRANSACTION))
  if (status != Status.Running) return status
  do {
    status = resume()
    // Ends: gas runs out, or the block is aborted.
  } while (status == Status.Suspended && !atomic.load<u32>(BLOCK_ABORTED))
  return status == Status.Suspended ? Status.Aborted : status
}

/** Moves what receipts are made of out of the arena. False when the heap is full. */
function keepResult(task: usize): bool {
  store<u64>(task, gasUsed, TASK_GAS_USED)
  return keepCreated(task) && keepLogs(task)
}

function keepCreated(task: usize): bool {
  if (load<u32>(<usize>load<u32>(task, TASK_TRANSACTION), TX_HAS_TO)) return true
  const created = take(ADDRESS_SIZE)
  if (!created) return false
  memory.copy(created, frame + ADDRESS, ADDRESS_SIZE)
  store<u32>(task, <u32>created, TASK_CREATED)
  return true
}

function keepLogs(task: usize): bool {
  const size = <u32>(logsFilledTo() - logs)
  store<u32>(task, 0, TASK_LOGS)
  if (!size) return true
  const copy = take(size + 8)
  if (!copy) return false
  store<u32>(copy, size)
  memory.copy(copy + 8, logs, size)
  store<u32>(task, <u32>copy, TASK_LOGS)
  return true
}
