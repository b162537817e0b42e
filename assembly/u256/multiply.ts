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

function mulWords(out: usize, a: usize, b: usize): void {
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

/** The 512-bit product: eight limbs at out, which must overlap neither source. */
export function mulWide(out: usize, a: usize, b: usize): void {
  const b0 = load<u64>(b, 0)
  const b1 = load<u64>(b, 8)
  const b2 = load<u64>(b, 16)
  const b3 = load<u64>(b, 24)
  let r0: u64 = 0
  let r1: u64 = 0
  let r2: u64 = 0
  let r3: u64 = 0
  // Four rows: one limb of a times b, added to what the rows before left above.
  for (let i: usize = 0; i < 32; i += 8) {
    const x = load<u64>(a + i)
    const l0 = x * b0
    const l1 = x * b1
    const l2 = x * b2
    const l3 = x * b3
    const s0 = r0 + l0
    store<u64>(out + i, s0)
    const c0 = mulHigh(x, b0) + u64(s0 < l0)
    const s1 = r1 + l1
    const u1 = s1 + c0
    const c1 = mulHigh(x, b1) + u64(s1 < l1) + u64(u1 < c0)
    const s2 = r2 + l2
    const u2 = s2 + c1
    const c2 = mulHigh(x, b2) + u64(s2 < l2) + u64(u2 < c1)
    const s3 = r3 + l3
    const u3 = s3 + c2
    r0 = u1
    r1 = u2
    r2 = u3
    r3 = mulHigh(x, b3) + u64(s3 < l3) + u64(u3 < c2)
  }
  store<u64>(out, r0, 32)
  store<u64>(out, r1, 40)
  store<u64>(out, r2, 48)
  store<u64>(out, r3, 56)
}
