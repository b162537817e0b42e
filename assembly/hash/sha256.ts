import { scratch } from '../runtime/scratch'

const BLOCK: u32 = 64

/** Where the length field starts in the last block. */
const LENGTH_FIELD: u32 = 56

/** Scratch: the chaining value, the schedule of 64 words, the padded block. */
const SCHEDULE: usize = 32
const PADDED: usize = SCHEDULE + 64 * 4

// prettier-ignore
const ROUND_CONSTANTS: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
])

/** SHA-256; `out` gets 32 bytes and may overlap `data`. */
export function sha256(out: usize, data: usize, length: u32): void {
  const state = scratch
  store<u32>(state, 0x6a09e667)
  store<u32>(state, 0xbb67ae85, 4)
  store<u32>(state, 0x3c6ef372, 8)
  store<u32>(state, 0xa54ff53a, 12)
  store<u32>(state, 0x510e527f, 16)
  store<u32>(state, 0x9b05688c, 20)
  store<u32>(state, 0x1f83d9ab, 24)
  store<u32>(state, 0x5be0cd19, 28)

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
  store<u64>(padded, bswap<u64>((<u64>length) << 3), LENGTH_FIELD)
  compress(state, padded)

  for (let at: usize = 0; at < 32; at += 4) store<u32>(out + at, bswap<u32>(load<u32>(state + at)))
}

/** Eight rounds per iteration: the working variables return to their places, so that none is moved. */
function compress(state: usize, block: usize): void {
  const schedule = scratch + SCHEDULE
  for (let at: usize = 0; at < 64; at += 4) store<u32>(schedule + at, bswap<u32>(load<u32>(block + at)))
  for (let word = schedule; word < schedule + 48 * 4; word += 4) {
    const w1 = load<u32>(word, 4)
    const w14 = load<u32>(word, 56)
    store<u32>(word, load<u32>(word) + smallSigma0(w1) + load<u32>(word, 36) + smallSigma1(w14), 64)
  }

  let a = load<u32>(state)
  let b = load<u32>(state, 4)
  let c = load<u32>(state, 8)
  let d = load<u32>(state, 12)
  let e = load<u32>(state, 16)
  let f = load<u32>(state, 20)
  let g = load<u32>(state, 24)
  let h = load<u32>(state, 28)
  for (let at: usize = 0; at < 256; at += 32) {
    h += bigSigma1(e) + choose(e, f, g) + load<u32>(ROUND_CONSTANTS + at, 0) + load<u32>(schedule + at, 0)
    d += h
    h += bigSigma0(a) + majority(a, b, c)
    g += bigSigma1(d) + choose(d, e, f) + load<u32>(ROUND_CONSTANTS + at, 4) + load<u32>(schedule + at, 4)
    c += g
    g += bigSigma0(h) + majority(h, a, b)
    f += bigSigma1(c) + choose(c, d, e) + load<u32>(ROUND_CONSTANTS + at, 8) + load<u32>(schedule + at, 8)
    b += f
    f += bigSigma0(g) + majority(g, h, a)
    e += bigSigma1(b) + choose(b, c, d) + load<u32>(ROUND_CONSTANTS + at, 12) + load<u32>(schedule + at, 12)
    a += e
    e += bigSigma0(f) + majority(f, g, h)
    d += bigSigma1(a) + choose(a, b, c) + load<u32>(ROUND_CONSTANTS + at, 16) + load<u32>(schedule + at, 16)
    h += d
    d += bigSigma0(e) + majority(e, f, g)
    c += bigSigma1(h) + choose(h, a, b) + load<u32>(ROUND_CONSTANTS + at, 20) + load<u32>(schedule + at, 20)
    g += c
    c += bigSigma0(d) + majority(d, e, f)
    b += bigSigma1(g) + choose(g, h, a) + load<u32>(ROUND_CONSTANTS + at, 24) + load<u32>(schedule + at, 24)
    f += b
    b += bigSigma0(c) + majority(c, d, e)
    a += bigSigma1(f) + choose(f, g, h) + load<u32>(ROUND_CONSTANTS + at, 28) + load<u32>(schedule + at, 28)
    e += a
    a += bigSigma0(b) + majority(b, c, d)
  }

  store<u32>(state, load<u32>(state) + a)
  store<u32>(state, load<u32>(state, 4) + b, 4)
  store<u32>(state, load<u32>(state, 8) + c, 8)
  store<u32>(state, load<u32>(state, 12) + d, 12)
  store<u32>(state, load<u32>(state, 16) + e, 16)
  store<u32>(state, load<u32>(state, 20) + f, 20)
  store<u32>(state, load<u32>(state, 24) + g, 24)
  store<u32>(state, load<u32>(state, 28) + h, 28)
}


@inline
function choose(x: u32, y: u32, z: u32): u32 {
  return z ^ (x & (y ^ z))
}


@inline
function majority(x: u32, y: u32, z: u32): u32 {
  return (x & y) | (z & (x | y))
}


@inline
function bigSigma0(x: u32): u32 {
  return rotr<u32>(x, 2) ^ rotr<u32>(x, 13) ^ rotr<u32>(x, 22)
}


@inline
function bigSigma1(x: u32): u32 {
  return rotr<u32>(x, 6) ^ rotr<u32>(x, 11) ^ rotr<u32>(x, 25)
}


@inline
function smallSigma0(x: u32): u32 {
  return rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3)
}


@inline
function smallSigma1(x: u32): u32 {
  return rotr<u32>(x, 17) ^ rotr<u32>(x, 19) ^ (x >> 10)
}
