import { mulHigh } from './limb'

/** out = a × b mod 2^256. Products of two limbs are by far the most frequent, so they stay inline. */
// @ts-ignore: decorator
@inline
export function mul(out: usize, a: usize, b: usize): void {
  const high =
    load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24) | load<u64>(b, 8) | load<u64>(b, 16) | load<u64>(b, 24)
  if (high == 0) {
    const a0 = load<u64>(a, 0)
    const b0 = load<u64>(b, 0)
    store<u64>(out, a0 * b0, 0)
    store<u64>(out, mulHigh(a0, b0), 8)
    store<u64>(out, 0, 16)
    store<u64>(out, 0, 24)
  } else {
    mulWords(out, a, b)
  }
}

/** The product of two numbers below 2^128: of the ten pairs of limbs only four are there. */
function mulHalves(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a, 0)
  const a1 = load<u64>(a, 8)
  const b0 = load<u64>(b, 0)
  const b1 = load<u64>(b, 8)
  const l01 = a0 * b1
  const l10 = a1 * b0
  const l11 = a1 * b1
  const s0 = mulHigh(a0, b0) + l01
  const s1 = s0 + l10
  const c1 = u64(s0 < l01) + u64(s1 < l10)
  const h01 = mulHigh(a0, b1)
  const t0 = mulHigh(a1, b0) + h01
  const t1 = t0 + l11
  // Beside a high limb, at most 2^64 − 2, these carries cannot overflow.
  const t2 = t1 + c1
  store<u64>(out, a0 * b0, 0)
  store<u64>(out, s1, 8)
  store<u64>(out, t2, 16)
  store<u64>(out, mulHigh(a1, b1) + u64(t0 < h01) + u64(t1 < l11) + u64(t2 < c1), 24)
}

function mulWords(out: usize, a: usize, b: usize): void {
  if ((load<u64>(a, 16) | load<u64>(a, 24) | load<u64>(b, 16) | load<u64>(b, 24)) == 0) {
    mulHalves(out, a, b)
    return
  }
  const a0 = load<u64>(a, 0)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const b0 = load<u64>(b, 0)
  const b1 = load<u64>(b, 8)
  const b2 = load<u64>(b, 16)

  const l01 = a0 * b1
  const l10 = a1 * b0
  const l02 = a0 * b2
  const l11 = a1 * b1
  const l20 = a2 * b0
  const h01 = mulHigh(a0, b1)
  const h10 = mulHigh(a1, b0)
  const r3 =
    a0 * load<u64>(b, 24) +
    a1 * b2 +
    a2 * b1 +
    load<u64>(a, 24) * b0 +
    mulHigh(a0, b2) +
    mulHigh(a1, b1) +
    mulHigh(a2, b0)

  const s0 = mulHigh(a0, b0) + l01
  const s1 = s0 + l10
  const c1 = u64(s0 < l01) + u64(s1 < l10)
  // c1 may be 2 and the high limb of a product 2^64 − 2, so even this sum can carry.
  const t0 = h01 + c1
  const d0 = u64(t0 < c1)
  const t1 = t0 + h10
  const t2 = t1 + l02
  const t3 = t2 + l11
  const t4 = t3 + l20
  const c2 = d0 + u64(t1 < h10) + u64(t2 < l02) + u64(t3 < l11) + u64(t4 < l20)

  store<u64>(out, a0 * b0, 0)
  store<u64>(out, s1, 8)
  store<u64>(out, t4, 16)
  store<u64>(out, r3 + c2, 24)
}

/** out = a² mod 2^256: six products of limbs instead of ten. */
export function square(out: usize, a: usize): void {
  const a0 = load<u64>(a, 0)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  if ((a1 | a2 | load<u64>(a, 24)) == 0) {
    store<u64>(out, a0 * a0, 0)
    store<u64>(out, mulHigh(a0, a0), 8)
    store<u64>(out, 0, 16)
    store<u64>(out, 0, 24)
    return
  }
  const l01 = a0 * a1
  const h01 = mulHigh(a0, a1)
  const l02 = a0 * a2
  // What is off the diagonal, doubled.
  const m1 = l01 << 1
  const n2 = h01 + l02
  const m2 = (n2 << 1) | (l01 >> 63)
  const m3 = ((a0 * load<u64>(a, 24) + a1 * a2 + mulHigh(a0, a2) + u64(n2 < l02)) << 1) | (n2 >> 63)
  const s1 = mulHigh(a0, a0) + m1
  const c1 = u64(s1 < m1)
  const l11 = a1 * a1
  const s2 = m2 + l11
  const r2 = s2 + c1
  store<u64>(out, a0 * a0, 0)
  store<u64>(out, s1, 8)
  store<u64>(out, r2, 16)
  store<u64>(out, m3 + mulHigh(a1, a1) + u64(s2 < l11) + u64(r2 < c1), 24)
}
