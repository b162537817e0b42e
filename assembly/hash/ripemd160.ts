import { scratch } from '../runtime/scratch'

const BLOCK: u32 = 64

/** Where the length field starts in the last block. */
const LENGTH_FIELD: u32 = 56

/** Scratch: the chaining value, then the padded block. */
const PADDED: usize = 32

/** 80 steps: for the left line the message word (its offset in bytes) and the rotation, then the same for the right line. */
// prettier-ignore
const STEPS: usize = memory.data<u8>([
  0, 11, 20, 8,  4, 14, 56, 9,  8, 15, 28, 9,  12, 12, 0, 11,
  16, 5, 36, 13,  20, 8, 8, 15,  24, 7, 44, 15,  28, 9, 16, 5,
  32, 11, 52, 7,  36, 13, 24, 7,  40, 14, 60, 8,  44, 15, 32, 11,
  48, 6, 4, 14,  52, 7, 40, 14,  56, 9, 12, 12,  60, 8, 48, 6,
  28, 7, 24, 9,  16, 6, 44, 13,  52, 8, 12, 15,  4, 13, 28, 7,
  40, 11, 0, 12,  24, 9, 52, 8,  60, 7, 20, 9,  12, 15, 40, 11,
  48, 7, 56, 7,  0, 12, 60, 7,  36, 15, 32, 12,  20, 9, 48, 7,
  8, 11, 16, 6,  56, 7, 36, 15,  44, 13, 4, 13,  32, 12, 8, 11,
  12, 11, 60, 9,  40, 13, 20, 7,  56, 6, 4, 15,  16, 7, 12, 11,
  36, 14, 28, 8,  60, 9, 56, 6,  32, 13, 24, 6,  4, 15, 36, 14,
  8, 14, 44, 12,  28, 8, 32, 13,  0, 13, 48, 5,  24, 6, 8, 14,
  52, 5, 40, 13,  44, 12, 0, 13,  20, 7, 16, 7,  48, 5, 52, 5,
  4, 11, 32, 15,  36, 12, 24, 5,  44, 14, 16, 8,  40, 15, 4, 11,
  0, 14, 12, 14,  32, 15, 44, 14,  48, 9, 60, 6,  16, 8, 0, 14,
  52, 9, 20, 6,  12, 14, 48, 9,  28, 5, 8, 12,  60, 6, 52, 9,
  56, 8, 36, 12,  20, 6, 28, 5,  24, 5, 40, 15,  8, 12, 56, 8,
  16, 9, 48, 8,  0, 15, 60, 5,  20, 5, 40, 12,  36, 11, 16, 9,
  28, 6, 4, 12,  48, 8, 20, 5,  8, 13, 32, 14,  40, 12, 28, 6,
  56, 5, 24, 8,  4, 12, 8, 13,  12, 13, 52, 6,  32, 14, 56, 5,
  44, 11, 0, 15,  24, 8, 12, 13,  60, 5, 36, 11,  52, 6, 44, 11,
])

/** Bytes of STEPS that one round of 16 takes. */
const ROUND: usize = 16 * 4

/** RIPEMD-160; `out` gets 20 bytes and may overlap `data`. */
export function ripemd160(out: usize, data: usize, length: u32): void {
  const state = scratch
  store<u32>(state, 0x67452301)
  store<u32>(state, 0xefcdab89, 4)
  store<u32>(state, 0x98badcfe, 8)
  store<u32>(state, 0x10325476, 12)
  store<u32>(state, 0xc3d2e1f0, 16)

  let left = length
  for (; left >= BLOCK; left -= BLOCK) {
    compress(state, data)
    data += BLOCK
  }

  const padded = scratch + PADDED
  memory.copy(padded, data, left)
  memory.fill(padded + left, 0, BLOCK - left)
  store<u8>(padded + left, 0x80)
  if (left >= LENGTH_FIELD) {
    compress(state, padded)
    memory.fill(padded, 0, LENGTH_FIELD)
  }
  store<u64>(padded, (<u64>length) << 3, LENGTH_FIELD)
  compress(state, padded)

  memory.copy(out, state, 20)
}

function compress(state: usize, block: usize): void {
  const h0 = load<u32>(state)
  const h1 = load<u32>(state, 4)
  const h2 = load<u32>(state, 8)
  const h3 = load<u32>(state, 12)
  const h4 = load<u32>(state, 16)

  let a = h0
  let b = h1
  let c = h2
  let d = h3
  let e = h4
  let f = h0
  let g = h1
  let h = h2
  let i = h3
  let j = h4

  // The five rounds differ in their functions and constants alone; each line's are the other's in reverse order.
  let step = STEPS
  for (const end = step + ROUND; step < end; step += 4) {
    const left = rotl<u32>(a + parity(b, c, d) + load<u32>(block + load<u8>(step)), load<u8>(step, 1)) + e
    a = e
    e = d
    d = rotl<u32>(c, 10)
    c = b
    b = left
    const right =
      rotl<u32>(f + carry(g, h, i) + load<u32>(block + load<u8>(step, 2)) + 0x50a28be6, load<u8>(step, 3)) + j
    f = j
    j = i
    i = rotl<u32>(h, 10)
    h = g
    g = right
  }
  for (const end = step + ROUND; step < end; step += 4) {
    const left = rotl<u32>(a + choose(b, c, d) + load<u32>(block + load<u8>(step)) + 0x5a827999, load<u8>(step, 1)) + e
    a = e
    e = d
    d = rotl<u32>(c, 10)
    c = b
    b = left
    const right =
      rotl<u32>(f + select(g, h, i) + load<u32>(block + load<u8>(step, 2)) + 0x5c4dd124, load<u8>(step, 3)) + j
    f = j
    j = i
    i = rotl<u32>(h, 10)
    h = g
    g = right
  }
  for (const end = step + ROUND; step < end; step += 4) {
    const left = rotl<u32>(a + blend(b, c, d) + load<u32>(block + load<u8>(step)) + 0x6ed9eba1, load<u8>(step, 1)) + e
    a = e
    e = d
    d = rotl<u32>(c, 10)
    c = b
    b = left
    const right =
      rotl<u32>(f + blend(g, h, i) + load<u32>(block + load<u8>(step, 2)) + 0x6d703ef3, load<u8>(step, 3)) + j
    f = j
    j = i
    i = rotl<u32>(h, 10)
    h = g
    g = right
  }
  for (const end = step + ROUND; step < end; step += 4) {
    const left = rotl<u32>(a + select(b, c, d) + load<u32>(block + load<u8>(step)) + 0x8f1bbcdc, load<u8>(step, 1)) + e
    a = e
    e = d
    d = rotl<u32>(c, 10)
    c = b
    b = left
    const right =
      rotl<u32>(f + choose(g, h, i) + load<u32>(block + load<u8>(step, 2)) + 0x7a6d76e9, load<u8>(step, 3)) + j
    f = j
    j = i
    i = rotl<u32>(h, 10)
    h = g
    g = right
  }
  for (const end = step + ROUND; step < end; step += 4) {
    const left = rotl<u32>(a + carry(b, c, d) + load<u32>(block + load<u8>(step)) + 0xa953fd4e, load<u8>(step, 1)) + e
    a = e
    e = d
    d = rotl<u32>(c, 10)
    c = b
    b = left
    const right = rotl<u32>(f + parity(g, h, i) + load<u32>(block + load<u8>(step, 2)), load<u8>(step, 3)) + j
    f = j
    j = i
    i = rotl<u32>(h, 10)
    h = g
    g = right
  }

  store<u32>(state, h1 + c + i)
  store<u32>(state, h2 + d + j, 4)
  store<u32>(state, h3 + e + f, 8)
  store<u32>(state, h4 + a + g, 12)
  store<u32>(state, h0 + b + h, 16)
}


@inline
function parity(x: u32, y: u32, z: u32): u32 {
  return x ^ y ^ z
}


@inline
function choose(x: u32, y: u32, z: u32): u32 {
  return z ^ (x & (y ^ z))
}


@inline
function blend(x: u32, y: u32, z: u32): u32 {
  return (x | ~y) ^ z
}


@inline
function select(x: u32, y: u32, z: u32): u32 {
  return y ^ (z & (x ^ y))
}


@inline
function carry(x: u32, y: u32, z: u32): u32 {
  return x ^ (y | ~z)
}
