import {
  BLOCK_ABORTED,
  BLOCK_ALONE,
  BLOCK_AVAILABLE,
  BLOCK_CHECK,
  BLOCK_COINBASE,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_CURSOR,
  BLOCK_EPOCH,
  BLOCK_ERROR,
  BLOCK_ERROR_INDEX,
  BLOCK_EXECUTED,
  BLOCK_KEEPS_VERSIONS,
  BLOCK_REACHED,
  BLOCK_RECORDING,
  BLOCK_TAKEN_BACK,
  BLOCK_TASKS,
  COMMIT_LOCK,
  ENTRY_CHUNKS,
  FEE_LOCATION,
  FEES_SUMMED,
  IDLE_WORKERS,
  KEY_MASK,
  KEYS,
  RECORD_CAPACITY,
  RECORD_COUNT,
  RECORDS,
  SHARED_READY,
  SHARED_READY_LOCK,
  TASK_SIZE,
} from '../layout'
import { allocate } from '../runtime/heap'
import { accountLocation, BALANCE } from '../version/location'
import { setPosition } from '../version/position'
import { dropLog } from '../version/redo'
import { setChain } from '../version/write-set'
import { NOBODY, SHARED } from './alone'
import { NOTHING } from './check'
import { KEY_SIZE } from './conflict'
import { foldAgain, foldRest } from './fold'
import { dropPieces } from './seat'
import { dropKept } from './work'

const RECORD_SIZE: u32 = 32
const CACHE_LINE: u32 = 64

/**
 * About as many as transactions. That several fall on one entry matters only among those that are under way at once; that the
 * table fits into caches matters to each.
 */
function keysFor(count: u32): u32 {
  return (<u32>1) << (32 - clz<u32>(count | 255))
}

/** Makes room for a block of `count` transactions and records of `records` executions. False when the heap is too small. */
export function openBlock(count: u32, records: u32): bool {
  dropPieces()
  atomic.store<u32>(ENTRY_CHUNKS, 0)
  dropKept()
  const taskBytes = <u64>count * TASK_SIZE
  if (taskBytes > 1 << 31) return false
  const place = allocate(<u32>taskBytes + CACHE_LINE)
  const keys = keysFor(count)
  const hints = allocate(keys * KEY_SIZE)
  const schedule = records ? allocate(records * RECORD_SIZE) : 0
  if (!place || !hints || (records && !schedule)) return false
  const tasks = (place + CACHE_LINE - 1) & ~(<usize>CACHE_LINE - 1)
  memory.fill(tasks, 0, <usize>taskBytes)
  memory.fill(hints, 0, <usize>keys * KEY_SIZE)
  store<u32>(BLOCK_TASKS, <u32>tasks)
  store<u32>(BLOCK_COUNT, count)
  store<u32>(KEYS, <u32>hints)
  store<u32>(KEY_MASK, keys - 1)
  store<u32>(RECORDS, <u32>schedule)
  store<u32>(RECORD_CAPACITY, records)
  store<u32>(RECORD_COUNT, 0)
  store<u32>(BLOCK_RECORDING, records ? 1 : 0)
  atomic.store<u32>(BLOCK_AVAILABLE, 0)
  atomic.store<u32>(BLOCK_CURSOR, 0)
  store<u32>(BLOCK_REACHED, 0)
  atomic.store<u32>(BLOCK_CHECK, NOTHING)
  atomic.store<u32>(BLOCK_TAKEN_BACK, 0)
  atomic.store<u32>(BLOCK_EPOCH, 0)
  atomic.store<u32>(BLOCK_EXECUTED, 0)
  atomic.store<u32>(BLOCK_COMMITTED, 0)
  store<u32>(BLOCK_KEEPS_VERSIONS, 0)
  atomic.store<u32>(BLOCK_ALONE, records ? SHARED : NOBODY)
  dropLog()
  const recipient = accountLocation(BLOCK_COINBASE)
  store<u32>(FEE_LOCATION, recipient ? recipient + BALANCE : 0)
  atomic.store<u32>(FEES_SUMMED, 0)
  foldAgain()
  atomic.store<u32>(BLOCK_ABORTED, 0)
  atomic.store<u32>(BLOCK_ERROR, 0)
  atomic.store<u32>(BLOCK_ERROR_INDEX, 0)
  atomic.store<u32>(COMMIT_LOCK, 0)
  atomic.store<u32>(IDLE_WORKERS, 0)
  atomic.store<u32>(SHARED_READY, 0)
  atomic.store<u32>(SHARED_READY_LOCK, 0)
  return true
}

/**
 * Ends a block: what was committed becomes the base, and the versions are forgotten. Not before: while a block runs its base
 * does not change, so that two workers which load the same value at once cannot undo anything. No worker is at work.
 */
export function closeBlock(): void {
  foldRest()
  store<u32>(BLOCK_COUNT, 0)
  setPosition(u32.MAX_VALUE)
  setChain(0)
}
