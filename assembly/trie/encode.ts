import { keccak256 } from '../hash/keccak256'
import { ENCODING, NUMBER } from './layout'
import {
  BALANCE,
  CODE_HASH,
  CONTRACT,
  copy32,
  endOf,
  KEY_DIGITS,
  keyOf,
  nibble,
  NONCE,
  presentOf,
  REFERENCE_SIZE,
  referencesOf,
  STORAGE_ROOT,
  VALUE,
} from './node'

// One node at a time is encoded into one place. Content is copied in whole words, the rest of which the next item overwrites.

/** Where the content of a node begins: before it is room for a list header, of at most three bytes. */
const CONTENT: usize = ENCODING + 8
/** Where the node that was encoded last begins. */
let start: usize = 0

/** The hash of no bytes. */
// prettier-ignore
export const EMPTY_CODE: usize = memory.data<u8>([
  0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c, 0x92, 0x7e, 0x7d, 0xb2, 0xdc, 0xc7, 0x03, 0xc0,
  0xe5, 0x00, 0xb6, 0x53, 0xca, 0x82, 0x27, 0x3b, 0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70,
])
/** The root of a trie without entries. */
// prettier-ignore
export const EMPTY_ROOT: usize = memory.data<u8>([
  0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e,
  0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c, 0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21,
])

/** Puts the list header before a content; gives the end of the node. */
function close(end: usize): usize {
  const size = <u32>(end - CONTENT)
  if (size < 56) {
    start = CONTENT - 1
    store<u8>(start, 0xc0 + size)
  } else if (size < 256) {
    start = CONTENT - 2
    store<u16>(start, 0xf8 | (size << 8))
  } else {
    start = CONTENT - 3
    store<u8>(start, 0xf9)
    store<u16>(start, bswap<u16>(<u16>size), 1)
  }
  return end
}

/** The nibbles of a leaf's key from `depth` on, in hex-prefix form, as a string; gives its end. */
function writeLeafPath(key: usize, depth: u32): usize {
  const rest: usize = 32 - <usize>((depth + 1) >> 1)
  let out = CONTENT
  if (rest) store<u8>(out++, 0x80 + 1 + rest)
  store<u8>(out, depth & 1 ? 0x30 | nibble(key, depth) : 0x20)
  copy32(out + 1, key + 32 - rest)
  return out + 1 + rest
}

/** A number without leading zeros, as a string; it stands at NUMBER in 32 bytes, of which `size` count. */
function writeNumber(out: usize, size: usize): usize {
  const from = NUMBER + 32 - size
  if (size == 1 && load<u8>(from) < 0x80) {
    store<u8>(out, load<u8>(from))
    return out + 1
  }
  store<u8>(out, 0x80 + size)
  copy32(out + 1, from)
  return out + 1 + size
}


@inline
function bytesOf(limb: u64): usize {
  return (71 - <usize>clz<u64>(limb)) >> 3
}


@inline
function writeHash(out: usize, hash: usize): usize {
  store<u8>(out, 0xa0)
  copy32(out + 1, hash)
  return out + 33
}

/** The storage root of its contract is valid. */
export function encodeAccount(leaf: usize, depth: u32): usize {
  const value = writeLeafPath(keyOf(leaf), depth)
  const nonce = load<u64>(leaf, NONCE)
  store<u64>(NUMBER, bswap<u64>(nonce), 24)
  let out = writeNumber(value + 4, bytesOf(nonce))
  const a = load<u64>(leaf, BALANCE)
  const b = load<u64>(leaf, BALANCE + 8)
  const c = load<u64>(leaf, BALANCE + 16)
  const d = load<u64>(leaf, BALANCE + 24)
  store<u64>(NUMBER, bswap<u64>(d))
  store<u64>(NUMBER, bswap<u64>(c), 8)
  store<u64>(NUMBER, bswap<u64>(b), 16)
  store<u64>(NUMBER, bswap<u64>(a), 24)
  out = writeNumber(out, d ? 24 + bytesOf(d) : c ? 16 + bytesOf(c) : b ? 8 + bytesOf(b) : bytesOf(a))
  const contract = <usize>load<u32>(leaf, CONTRACT)
  out = writeHash(out, contract ? contract + STORAGE_ROOT : EMPTY_ROOT)
  out = writeHash(out, contract ? contract + CODE_HASH : EMPTY_CODE)
  // Two hashes alone take 66 bytes, so that both headers have a byte of length.
  store<u16>(value, 0xb8 | ((<u32>(out - value - 2)) << 8))
  store<u16>(value, 0xf8 | ((<u32>(out - value - 4)) << 8), 2)
  return close(out)
}

/** Its value is a string that is encoded twice: in its trie, and in the leaf. */
export function encodeSlot(leaf: usize, depth: u32): usize {
  const path = writeLeafPath(keyOf(leaf), depth)
  copy32(NUMBER, leaf + VALUE)
  let zeros: usize = 0
  while (!load<u8>(NUMBER + zeros)) zeros++
  const end = writeNumber(path + 1, 32 - zeros)
  if (end - path == 2) {
    // Below 0x80, so that it is its own encoding, once as twice.
    store<u8>(path, load<u8>(path + 1))
    return close(path + 1)
  }
  store<u8>(path, 0x80 + (end - path - 1))
  return close(end)
}

/** All its references are valid. */
export function encodeBranch(branch: usize): usize {
  const present = presentOf(branch)
  let from = referencesOf(branch)
  let out = CONTENT
  for (let digit: u32 = 0; digit < 16; digit++) {
    if (present & (1 << digit)) {
      out = writeReference(out, from)
      from += REFERENCE_SIZE
    } else {
      store<u8>(out++, 0x80)
    }
  }
  store<u8>(out, 0x80)
  return close(out + 1)
}


@inline
function writeReference(out: usize, from: usize): usize {
  const first = <usize>load<u8>(from)
  store<u8>(out, first)
  copy32(out + 1, from + 1)
  return out + (first == 0xa0 ? REFERENCE_SIZE : first - 0xbf)
}

/** `reference` is that of its child. */
export function encodeExtension(extension: usize, depth: u32, reference: usize): usize {
  const key = keyOf(extension)
  const end = endOf(extension)
  const count = end - depth
  let out = CONTENT
  if (count > 1) store<u8>(out++, 0x81 + (count >> 1))
  let index = depth
  store<u8>(out++, count & 1 ? 0x10 | nibble(key, index++) : 0)
  for (; index < end; index += 2) store<u8>(out++, (nibble(key, index) << 4) | nibble(key, index + 1))
  return close(writeReference(out, reference))
}

/** Writes the reference of the node that was encoded last, which ends at `end`. */
export function storeReference(out: usize, end: usize): void {
  const size = end - start
  if (size >= 32) {
    store<u8>(out, 0xa0)
    keccak256(out + 1, start, <u32>size)
  } else {
    memory.copy(out, start, size)
  }
}

export function storeHash(out: usize, end: usize): void {
  keccak256(out, start, <u32>(end - start))
}
