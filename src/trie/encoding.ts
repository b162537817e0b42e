import { KeccakMemory } from '../codec/keccak.js'

/**
 * Nodes are written into one buffer that is used like a stack: a node under construction starts at the caller's `at`, its
 * children above it, and each finished child shrinks to the reference that its parent holds. Nothing is allocated, and nothing
 * copied to be hashed.
 */
const memory = new KeccakMemory()
let buffer: Uint8Array = memory.bytes

/** Room left before the content of a node for its list header: one byte, and up to eight of length. */
const HEADER_ROOM = 9

export function nibble(key: Uint8Array, index: number): number {
  const byte = key[index >> 1]!
  return (index & 1) === 0 ? byte >> 4 : byte & 15
}

/** The first nibble from `from` on in which two keys differ, at most `limit`. */
export function firstDifference(a: Uint8Array, b: Uint8Array, from: number, limit: number): number {
  let index = from
  while (index < limit && nibble(a, index) === nibble(b, index)) index++
  return index
}

function reserve(end: number): void {
  if (end > buffer.length) buffer = memory.reserve(end)
}

/** Writes the header of a string (base 0x80) or list (0xc0) so that it ends before `end`; returns its start. */
function writeHeaderBefore(end: number, length: number, base: number): number {
  if (length < 56) {
    buffer[end - 1] = base + length
    return end - 1
  }
  let at = end
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) buffer[--at] = rest % 256
  buffer[at - 1] = base + 55 + (end - at)
  return at - 1
}

function headerSize(length: number): number {
  if (length < 56) return 1
  let count = 1
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) count++
  return count
}

/** Begins a node at `at`; returns where its content goes. */
export function beginNode(at: number): number {
  reserve(at + HEADER_ROOM + 64)
  return at + HEADER_ROOM
}

/** The nibbles [from, to) of a key in hex-prefix form, as a string; returns its end. */
export function writePath(at: number, key: Uint8Array, from: number, to: number, isLeaf: boolean): number {
  const count = to - from
  const bytes = (count >> 1) + 1
  reserve(at + bytes + HEADER_ROOM)
  let out = at
  if (bytes > 1) {
    out = at + headerSize(bytes)
    writeHeaderBefore(out, bytes, 0x80)
  }
  const flag = isLeaf ? 0x20 : 0
  let index = from
  buffer[out++] = (count & 1) === 1 ? flag | 0x10 | nibble(key, index++) : flag
  if ((index & 1) === 0) for (; index < to; index += 2) buffer[out++] = key[index >> 1]!
  else for (; index < to; index += 2) buffer[out++] = (nibble(key, index) << 4) | nibble(key, index + 1)
  return out
}

export function writeString(at: number, bytes: Uint8Array): number {
  const length = bytes.length
  reserve(at + length + HEADER_ROOM)
  let out = at
  if (length !== 1 || bytes[0]! >= 0x80) {
    out = at + headerSize(length)
    writeHeaderBefore(out, length, 0x80)
  }
  buffer.set(bytes, out)
  return out + length
}

export function writeEmpty(at: number): number {
  reserve(at + 1)
  buffer[at] = 0x80
  return at + 1
}

/**
 * References as parents encode them fill 33 bytes of a page each: a hash with its header 0xa0, or the shorter encoding of a
 * node below 32 bytes, whose header says how long it is.
 */
export const REFERENCE_SIZE = 33

/** Copies `count` references that follow each other in a page; returns the end of the last. */
export function writeReferences(at: number, page: Uint8Array, offset: number, count: number): number {
  reserve(at + count * REFERENCE_SIZE)
  const last = offset + count * REFERENCE_SIZE
  // One set() costs 60 ns more than its bytes, because it needs a view of the page: from three hashes on it pays.
  if (count > 2 && areHashes(page, offset, last)) {
    buffer.set(page.subarray(offset, last), at)
    return at + count * REFERENCE_SIZE
  }
  let out = at
  for (let from = offset; from < last; from += REFERENCE_SIZE) {
    const first = page[from]!
    const size = first === 0xa0 ? REFERENCE_SIZE : first - 0xbf
    for (let i = 0; i < size; i++) buffer[out + i] = page[from + i]!
    out += size
  }
  return out
}

function areHashes(page: Uint8Array, offset: number, last: number): boolean {
  for (let from = offset; from < last; from += REFERENCE_SIZE) if (page[from] !== 0xa0) return false
  return true
}

/** Puts the list header before a content; the finished node is then [the returned start, end). */
export function closeNode(content: number, end: number): number {
  return writeHeaderBefore(content, end - content, 0xc0)
}

/** Turns the node [start, end) into its reference at `at`; returns the end of that. */
export function shrinkToReference(at: number, start: number, end: number): number {
  const size = end - start
  if (size < 32) {
    buffer.copyWithin(at, start, end)
    return at + size
  }
  memory.hash(start, end, buffer, at + 1)
  buffer[at] = 0xa0
  return at + 33
}

/** Writes the reference of the node [start, end) into a page. */
export function storeReference(start: number, end: number, page: Uint8Array, offset: number): void {
  const size = end - start
  if (size >= 32) {
    page[offset] = 0xa0
    memory.hash(start, end, page, offset + 1)
  } else {
    for (let i = 0; i < size; i++) page[offset + i] = buffer[start + i]!
  }
}

export function hashNode(start: number, end: number): Uint8Array {
  const hash = new Uint8Array(32)
  memory.hash(start, end, hash, 0)
  return hash
}

export function copyNode(start: number, end: number): Uint8Array {
  return buffer.slice(start, end)
}
