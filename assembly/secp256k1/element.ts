/**
 * Elements of the field of p = 2^256 - 2^32 - 977: nine signed limbs of 29 bits, least significant first, each an i32.
 *
 * Nine and 29 because eight products of two limbs, the most that meet in a column below the top, then add up to 2^61, and a
 * column of an i64 has room for three such sums before any carry is needed. Limbs have signs so that a difference is as small as
 * its operands.
 *
 * An element *weighs* w when its limbs are at most w × 2^29 in size (the two lowest an eighth more). What `multiply` and its
 * like put out weighs 1, so does a difference of two of these; a sum weighs the sum. They take products of weights up to 3.
 */
export const ELEMENT_SIZE: usize = 48
const LIMBS: usize = 9

export const LIMB_BITS: i64 = 29
export const LIMB: i64 = 0x1fff_ffff
/** The ninth limb starts at bit 232. */
export const TOP_BITS: i64 = 24
export const TOP: i64 = 0xff_ffff

/** 2^256 mod p is 2^32 + 977: at limb 0 and, 2^3 of it, at limb 1. */
export const FOLD_0: i64 = 977
export const FOLD_1: i64 = 3

// @ts-ignore: decorator
@inline
export function limb(a: usize, i: usize): i64 {
  return load<i32>(a + 4 * i)
}

// @ts-ignore: decorator
@inline
export function setLimb(a: usize, i: usize, value: i64): void {
  store<i32>(a + 4 * i, <i32>value)
}

export function copyElement(out: usize, a: usize): void {
  for (let i: usize = 0; i < LIMBS; i++) setLimb(out, i, limb(a, i))
}

export function setSmall(out: usize, value: i32): void {
  setLimb(out, 0, value)
  for (let i: usize = 1; i < LIMBS; i++) setLimb(out, i, 0)
}

/** From a 256-bit word of the core's format. */
export function fromWord(out: usize, word: usize): void {
  for (let i: usize = 0; i < LIMBS; i++) setLimb(out, i, <i64>bitsAt(word, 29 * i, LIMB_BITS))
}

/** To a 256-bit word; the element has to be normalized. */
export function toWord(word: usize, a: usize): void {
  for (let i: usize = 0; i < 4; i++) store<u64>(word + 8 * i, 0)
  for (let i: usize = 0; i < LIMBS; i++) {
    const at: usize = 29 * i
    const low = word + 8 * (at >> 6)
    const value = <u64>limb(a, i)
    store<u64>(low, load<u64>(low) | (value << (at & 63)))
    if ((at & 63) > 35) store<u64>(low, load<u64>(low, 8) | (value >> (64 - (at & 63))), 8)
  }
}

/** `count` (less than 64) bits of a word from bit `at` on; bits past its end are zero. */
export function bitsAt(word: usize, at: usize, count: u64): u64 {
  const i = at >> 6
  const shift = <u64>(at & 63)
  let bits = load<u64>(word + 8 * i) >> shift
  if (shift + count > 64 && i < 3) bits |= load<u64>(word + 8 * i, 8) << (64 - shift)
  return bits & (((<u64>1) << count) - 1)
}

// @ts-ignore: decorator
@inline
export function subtract(out: usize, a: usize, b: usize): void {
  store<i32>(out, load<i32>(a, 0) - load<i32>(b, 0), 0)
  store<i32>(out, load<i32>(a, 4) - load<i32>(b, 4), 4)
  store<i32>(out, load<i32>(a, 8) - load<i32>(b, 8), 8)
  store<i32>(out, load<i32>(a, 12) - load<i32>(b, 12), 12)
  store<i32>(out, load<i32>(a, 16) - load<i32>(b, 16), 16)
  store<i32>(out, load<i32>(a, 20) - load<i32>(b, 20), 20)
  store<i32>(out, load<i32>(a, 24) - load<i32>(b, 24), 24)
  store<i32>(out, load<i32>(a, 28) - load<i32>(b, 28), 28)
  store<i32>(out, load<i32>(a, 32) - load<i32>(b, 32), 32)
}

/** out = a + 2b */
// @ts-ignore: decorator
@inline
export function addTwice(out: usize, a: usize, b: usize): void {
  store<i32>(out, load<i32>(a, 0) + (load<i32>(b, 0) << 1), 0)
  store<i32>(out, load<i32>(a, 4) + (load<i32>(b, 4) << 1), 4)
  store<i32>(out, load<i32>(a, 8) + (load<i32>(b, 8) << 1), 8)
  store<i32>(out, load<i32>(a, 12) + (load<i32>(b, 12) << 1), 12)
  store<i32>(out, load<i32>(a, 16) + (load<i32>(b, 16) << 1), 16)
  store<i32>(out, load<i32>(a, 20) + (load<i32>(b, 20) << 1), 20)
  store<i32>(out, load<i32>(a, 24) + (load<i32>(b, 24) << 1), 24)
  store<i32>(out, load<i32>(a, 28) + (load<i32>(b, 28) << 1), 28)
  store<i32>(out, load<i32>(a, 32) + (load<i32>(b, 32) << 1), 32)
}

// @ts-ignore: decorator
@inline
export function twice(out: usize, a: usize): void {
  store<i32>(out, load<i32>(a, 0) << 1, 0)
  store<i32>(out, load<i32>(a, 4) << 1, 4)
  store<i32>(out, load<i32>(a, 8) << 1, 8)
  store<i32>(out, load<i32>(a, 12) << 1, 12)
  store<i32>(out, load<i32>(a, 16) << 1, 16)
  store<i32>(out, load<i32>(a, 20) << 1, 20)
  store<i32>(out, load<i32>(a, 24) << 1, 24)
  store<i32>(out, load<i32>(a, 28) << 1, 28)
  store<i32>(out, load<i32>(a, 32) << 1, 32)
}

export function negateElement(out: usize, a: usize): void {
  for (let i: usize = 0; i < LIMBS; i++) setLimb(out, i, -limb(a, i))
}

/** Makes it the one representation from 0 to p - 1. */
export function normalize(a: usize): void {
  let above: i64
  // Ends: what was above bit 256 comes back a factor of 2^223 smaller, and -1 turns into p less a little.
  do {
    let carry: i64 = 0
    for (let i: usize = 0; i < LIMBS - 1; i++) {
      carry += limb(a, i)
      setLimb(a, i, carry & LIMB)
      carry >>= LIMB_BITS
    }
    carry += limb(a, 8)
    above = carry >> TOP_BITS
    setLimb(a, 8, carry & TOP)
    setLimb(a, 0, limb(a, 0) + above * FOLD_0)
    setLimb(a, 1, limb(a, 1) + (above << FOLD_1))
  } while (above != 0)

  // p to 2^256 - 1: all limbs but the two lowest are full.
  if (limb(a, 8) != TOP) return
  for (let i: usize = 2; i < 8; i++) if (limb(a, i) != LIMB) return
  const excess =
    limb(a, 0) + FOLD_0 + ((limb(a, 1) + ((<i64>1) << FOLD_1)) << LIMB_BITS) - ((<i64>1) << (2 * LIMB_BITS))
  if (excess < 0) return
  setSmall(a, 0)
  setLimb(a, 0, excess & LIMB)
  setLimb(a, 1, excess >> LIMB_BITS)
}

/** Of a normalized element. */
export function isNormalZero(a: usize): bool {
  let any: i64 = 0
  for (let i: usize = 0; i < LIMBS; i++) any |= limb(a, i)
  return any == 0
}

/** False for almost every element that is not zero: k p for a small k is -977 k below bit 29. */
// @ts-ignore: decorator
@inline
export function mayBeZero(a: usize): bool {
  return ((limb(a, 0) + 8 * FOLD_0) & LIMB) <= 16 * FOLD_0
}
