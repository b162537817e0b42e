import { MEMORY_QUADRATIC_DIVISOR, MEMORY_WORD_COST } from '../fork/costs'
import { evmMemoryEnd } from '../runtime/arena'
import { fail } from '../state/limit'
import { Status } from '../status'
import { OUT_OF_GAS } from './gas'
import { frame, MEMORY_BASE, MEMORY_SIZE } from './frame'

/**
 * EVM memory of the running frame. Frames' memories lie one after the other: a caller's cannot grow while its callee runs, so
 * the callee's begins where it ends.
 */

@inline
export function memoryBase(): usize {
  return <usize>load<u32>(frame, MEMORY_BASE)
}


@inline
export function memorySize(): u32 {
  return load<u32>(frame, MEMORY_SIZE)
}


@inline
function costOfWords(words: i64): i64 {
  return words * MEMORY_WORD_COST + (words * words) / MEMORY_QUADRATIC_DIVISOR
}

/** 2^33 bytes cost more than 2^47 gas: no memory could hold them, but an absurd gas limit could pay. 2^42 bytes cost more than there can be. */
function beyond(gas: i64, end: u64): i64 {
  if (gas < 1 << 47 || end >= 1 << 42) return OUT_OF_GAS
  fail(Status.MemoryLimit)
  return -(<i64>Status.MemoryLimit)
}

/** Grows memory to hold `end` bytes; gives the gas left, negative when it does not suffice. */
export function growTo(gas: i64, end: u64): i64 {
  const size = load<u32>(frame, MEMORY_SIZE)
  if (end <= <u64>size) return gas
  if (end > 1 << 33) return beyond(gas, end)
  const words = <i64>((end + 31) >> 5)
  gas -= costOfWords(words) - costOfWords(<i64>(size >> 5))
  if (gas < 0) return OUT_OF_GAS
  const base = memoryBase()
  const bytes = (<u64>words) << 5
  if (<u64>base + bytes > <u64>evmMemoryEnd) {
    fail(Status.MemoryLimit)
    return -(<i64>Status.MemoryLimit)
  }
  memory.fill(base + size, 0, <usize>bytes - size)
  store<u32>(frame, <u32>bytes, MEMORY_SIZE)
  return gas
}

/** Makes [offset, offset + length) of memory usable; both are words on the stack. Nothing is touched for a length of zero. */
export function reach(gas: i64, offset: usize, length: usize): i64 {
  const n = load<u64>(length)
  if (!(n | load<u64>(length, 8) | load<u64>(length, 16) | load<u64>(length, 24))) return gas
  const at = load<u64>(offset)
  if (
    load<u64>(length, 8) |
    load<u64>(length, 16) |
    load<u64>(length, 24) |
    load<u64>(offset, 8) |
    load<u64>(offset, 16) |
    load<u64>(offset, 24) |
    ((n | at) >> 42)
  ) {
    return OUT_OF_GAS
  }
  return growTo(gas, at + n)
}

/** The same for a constant length that is not zero. */
export function reachFixed(gas: i64, offset: usize, length: u32): i64 {
  const at = load<u64>(offset)
  if (load<u64>(offset, 8) | load<u64>(offset, 16) | load<u64>(offset, 24) | (at >> 42)) return OUT_OF_GAS
  return growTo(gas, at + length)
}

/** Copies `length` bytes from offset `from` of a source, zeros where the source has ended. All arguments fit by now. */
export function copyPadded(to: usize, source: usize, sourceSize: u32, from: u64, length: u32): void {
  let copied: u32 = 0
  if (from < <u64>sourceSize) {
    copied = min(length, sourceSize - <u32>from)
    memory.copy(to, source + <usize>from, copied)
  }
  memory.fill(to + copied, 0, length - copied)
}
