import { codeSize, loadCode } from '../host'
import { keccak256 } from '../hash/keccak256'
import { CODE_COUNT, CODE_INDEX, CODE_INDEX_MASK } from '../layout'
import { hashHash } from '../runtime/hash-table'
import { allocateCode } from '../runtime/heap'
import * as u256 from '../u256'

/**
 * Codes live once in the shared heap, found by their hash; all workers share them and what was learnt about them. A pointer
 * to a record stands for the code everywhere; 0 stands for no code.
 *
 *    0  hash        32 raw bytes
 *   32  size        valid once loaded
 *   36  bytes       pointer; followed by 32 zero bytes, so that a PUSH at the end reads zeros
 *   40  loaded      1 once the bytes are there
 *   44  analysis    pointer to the decoded form for a fork (interpreter/decode.ts), 0 until it first runs
 *   48  traced      the same in its traced form
 *   52  delegates   1 when it is a delegation
 *   64  target      the address delegated to, a word
 */
export const CODE_SIZE: usize = 32
export const CODE_BYTES: usize = 36
export const CODE_LOADED: usize = 40
export const CODE_ANALYSIS: usize = 44
export const CODE_TRACED: usize = 48
export const CODE_DELEGATES: usize = 52
export const CODE_TARGET: usize = 64
const RECORD_SIZE: u32 = 96

/** In place of a pointer: the heap is full. */
export const NO_ROOM: u32 = 1

const CODE_PADDING: u32 = 32
const DELEGATION_SIZE: u32 = 23

/** keccak256 of nothing, as four little-endian loads of the raw hash. */
@inline
function isEmptyHash(hash: usize): bool {
  return (
    load<u64>(hash) == bswap<u64>(0xc5d2460186f7233c) &&
    load<u64>(hash, 8) == bswap<u64>(0x927e7db2dcc703c0) &&
    load<u64>(hash, 16) == bswap<u64>(0xe500b653ca82273b) &&
    load<u64>(hash, 24) == bswap<u64>(0x7bfad8045d85a470)
  )
}

/** The record of the code with this hash, made if there is none: 0 for empty code, NO_ROOM when the heap is full. */
export function codeByHash(hash: usize): u32 {
  if (isEmptyHash(hash)) return 0
  const mask = load<u32>(CODE_INDEX_MASK)
  let at = hashHash(hash) & mask
  let fresh: usize = 0
  let probes: u32 = 0
  // Ends: gives up after every entry was seen.
  while (probes++ <= mask) {
    const entry = <usize>load<u32>(CODE_INDEX) + ((<usize>at) << 2)
    let found = atomic.load<u32>(entry)
    if (!found) {
      if (!fresh) {
        fresh = allocateCode(RECORD_SIZE)
        if (!fresh) return NO_ROOM
        memory.fill(fresh, 0, RECORD_SIZE)
        u256.copy(fresh, hash)
      }
      found = atomic.cmpxchg<u32>(entry, 0, <u32>fresh)
      if (!found) {
        atomic.add<u32>(CODE_COUNT, 1)
        return <u32>fresh
      }
    }
    if (
      load<u64>(<usize>found) == load<u64>(hash) &&
      load<u64>(<usize>found, 8) == load<u64>(hash, 8) &&
      load<u64>(<usize>found, 16) == load<u64>(hash, 16) &&
      load<u64>(<usize>found, 24) == load<u64>(hash, 24)
    ) {
      return found
    }
    at = (at + 1) & mask
  }
  return NO_ROOM
}

function settle(code: usize, bytes: usize, size: u32): void {
  memory.fill(bytes + size, 0, CODE_PADDING)
  store<u32>(code, size, CODE_SIZE)
  store<u32>(code, <u32>bytes, CODE_BYTES)
  if (size == DELEGATION_SIZE && load<u8>(bytes) == 0xef && load<u8>(bytes, 1) == 0x01 && load<u8>(bytes, 2) == 0) {
    u256.loadBytes(code + CODE_TARGET, bytes + 3, 20)
    store<u32>(code, 1, CODE_DELEGATES)
  }
  atomic.store<u32>(code + CODE_LOADED, 1)
}

/** Brings the bytes in. False when the heap is full. Two workers may do so at once: both copies are the same. */
export function ensureCode(code: usize): bool {
  if (!code || atomic.load<u32>(code + CODE_LOADED)) return true
  const size = codeSize(code)
  const bytes = allocateCode(size + CODE_PADDING)
  if (!bytes) return false
  loadCode(code, bytes)
  settle(code, bytes, size)
  return true
}

/** The record of code that execution produced; 0 for empty, NO_ROOM when the heap is full. `scratch` has room for 32 bytes. */
export function internCode(bytes: usize, size: u32, scratch: usize): u32 {
  if (!size) return 0
  keccak256(scratch, bytes, size)
  const code = codeByHash(scratch)
  if (code <= NO_ROOM || atomic.load<u32>(<usize>code + CODE_LOADED)) return code
  const copy = allocateCode(size + CODE_PADDING)
  if (!copy) return NO_ROOM
  memory.copy(copy, bytes, size)
  settle(<usize>code, copy, size)
  return code
}


@inline
export function codeSizeOf(code: usize): u32 {
  return code ? load<u32>(code, CODE_SIZE) : 0
}


@inline
export function isDelegation(code: usize): bool {
  return code != 0 && load<u32>(code, CODE_DELEGATES) != 0
}
