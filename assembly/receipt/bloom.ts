import { keccak256 } from '../hash/keccak256'
import { LOG_ADDRESS, LOG_HEADER_SIZE, LOG_TOPICS } from '../layout'
import { ADDRESS_PADDING, endOfLogs, firstLog, nextLog } from './log'

export const BLOOM_SIZE: usize = 256

/**
 * Addresses and topics that were hashed last, each where its last byte says: tokens and kinds of events come again and again.
 *
 *   0   size; 0 for none
 *   4   three bits of the bloom, u16 each
 *   16  the value, up to 32 bytes
 */
const RECENT: u32 = 256
const RECENT_BITS: usize = 4
const RECENT_VALUE: usize = 16
const RECENT_ENTRY: usize = 48
export const RECENT_SIZE: usize = <usize>RECENT * RECENT_ENTRY

let recent: usize = 0

/** Uses RECENT_SIZE bytes from `at` on. */
export function startBlooms(at: usize): void {
  recent = at
  memory.fill(at, 0, RECENT_SIZE)
}

/** Writes the bloom of a task's logs. */
export function writeBloom(bloom: usize, task: usize): void {
  memory.fill(bloom, 0, BLOOM_SIZE)
  const end = endOfLogs(task)
  for (let log = firstLog(task); log < end; log = nextLog(log)) {
    add(bloom, log + LOG_ADDRESS + ADDRESS_PADDING, 20)
    const topics = log + LOG_HEADER_SIZE
    for (let i: u32 = 0; i < load<u32>(log, LOG_TOPICS); i++) add(bloom, topics + ((<usize>i) << 5), 32)
  }
}

/** Adds every bit of `bloom` to `joined`. */
export function joinBloom(joined: usize, bloom: usize): void {
  for (let i: usize = 0; i < BLOOM_SIZE; i += 8) store<u64>(joined + i, load<u64>(joined + i) | load<u64>(bloom + i))
}

function add(bloom: usize, value: usize, size: usize): void {
  const entry = recent + <usize>load<u8>(value + size - 1) * RECENT_ENTRY
  if (<usize>load<u32>(entry) != size || !isEqual(entry + RECENT_VALUE, value, size)) remember(entry, value, size)
  for (let i: usize = 0; i < 3; i++) {
    const bit = <u32>load<u16>(entry + 2 * i, RECENT_BITS)
    const at = bloom + BLOOM_SIZE - 1 - (bit >> 3)
    const mask = (<u32>1) << (bit & 7)
    store<u8>(at, (<u32>load<u8>(at)) | mask)
  }
}

/** Of 20 bytes or 32. */
function isEqual(a: usize, b: usize, size: usize): bool {
  for (let i: usize = 0; i + 8 <= size; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false
  return load<u32>(a + size - 4) == load<u32>(b + size - 4)
}

/** Each of the first three pairs of bytes of the hash names a bit, counted from the end, by its low eleven bits. */
function remember(entry: usize, value: usize, size: usize): void {
  keccak256(entry + RECENT_VALUE, value, <u32>size)
  for (let i: usize = 0; i < 3; i++) {
    const pair = bswap<u16>(load<u16>(entry + 2 * i, RECENT_VALUE))
    store<u16>(entry + 2 * i, pair & 0x7ff, RECENT_BITS)
  }
  store<u32>(entry, <u32>size)
  memory.copy(entry + RECENT_VALUE, value, size)
}
