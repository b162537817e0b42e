import { reduce } from './multiply'

/** out = factor × a²; the factor counts as weight. */
// @ts-ignore: decorator
@inline
function squareTimes(out: usize, a: usize, factor: i64): void {
  const a0: i64 = load<i32>(a, 0)
  const a1: i64 = load<i32>(a, 4)
  const a2: i64 = load<i32>(a, 8)
  const a3: i64 = load<i32>(a, 12)
  const a4: i64 = load<i32>(a, 16)
  const a5: i64 = load<i32>(a, 20)
  const a6: i64 = load<i32>(a, 24)
  const a7: i64 = load<i32>(a, 28)
  const a8: i64 = load<i32>(a, 32)
  const s0 = a0 * factor
  const s1 = a1 * factor
  const s2 = a2 * factor
  const s3 = a3 * factor
  const s4 = a4 * factor
  const s5 = a5 * factor
  const s6 = a6 * factor
  const s7 = a7 * factor
  const s8 = a8 * factor
  const t0 = s0 << 1
  const t1 = s1 << 1
  const t2 = s2 << 1
  const t3 = s3 << 1
  const t4 = s4 << 1
  const t5 = s5 << 1
  const t6 = s6 << 1
  const t7 = s7 << 1
  const c0 = s0 * a0
  const c1 = t0 * a1
  const c2 = t0 * a2 + s1 * a1
  const c3 = t0 * a3 + t1 * a2
  const c4 = t0 * a4 + t1 * a3 + s2 * a2
  const c5 = t0 * a5 + t1 * a4 + t2 * a3
  const c6 = t0 * a6 + t1 * a5 + t2 * a4 + s3 * a3
  const c7 = t0 * a7 + t1 * a6 + t2 * a5 + t3 * a4
  const c8 = t0 * a8 + t1 * a7 + t2 * a6 + t3 * a5 + s4 * a4
  const c9 = t1 * a8 + t2 * a7 + t3 * a6 + t4 * a5
  const c10 = t2 * a8 + t3 * a7 + t4 * a6 + s5 * a5
  const c11 = t3 * a8 + t4 * a7 + t5 * a6
  const c12 = t4 * a8 + t5 * a7 + s6 * a6
  const c13 = t5 * a8 + t6 * a7
  const c14 = t6 * a8 + s7 * a7
  const c15 = t7 * a8
  const c16 = s8 * a8
  reduce(out, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16)
}

export function square(out: usize, a: usize): void {
  squareTimes(out, a, 1)
}

export function squareTwice(out: usize, a: usize): void {
  squareTimes(out, a, 2)
}

export function squareThrice(out: usize, a: usize): void {
  squareTimes(out, a, 3)
}

/** out = a² - b, reduced once; the weight of b does not matter. */
export function squareLess(out: usize, a: usize, b: usize): void {
  const a0: i64 = load<i32>(a, 0)
  const a1: i64 = load<i32>(a, 4)
  const a2: i64 = load<i32>(a, 8)
  const a3: i64 = load<i32>(a, 12)
  const a4: i64 = load<i32>(a, 16)
  const a5: i64 = load<i32>(a, 20)
  const a6: i64 = load<i32>(a, 24)
  const a7: i64 = load<i32>(a, 28)
  const a8: i64 = load<i32>(a, 32)
  const t0 = a0 << 1
  const t1 = a1 << 1
  const t2 = a2 << 1
  const t3 = a3 << 1
  const t4 = a4 << 1
  const t5 = a5 << 1
  const t6 = a6 << 1
  const t7 = a7 << 1
  const c0 = a0 * a0 - load<i32>(b, 0)
  const c1 = t0 * a1 - load<i32>(b, 4)
  const c2 = t0 * a2 + a1 * a1 - load<i32>(b, 8)
  const c3 = t0 * a3 + t1 * a2 - load<i32>(b, 12)
  const c4 = t0 * a4 + t1 * a3 + a2 * a2 - load<i32>(b, 16)
  const c5 = t0 * a5 + t1 * a4 + t2 * a3 - load<i32>(b, 20)
  const c6 = t0 * a6 + t1 * a5 + t2 * a4 + a3 * a3 - load<i32>(b, 24)
  const c7 = t0 * a7 + t1 * a6 + t2 * a5 + t3 * a4 - load<i32>(b, 28)
  const c8 = t0 * a8 + t1 * a7 + t2 * a6 + t3 * a5 + a4 * a4 - load<i32>(b, 32)
  const c9 = t1 * a8 + t2 * a7 + t3 * a6 + t4 * a5
  const c10 = t2 * a8 + t3 * a7 + t4 * a6 + a5 * a5
  const c11 = t3 * a8 + t4 * a7 + t5 * a6
  const c12 = t4 * a8 + t5 * a7 + a6 * a6
  const c13 = t5 * a8 + t6 * a7
  const c14 = t6 * a8 + a7 * a7
  const c15 = t7 * a8
  const c16 = a8 * a8
  reduce(out, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16)
}

/** out = a b - 2 c², reduced once: the products of the weights add up. */
export function multiplyLessSquareTwice(out: usize, a: usize, b: usize, c: usize): void {
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
  const s0 = m0 << 1
  const s1 = m1 << 1
  const s2 = m2 << 1
  const s3 = m3 << 1
  const s4 = m4 << 1
  const s5 = m5 << 1
  const s6 = m6 << 1
  const s7 = m7 << 1
  const s8 = m8 << 1
  const t0 = m0 << 2
  const t1 = m1 << 2
  const t2 = m2 << 2
  const t3 = m3 << 2
  const t4 = m4 << 2
  const t5 = m5 << 2
  const t6 = m6 << 2
  const t7 = m7 << 2
  c0 -= s0 * m0
  c1 -= t0 * m1
  c2 -= t0 * m2 + s1 * m1
  c3 -= t0 * m3 + t1 * m2
  c4 -= t0 * m4 + t1 * m3 + s2 * m2
  c5 -= t0 * m5 + t1 * m4 + t2 * m3
  c6 -= t0 * m6 + t1 * m5 + t2 * m4 + s3 * m3
  c7 -= t0 * m7 + t1 * m6 + t2 * m5 + t3 * m4
  c8 -= t0 * m8 + t1 * m7 + t2 * m6 + t3 * m5 + s4 * m4
  c9 -= t1 * m8 + t2 * m7 + t3 * m6 + t4 * m5
  c10 -= t2 * m8 + t3 * m7 + t4 * m6 + s5 * m5
  c11 -= t3 * m8 + t4 * m7 + t5 * m6
  c12 -= t4 * m8 + t5 * m7 + s6 * m6
  c13 -= t5 * m8 + t6 * m7
  c14 -= t6 * m8 + s7 * m7
  c15 -= t7 * m8
  c16 -= s8 * m8
  reduce(out, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16)
}
