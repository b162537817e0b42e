import { logs, logsEnd } from '../runtime/arena'
import { LOG_ADDRESS, LOG_DATA_SIZE, LOG_HEADER_SIZE, LOG_TOPICS } from '../layout'
import { Status } from '../status'
import * as u256 from '../u256'
import { fail } from './limit'

/** Logs of the running transaction, one after the other; a revert cuts the end off. */
let end: usize = 0

export function resetLogs(): void {
  end = logs
}


@inline
export function logsFilledTo(): usize {
  return end
}


@inline
export function cutLogs(mark: usize): void {
  end = mark
}

/** `topics` points at the first of `count` stack words. */
export function addLog(address: usize, topics: usize, count: u32, data: usize, size: u32): void {
  const padded = (<usize>size + 7) & ~7
  const next = end + LOG_HEADER_SIZE + ((<usize>count) << 5) + padded
  if (next > logsEnd) {
    fail(Status.MemoryLimit)
    return
  }
  u256.storeBytes(end + LOG_ADDRESS, address)
  store<u32>(end, count, LOG_TOPICS)
  store<u32>(end, size, LOG_DATA_SIZE)
  let at = end + LOG_HEADER_SIZE
  for (let i: u32 = 0; i < count; i++) {
    u256.storeBytes(at, topics + ((<usize>i) << 5))
    at += 32
  }
  // Copying nothing from an address behind the memory's end traps.
  if (size) memory.copy(at, data, size)
  end = next
}
