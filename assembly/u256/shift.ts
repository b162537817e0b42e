import { shiftLeftWith, shiftRightWith } from './limb'
import { fitsU64 } from './word'

/** out = x << n, for any n ≥ 0. */
export function shlBy(out: usize, x: usize, n: i32): void {
  const bits = <u64>(n & 63)
  const x0 = load<u64>(x, 0)
  if (n < 64) {
    const x1 = load<u64>(x, 8)
    const x2 = load<u64>(x, 16)
    const r3 = shiftLeftWith(load<u64>(x, 24), x2, bits)
    store<u64>(out, x0 << bits, 0)
    store<u64>(out, shiftLeftWith(x1, x0, bits), 8)
    store<u64>(out, shiftLeftWith(x2, x1, bits), 16)
    store<u64>(out, r3, 24)
    return
  }
  let r1: u64 = 0
  let r2: u64 = 0
  let r3: u64 = 0
  if (n < 128) {
    const x1 = load<u64>(x, 8)
    r1 = x0 << bits
    r2 = shiftLeftWith(x1, x0, bits)
    r3 = shiftLeftWith(load<u64>(x, 16), x1, bits)
  } else if (n < 192) {
    const x1 = load<u64>(x, 8)
    r2 = x0 << bits
    r3 = shiftLeftWith(x1, x0, bits)
  } else if (n < 256) {
    r3 = x0 << bits
  }
  store<u64>(out, 0, 0)
  store<u64>(out, r1, 8)
  store<u64>(out, r2, 16)
  store<u64>(out, r3, 24)
}

/** out = x >> n with copies of `fill` (0 or all ones) coming in from above, for any n ≥ 0. */
// @ts-ignore: decorator
@inline
function shiftRightBy(out: usize, x: usize, n: i32, fill: u64): void {
  const bits = <u64>(n & 63)
  const x3 = load<u64>(x, 24)
  if (n < 64) {
    const x1 = load<u64>(x, 8)
    const x2 = load<u64>(x, 16)
    const r0 = shiftRightWith(load<u64>(x, 0), x1, bits)
    store<u64>(out, r0, 0)
    store<u64>(out, shiftRightWith(x1, x2, bits), 8)
    store<u64>(out, shiftRightWith(x2, x3, bits), 16)
    store<u64>(out, shiftRightWith(x3, fill, bits), 24)
    return
  }
  let r0 = fill
  let r1 = fill
  let r2 = fill
  if (n < 128) {
    const x2 = load<u64>(x, 16)
    r0 = shiftRightWith(load<u64>(x, 8), x2, bits)
    r1 = shiftRightWith(x2, x3, bits)
    r2 = shiftRightWith(x3, fill, bits)
  } else if (n < 192) {
    r0 = shiftRightWith(load<u64>(x, 16), x3, bits)
    r1 = shiftRightWith(x3, fill, bits)
  } else if (n < 256) {
    r0 = shiftRightWith(x3, fill, bits)
  }
  store<u64>(out, r0, 0)
  store<u64>(out, r1, 8)
  store<u64>(out, r2, 16)
  store<u64>(out, fill, 24)
}

/** out = x >> n, for any n ≥ 0. */
export function shrBy(out: usize, x: usize, n: i32): void {
  shiftRightBy(out, x, n, 0)
}

/** out = x >> n keeping the sign, for any n ≥ 0. */
export function sarBy(out: usize, x: usize, n: i32): void {
  shiftRightBy(out, x, n, <u64>(load<i64>(x, 24) >> 63))
}

/** A shift distance as a word: anything from 256 on is the same distance. */
// @ts-ignore: decorator
@inline
function distance(shift: usize): i32 {
  const n = load<u64>(shift, 0)
  return fitsU64(shift) && n < 256 ? <i32>n : 256
}

// @ts-ignore: decorator
@inline
export function shl(out: usize, shift: usize, x: usize): void {
  shlBy(out, x, distance(shift))
}

// @ts-ignore: decorator
@inline
export function shr(out: usize, shift: usize, x: usize): void {
  shrBy(out, x, distance(shift))
}

// @ts-ignore: decorator
@inline
export function sar(out: usize, shift: usize, x: usize): void {
  sarBy(out, x, distance(shift))
}
