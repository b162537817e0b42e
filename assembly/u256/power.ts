import { scratch } from '../runtime/scratch'
import { sub } from './add'
import { bitLength } from './bits'
import { mul, square } from './multiply'
import { shlBy, shrBy } from './shift'
import { copy, setU64, zero } from './word'

/** Scratch: words, since out may stand where an operand is. */
const POWER: usize = 0
const FACTOR: usize = 32
const HIGH: usize = 64
const SHIFTED: usize = 96
const PAIRS: usize = 128
const LESS: usize = 160

/** 3 · THIRD = 1 modulo 2^64. */
const THIRD: u64 = 0xaaaa_aaaa_aaaa_aaab

/** out = base ^ exponent mod 2^256; 0 ^ 0 is 1. */
export function exp(out: usize, base: usize, exponent: usize): void {
  const bits = bitLength(exponent)
  if (bits == 0) {
    setU64(out, 1)
    return
  }
  const twos = trailingZeros(base)
  if (twos > 0) {
    // Of an even base to the 256th power nothing is left below 2^256; a power of two is a shift.
    const shift = load<u64>(exponent) * twos
    if (bits > 8 || shift >= 256) {
      zero(out)
      return
    }
    if (bitLength(base) == <i32>twos + 1) {
      setU64(out, 1)
      shlBy(out, out, <i32>shift)
      return
    }
  }
  if (bits <= 64) powerOfAny(out, base, load<u64>(exponent), bits)
  else powerOfOdd(out, base, exponent)
}

/** Trailing zero bits; 256 for zero. */
function trailingZeros(a: usize): u64 {
  let limb = load<u64>(a, 0)
  if (limb != 0) return ctz(limb)
  limb = load<u64>(a, 8)
  if (limb != 0) return 64 + ctz(limb)
  limb = load<u64>(a, 16)
  if (limb != 0) return 128 + ctz(limb)
  limb = load<u64>(a, 24)
  return limb != 0 ? 192 + ctz(limb) : 256
}

/** An exponent of `bits` bits: from the second highest down, square and multiply. */
function powerOfAny(out: usize, base: usize, exponent: u64, bits: i32): void {
  const factor = scratch + FACTOR
  const power = scratch + POWER
  copy(factor, base)
  copy(power, base)
  for (let i = bits - 2; i >= 0; --i) {
    square(power, power)
    if ((exponent >> i) & 1) mul(power, power, factor)
  }
  copy(out, power)
}

/**
 * An odd base to a long exponent, h·2^62 + l. Any odd number to the power 2^62 is 1 + u with u a multiple of 2^64, so u⁴ vanishes
 * and (1 + u)^h = 1 + h·u + C(h, 2)·u² + C(h, 3)·u³: all bits of h together cost four products instead of 194 squares.
 */
function powerOfOdd(out: usize, base: usize, exponent: usize): void {
  const l = load<u64>(exponent)
  const h = scratch + HIGH
  const factor = scratch + FACTOR
  const power = scratch + POWER
  shrBy(h, exponent, 62)
  copy(factor, base)
  setU64(power, 1)
  for (let i = 0; i < 62; ++i) {
    if ((l >> i) & 1) mul(power, power, factor)
    square(factor, factor)
  }
  raiseNearOne(factor, h)
  mul(out, power, factor)
}

/** a = a^h for a = 1 + 2^64·t and h > 1. With x = C(h, 2)·t² + 2^64·C(h, 3)·t³ that is 1 + 2^64·(h·t + 2^64·x). */
function raiseNearOne(a: usize, h: usize): void {
  const t = scratch + SHIFTED
  const t0 = load<u64>(a, 8)
  store<u64>(t, t0, 0)
  store<u64>(t, load<u64>(a, 16), 8)
  store<u64>(t, load<u64>(a, 24), 16)
  store<u64>(t, 0, 24)

  const pairs = scratch + PAIRS
  choosePairs(pairs, h)
  const triples = load<u64>(pairs) * (load<u64>(h) - 2) * THIRD
  square(a, t)
  mul(a, a, pairs)
  const x0 = load<u64>(a, 0)
  const x1 = load<u64>(a, 8) + triples * t0 * t0 * t0

  mul(t, t, h)
  const y1 = load<u64>(t, 8) + x0
  store<u64>(a, 1, 0)
  store<u64>(a, load<u64>(t, 0), 8)
  store<u64>(a, y1, 16)
  store<u64>(a, load<u64>(t, 16) + x1 + u64(y1 < x0), 24)
}

/** out = h·(h − 1) / 2: the even one is halved before they are multiplied. */
function choosePairs(out: usize, h: usize): void {
  const even = (load<u64>(h) & 1) == 0
  const less = scratch + LESS
  setU64(out, 1)
  sub(less, h, out)
  if (even) shrBy(out, h, 1)
  else shrBy(less, less, 1)
  mul(out, even ? out : h, less)
}
