import { mulHigh } from './limb'

/**
 * Reciprocals for division by multiplication (Möller and Granlund, "Improved division by invariant integers", 2011).
 *
 * WebAssembly divides 64 by 64 bits only, so the estimate comes from one f64 division. It is made to err low, by at most
 * 7 · 2^12, so that what is missing is a number of 15 bits and found by two small multiplications and one comparison.
 */

const HALF: u64 = 0xffff_ffff

/** 2^126 · (1 − 2^-51): four roundings below 2^126, more than the conversion and the division can add. */
const NUMERATOR: f64 = 85070591730234577976832412009139240960.0

/** The bits of the f64 2^63: an estimate lies in 2^63..2^64, where the 52 bits after the leading one are the mantissa. */
const ESTIMATE_MIN: i64 = 0x43e0_0000_0000_0000

// @ts-ignore: decorator
@inline
function estimate(d: u64): u64 {
  const above = reinterpret<i64>(NUMERATOR / <f64>(<i64>(d >> 1))) - ESTIMATE_MIN
  // Negative when d is next to 2^64: then the estimate is 0.
  return (<u64>(above & ~(above >> 63))) << 12
}

/** The divisor asked for last and its reciprocal: programs divide by the same scale or modulus again and again. */
let lastHigh: u64 = 0
let lastLow: u64 = 0
let lastReciprocal: u64 = 0

// @ts-ignore: decorator
@inline
export function isReciprocalKnown(d1: u64, d0: u64): bool {
  return d1 == lastHigh && d0 == lastLow
}

/** ⌊(2^192 − 1) / (d1·2^64 + d0)⌋ − 2^64 for d1 ≥ 2^63; with d0 = 0 it is the reciprocal of d1 alone. */
export function reciprocal(d1: u64, d0: u64): u64 {
  if (!isReciprocalKnown(d1, d0)) {
    lastReciprocal = d0 == 0 ? reciprocalOfOne(d1) : reciprocalOfTwo(d1, d0)
    lastHigh = d1
    lastLow = d0
  }
  return lastReciprocal
}

/** ⌊(2^128 − 1) / d⌋ − 2^64 for d ≥ 2^63. */
function reciprocalOfOne(d: u64): u64 {
  const v = estimate(d)
  // e = 2^128 − 1 − (2^64 + v)·d, from which (k or k + 1)·d is still to be taken
  const e0 = ~(v * d)
  const e1 = ~(mulHigh(v, d) + d)
  const top = (e1 << 32) | (e0 >> 32)
  const k = ((top + ((top * (v >> 48)) >> 16)) >> 32) + 1
  const p = k * (d & HALF)
  const t1 = (k * (d >> 32) + (p >> 32)) >> 32
  const t0 = k * d
  const above = u64(e1 < t1) | (u64(e1 == t1) & u64(e0 < t0))
  return v + k - above
}

/** ⌊(2^192 − 1) / (d1·2^64 + d0)⌋ − 2^64 for d1 ≥ 2^63. */
function reciprocalOfTwo(d1: u64, d0: u64): u64 {
  const v = estimate(d1)
  const l1 = v * d1
  const m1 = mulHigh(v, d0) + d0
  const s1 = m1 + l1
  const e0 = ~(v * d0)
  const e1 = ~s1
  const e2 = ~(mulHigh(v, d1) + d1 + u64(m1 < d0) + u64(s1 < l1))
  const top = (e2 << 32) | (e1 >> 32)
  const k = ((top + ((top * (v >> 48)) >> 16)) >> 32) + 1
  const p1 = k * (d0 >> 32) + ((k * (d0 & HALF)) >> 32)
  const p2 = k * (d1 & HALF) + (p1 >> 32)
  const p3 = k * (d1 >> 32) + (p2 >> 32)
  const t0 = k * d0
  const t1 = (p3 << 32) | (p2 & HALF)
  const t2 = p3 >> 32
  const above0 = u64(e0 < t0)
  const above1 = u64(e1 < t1) | (u64(e1 == t1) & above0)
  const above = u64(e2 < t2) | (u64(e2 == t2) & above1)
  return v + k - above
}
