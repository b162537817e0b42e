/**
 * Products. Columns first, without a carry: a column is an i64 and takes what element.ts allows. Then one pass of carries from
 * the middle up, one fold of everything above bit 261, one pass from the bottom up, and one fold of what is above bit 256.
 *
 * Measured for V8 on one core: 20 ns for a product and 16 for a square; four limbs of 64 bits, whose products
 * WebAssembly has to put together from halves, take 20 ns for the product alone, before any reduction. Karatsuba's 66
 * multiplications instead of 81 take 23 ns: here additions and moves cost as much as they do.
 */
import { FOLD_0, FOLD_1, LIMB, LIMB_BITS, TOP, TOP_BITS } from './element'

/** 2^261 mod p = 31264 + 2^8 × 2^29: limb i + 9 comes back at limbs i and i + 1. */
const FOLD_261: i64 = FOLD_0 << 5
const FOLD_261_SHIFT: i64 = 8

/** Limb 17 would come back at limbs 8 and 9, and from 9 at 0 and 1. */
const FOLD_17_0: i64 = FOLD_261 << FOLD_261_SHIFT
const FOLD_17_1: i64 = 2 * FOLD_261_SHIFT

// @ts-ignore: decorator
@inline
export function reduce(
  out: usize,
  c0: i64,
  c1: i64,
  c2: i64,
  c3: i64,
  c4: i64,
  c5: i64,
  c6: i64,
  c7: i64,
  c8: i64,
  c9: i64,
  c10: i64,
  c11: i64,
  c12: i64,
  c13: i64,
  c14: i64,
  c15: i64,
  c16: i64,
): void {
  c9 += c8 >> LIMB_BITS
  c8 &= LIMB
  c10 += c9 >> LIMB_BITS
  c9 &= LIMB
  c11 += c10 >> LIMB_BITS
  c10 &= LIMB
  c12 += c11 >> LIMB_BITS
  c11 &= LIMB
  c13 += c12 >> LIMB_BITS
  c12 &= LIMB
  c14 += c13 >> LIMB_BITS
  c13 &= LIMB
  c15 += c14 >> LIMB_BITS
  c14 &= LIMB
  c16 += c15 >> LIMB_BITS
  c15 &= LIMB
  const c17 = c16 >> LIMB_BITS
  c16 &= LIMB

  c0 += c9 * FOLD_261 + c17 * FOLD_17_0
  c1 += c10 * FOLD_261 + (c9 << FOLD_261_SHIFT) + (c17 << FOLD_17_1) + (c0 >> LIMB_BITS)
  c2 += c11 * FOLD_261 + (c10 << FOLD_261_SHIFT) + (c1 >> LIMB_BITS)
  c3 += c12 * FOLD_261 + (c11 << FOLD_261_SHIFT) + (c2 >> LIMB_BITS)
  c4 += c13 * FOLD_261 + (c12 << FOLD_261_SHIFT) + (c3 >> LIMB_BITS)
  c5 += c14 * FOLD_261 + (c13 << FOLD_261_SHIFT) + (c4 >> LIMB_BITS)
  c6 += c15 * FOLD_261 + (c14 << FOLD_261_SHIFT) + (c5 >> LIMB_BITS)
  c7 += c16 * FOLD_261 + (c15 << FOLD_261_SHIFT) + (c6 >> LIMB_BITS)
  c8 += c17 * FOLD_261 + (c16 << FOLD_261_SHIFT) + (c7 >> LIMB_BITS)

  // At most 2^15 in size, so that limbs 0 and 1 leave their 29 bits by no more than 2^25.
  const above = c8 >> TOP_BITS
  store<i32>(out, <i32>((c0 & LIMB) + above * FOLD_0), 0)
  store<i32>(out, <i32>((c1 & LIMB) + (above << FOLD_1)), 4)
  store<i32>(out, <i32>(c2 & LIMB), 8)
  store<i32>(out, <i32>(c3 & LIMB), 12)
  store<i32>(out, <i32>(c4 & LIMB), 16)
  store<i32>(out, <i32>(c5 & LIMB), 20)
  store<i32>(out, <i32>(c6 & LIMB), 24)
  store<i32>(out, <i32>(c7 & LIMB), 28)
  store<i32>(out, <i32>(c8 & TOP), 32)
}

/** out = a b; every operand may be the destination, here and below. */
export function multiply(out: usize, a: usize, b: usize): void {
  const a0: i64 = load<i32>(a, 0)
  const a1: i64 = load<i32>(a, 4)
  const a2: i64 = load<i32>(a, 8)
  const a3: i64 = load<i32>(a, 12)
  const a4: i64 = load<i32>(a, 16)
  const a5: i64 = load<i32>(a, 20)
  const a6: i64 = load<i32>(a, 24)
  const a7: i64 = load<i32>(a, 28)
  const a8: i64 = load<i32>(a, 32)
  const b0: i64 = load<i32>(b, 0)
  const b1: i64 = load<i32>(b, 4)
  const b2: i64 = load<i32>(b, 8)
  const b3: i64 = load<i32>(b, 12)
  const b4: i64 = load<i32>(b, 16)
  const b5: i64 = load<i32>(b, 20)
  const b6: i64 = load<i32>(b, 24)
  const b7: i64 = load<i32>(b, 28)
  const b8: i64 = load<i32>(b, 32)
  const c0 = a0 * b0
  const c1 = a0 * b1 + a1 * b0
  const c2 = a0 * b2 + a1 * b1 + a2 * b0
  const c3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0
  const c4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0
  const c5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0
  const c6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0
  const c7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0
  const c8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0
  const c9 = a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1
  const c10 = a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2
  const c11 = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3
  const c12 = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4
  const c13 = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5
  const c14 = a6 * b8 + a7 * b7 + a8 * b6
  const c15 = a7 * b8 + a8 * b7
  const c16 = a8 * b8
  reduce(out, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16)
}

/** out = a b - c d, reduced once: the products of the weights add up. */
export function multiplyDifference(out: usize, a: usize, b: usize, c: usize, d: usize): void {
  const a0: i64 = load<i32>(a, 0)
  const a1: i64 = load<i32>(a, 4)
  const a2: i64 = load<i32>(a, 8)
  const a3: i64 = load<i32>(a, 12)
  const a4: i64 = load<i32>(a, 16)
  const a5: i64 = load<i32>(a, 20)
  const a6: i64 = load<i32>(a, 24)
  const a7: i64 = load<i32>(a, 28)
  const a8: i64 = load<i32>(a, 32)
  const b0: i64 = load<i32>(b, 0)
  const b1: i64 = load<i32>(b, 4)
  const b2: i64 = load<i32>(b, 8)
  const b3: i64 = load<i32>(b, 12)
  const b4: i64 = load<i32>(b, 16)
  const b5: i64 = load<i32>(b, 20)
  const b6: i64 = load<i32>(b, 24)
  const b7: i64 = load<i32>(b, 28)
  const b8: i64 = load<i32>(b, 32)
  let c0 = a0 * b0
  let c1 = a0 * b1 + a1 * b0
  let c2 = a0 * b2 + a1 * b1 + a2 * b0
  let c3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0
  let c4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0
  let c5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0
  let c6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0
  let c7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0
  let c8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0
  let c9 = a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1
  let c10 = a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2
  let c11 = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3
  let c12 = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4
  let c13 = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5
  let c14 = a6 * b8 + a7 * b7 + a8 * b6
  let c15 = a7 * b8 + a8 * b7
  let c16 = a8 * b8
  const m0: i64 = load<i32>(c, 0)
  const m1: i64 = load<i32>(c, 4)
  const m2: i64 = load<i32>(c, 8)
  const m3: i64 = load<i32>(c, 12)
  const m4: i64 = load<i32>(c, 16)
  const m5: i64 = load<i32>(c, 20)
  const m6: i64 = load<i32>(c, 24)
  const m7: i64 = load<i32>(c, 28)
  const m8: i64 = load<i32>(c, 32)
  const d0: i64 = load<i32>(d, 0)
  const d1: i64 = load<i32>(d, 4)
  const d2: i64 = load<i32>(d, 8)
  const d3: i64 = load<i32>(d, 12)
  const d4: i64 = load<i32>(d, 16)
  const d5: i64 = load<i32>(d, 20)
  const d6: i64 = load<i32>(d, 24)
  const d7: i64 = load<i32>(d, 28)
  const d8: i64 = load<i32>(d, 32)
  c0 -= m0 * d0
  c1 -= m0 * d1 + m1 * d0
  c2 -= m0 * d2 + m1 * d1 + m2 * d0
  c3 -= m0 * d3 + m1 * d2 + m2 * d1 + m3 * d0
  c4 -= m0 * d4 + m1 * d3 + m2 * d2 + m3 * d1 + m4 * d0
  c5 -= m0 * d5 + m1 * d4 + m2 * d3 + m3 * d2 + m4 * d1 + m5 * d0
  c6 -= m0 * d6 + m1 * d5 + m2 * d4 + m3 * d3 + m4 * d2 + m5 * d1 + m6 * d0
  c7 -= m0 * d7 + m1 * d6 + m2 * d5 + m3 * d4 + m4 * d3 + m5 * d2 + m6 * d1 + m7 * d0
  c8 -= m0 * d8 + m1 * d7 + m2 * d6 + m3 * d5 + m4 * d4 + m5 * d3 + m6 * d2 + m7 * d1 + m8 * d0
  c9 -= m1 * d8 + m2 * d7 + m3 * d6 + m4 * d5 + m5 * d4 + m6 * d3 + m7 * d2 + m8 * d1
  c10 -= m2 * d8 + m3 * d7 + m4 * d6 + m5 * d5 + m6 * d4 + m7 * d3 + m8 * d2
  c11 -= m3 * d8 + m4 * d7 + m5 * d6 + m6 * d5 + m7 * d4 + m8 * d3
  c12 -= m4 * d8 + m5 * d7 + m6 * d6 + m7 * d5 + m8 * d4
  c13 -= m5 * d8 + m6 * d7 + m7 * d6 + m8 * d5
  c14 -= m6 * d8 + m7 * d7 + m8 * d6
  c15 -= m7 * d8 + m8 * d7
  c16 -= m8 * d8
  reduce(out, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16)
}
