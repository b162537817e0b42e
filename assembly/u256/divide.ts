import { scratch } from '../runtime/scratch'
import { isZero, lt } from './compare'
import { mulHigh, shiftLeftWith, shiftRightWith } from './limb'
import { isReciprocalKnown, reciprocal } from './reciprocal'
import { copy, setU64, zero } from './word'

/**
 * Long division in base 2^64 (Knuth, TAOCP 4.3.1 D), each quotient limb by multiplication with a reciprocal. The dividend is
 * normalised on the way: limb i of the shifted number is made from limbs i and i − 1 when its turn comes, so a quotient may be
 * written over its dividend.
 */

const HALF: u64 = 0xffff_ffff

/** Scratch: the half of the result nobody asked for; the dividend of a three-limb divisor, one limb up. */
const UNWANTED: usize = 0
const RAISED: usize = 64

/** out = ⌊a / b⌋, 0 when b is 0. */
export function div(out: usize, a: usize, b: usize): void {
  const high =
    load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24) | load<u64>(b, 8) | load<u64>(b, 16) | load<u64>(b, 24)
  if (high == 0) {
    const b0 = load<u64>(b)
    setU64(out, b0 == 0 ? 0 : load<u64>(a) / b0)
  } else if (isZero(b) || lt(a, b)) {
    zero(out)
  } else {
    divideWords(out, scratch + UNWANTED, a, 4, b)
  }
}

/** out = a mod b, 0 when b is 0. */
export function mod(out: usize, a: usize, b: usize): void {
  const high =
    load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24) | load<u64>(b, 8) | load<u64>(b, 16) | load<u64>(b, 24)
  if (high == 0) {
    const b0 = load<u64>(b)
    setU64(out, b0 == 0 ? 0 : load<u64>(a) % b0)
  } else if (isZero(b)) {
    zero(out)
  } else if (lt(a, b)) {
    copy(out, a)
  } else {
    divideWords(scratch + UNWANTED, out, a, 4, b)
  }
}

/**
 * Quotient (length limbs) and remainder (a word) of a number of `length` limbs that is not less than b > 0. The quotient may
 * overwrite a, the remainder b.
 */
export function divideWords(quotient: usize, remainder: usize, a: usize, length: i32, b: usize): void {
  const b0 = load<u64>(b, 0)
  const b1 = load<u64>(b, 8)
  const b2 = load<u64>(b, 16)
  const b3 = load<u64>(b, 24)
  let used = length
  while (limb(a, used - 1) == 0) --used

  const divisorLength = b3 != 0 ? 4 : b2 != 0 ? 3 : b1 != 0 ? 2 : 1
  let digits = used - divisorLength + 1
  if (digits == 1 && isShort(a, b, used)) {
    setLimb(quotient, 0, divideShort(remainder, a, used, b))
  } else if (divisorLength == 1) {
    setU64(remainder, divideByOne(quotient, a, used, b0))
  } else if (divisorLength == 2) {
    divideByTwo(quotient, remainder, a, used, b1, b0)
  } else if (divisorLength == 4) {
    divideByFour(quotient, remainder, a, used, b3, b2, b1, b0)
  } else {
    // Three-limb divisors are rare: multiplied by 2^64, dividend and divisor have the same quotient.
    const raised = scratch + RAISED
    store<u64>(raised, 0)
    memory.copy(raised + 8, a, (<usize>used) << 3)
    divideByFour(quotient, remainder, raised, used + 1, b2, b1, b0, 0)
    store<u64>(remainder, load<u64>(remainder, 8), 0)
    store<u64>(remainder, load<u64>(remainder, 16), 8)
    store<u64>(remainder, load<u64>(remainder, 24), 16)
    store<u64>(remainder, 0, 24)
  }
  for (; digits < length; ++digits) setLimb(quotient, digits, 0)
}

// @ts-ignore: decorator
@inline
function limb(a: usize, i: i32): u64 {
  return load<u64>(a + ((<usize>i) << 3))
}

// @ts-ignore: decorator
@inline
function setLimb(a: usize, i: i32, x: u64): void {
  store<u64>(a + ((<usize>i) << 3), x)
}

/** Limb i of a << shift; limb `length` is what was shifted out. */
// @ts-ignore: decorator
@inline
function shiftedLimb(a: usize, i: i32, shift: u64): u64 {
  return shiftLeftWith(limb(a, i), i > 0 ? limb(a, i - 1) : 0, shift)
}

// @ts-ignore: decorator
@inline
function shiftedOut(a: usize, length: i32, shift: u64): u64 {
  return (limb(a, length - 1) >> 1) >> (63 - shift)
}

/** Whether a and b, both of `length` limbs, are so near that their quotient has at most 32 bits. */
// @ts-ignore: decorator
@inline
function isShort(a: usize, b: usize, length: i32): bool {
  return length > 1 && clz(limb(b, length - 1)) - clz(limb(a, length - 1)) < 32
}

/**
 * The quotient when `isShort`, estimated from the 64 leading bits of a and what stands below them in b: with 32 bits or more of b
 * it is at most one too many.
 */
function divideShort(remainder: usize, a: usize, length: i32, b: usize): u64 {
  const aTop = limb(a, length - 1)
  const shift = clz(aTop)
  let q =
    shiftLeftWith(aTop, limb(a, length - 2), shift) / shiftLeftWith(limb(b, length - 1), limb(b, length - 2), shift)
  const b0 = load<u64>(b, 0)
  const b1 = load<u64>(b, 8)
  const b2 = load<u64>(b, 16)
  const b3 = load<u64>(b, 24)
  // q has 32 bits: what it carries from limb to limb has too.
  const c1 = (q * (b0 >> 32) + ((q * (b0 & HALF)) >> 32)) >> 32
  const c2 = (q * (b1 >> 32) + ((q * (b1 & HALF) + c1) >> 32)) >> 32
  const c3 = (q * (b2 >> 32) + ((q * (b2 & HALF) + c2) >> 32)) >> 32
  const c4 = (q * (b3 >> 32) + ((q * (b3 & HALF) + c3) >> 32)) >> 32
  const a0 = load<u64>(a, 0)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const a3 = load<u64>(a, 24)
  const p0 = q * b0
  const p1 = q * b1 + c1
  const p2 = q * b2 + c2
  const p3 = q * b3 + c3
  let r0 = a0 - p0
  const d1 = a1 - p1
  let r1 = d1 - u64(a0 < p0)
  const borrow1 = u64(a1 < p1) | u64(d1 < r1)
  const d2 = a2 - p2
  let r2 = d2 - borrow1
  const borrow2 = u64(a2 < p2) | u64(d2 < r2)
  const d3 = a3 - p3
  let r3 = d3 - borrow2
  if ((u64(a3 < p3) | u64(d3 < r3) | c4) != 0) {
    q -= 1
    r0 += b0
    const s1 = r1 + b1
    r1 = s1 + u64(r0 < b0)
    const s2 = r2 + b2
    r2 = s2 + (u64(s1 < b1) | u64(r1 < s1))
    r3 += b3 + (u64(s2 < b2) | u64(r2 < s2))
  }
  store<u64>(remainder, r0, 0)
  store<u64>(remainder, r1, 8)
  store<u64>(remainder, r2, 16)
  store<u64>(remainder, r3, 24)
  return q
}

/** Writes `length` quotient limbs, returns the remainder. */
function divideByOne(quotient: usize, a: usize, length: i32, divisor: u64): u64 {
  let i = length - 1
  let next = limb(a, i)
  let r = next
  if (divisor >> 32 == 0) {
    r = 0
    do {
      // Two divisions of 64 by 32 bits for a limb are quicker than a reciprocal for up to four limbs.
      const x = limb(a, i)
      const upper = (r << 32) | (x >> 32)
      const q1 = upper / divisor
      const lower = ((upper - q1 * divisor) << 32) | (x & HALF)
      const q0 = lower / divisor
      r = lower - q0 * divisor
      setLimb(quotient, i, (q1 << 32) | q0)
    } while (--i >= 0)
    return r
  }
  const top = r / divisor
  r -= top * divisor
  if (i == 0) {
    setLimb(quotient, 0, top)
    return r
  }
  const shift = clz(divisor)
  const d = divisor << shift
  next = limb(a, i - 1)
  r = shiftLeftWith(r, next, shift)
  setLimb(quotient, i, top)
  i -= 1
  if (i == 0 && !isReciprocalKnown(d, 0)) {
    // One limb more: two halves by hardware division cost less than a reciprocal.
    const u = next << shift
    const q1 = halfQuotient(r, u >> 32, d)
    r = ((r << 32) | (u >> 32)) - q1 * d
    const q0 = halfQuotient(r, u & HALF, d)
    r = ((r << 32) | (u & HALF)) - q0 * d
    setLimb(quotient, 0, (q1 << 32) + q0)
    return r >> shift
  }
  const v = reciprocal(d, 0)
  do {
    const x = next
    next = i > 0 ? limb(a, i - 1) : 0
    const u = shiftLeftWith(x, next, shift)
    const q0 = v * r + u
    let q = mulHigh(v, r) + r + u64(q0 < u) + 1
    r = u - q * d
    const over = -u64(r > q0)
    q += over
    r += over & d
    if (r >= d) {
      q += 1
      r -= d
    }
    setLimb(quotient, i, q)
  } while (--i >= 0)
  return r >> shift
}

/** ⌊(r·2^32 + u) / d⌋ for r < d, d ≥ 2^63, u < 2^32: divided by the upper half of d, then at most two too many. */
// @ts-ignore: decorator
@inline
function halfQuotient(r: u64, u: u64, d: u64): u64 {
  const d1 = d >> 32
  const q = r / d1
  const product = q * (d & HALF)
  const left = ((r - q * d1) << 32) | u
  const missing = product - left
  return q - (u64(product > left) + (u64(product > left) & u64(missing > d)))
}

/** Writes length − 1 quotient limbs. */
function divideByTwo(quotient: usize, remainder: usize, a: usize, length: i32, b1: u64, b0: u64): void {
  const shift = clz(b1)
  const d1 = shiftLeftWith(b1, b0, shift)
  const d0 = b0 << shift
  const v = reciprocal(d1, d0)
  let i = length - 2
  let r1: u64
  let r0: u64
  if (limb(a, length - 1) < b1) {
    r1 = shiftedLimb(a, length - 1, shift)
    r0 = shiftedLimb(a, length - 2, shift)
    setLimb(quotient, i--, 0)
  } else {
    r1 = shiftedOut(a, length, shift)
    r0 = shiftedLimb(a, length - 1, shift)
  }
  do {
    const u = shiftedLimb(a, i, shift)
    const q0 = v * r1 + r0
    let q = mulHigh(v, r1) + r1 + u64(q0 < r0)
    const t0 = q * d0
    const t1 = mulHigh(q, d0)
    r1 = r0 - q * d1 - t1 - u64(u < t0) - d1
    r0 = u - t0
    r1 -= u64(r0 < d0)
    r0 = r0 - d0
    q += 1
    const over = -u64(r1 >= q0)
    q += over
    r0 += over & d0
    r1 += (over & d1) + u64(r0 < (over & d0))
    if (r1 >= d1 && (r1 > d1 || r0 >= d0)) {
      q += 1
      r1 -= d1 + u64(r0 < d0)
      r0 = r0 - d0
    }
    setLimb(quotient, i, q)
  } while (--i >= 0)
  store<u64>(remainder, shiftRightWith(r0, r1, shift), 0)
  store<u64>(remainder, r1 >> shift, 8)
  store<u64>(remainder, 0, 16)
  store<u64>(remainder, 0, 24)
}

/** Writes length − 3 quotient limbs. */
function divideByFour(
  quotient: usize,
  remainder: usize,
  a: usize,
  length: i32,
  b3: u64,
  b2: u64,
  b1: u64,
  b0: u64,
): void {
  const shift = clz(b3)
  const d3 = shiftLeftWith(b3, b2, shift)
  const d2 = shiftLeftWith(b2, b1, shift)
  const d1 = shiftLeftWith(b1, b0, shift)
  const d0 = b0 << shift
  const v = reciprocal(d3, d2)
  let i = length - 4
  let r3: u64
  let r2: u64
  let r1: u64
  let r0: u64
  if (limb(a, length - 1) < b3) {
    r3 = shiftedLimb(a, length - 1, shift)
    r2 = shiftedLimb(a, length - 2, shift)
    r1 = shiftedLimb(a, length - 3, shift)
    r0 = shiftedLimb(a, length - 4, shift)
    setLimb(quotient, i--, 0)
  } else {
    r3 = shiftedOut(a, length, shift)
    r2 = shiftedLimb(a, length - 1, shift)
    r1 = shiftedLimb(a, length - 2, shift)
    r0 = shiftedLimb(a, length - 3, shift)
  }
  do {
    const u = shiftedLimb(a, i, shift)
    // An estimate from the upper half alone, right or one too many; whether it is shows in the top limb of what it leaves there.
    const q0 = v * r3 + r2
    let q = mulHigh(v, r3) + r3 + u64(q0 < r2) + 1
    let mayBeOver: u64 = -1
    const equal = r3 == d3 && r2 == d2
    if (q == 0 || equal) {
      // The greatest limb then; it is not over, and when the upper halves are equal it is the quotient.
      q = -1
      mayBeOver = 0
    }
    const l0 = q * d0
    const l1 = q * d1
    const l2 = q * d2
    const l3 = q * d3
    const h2 = mulHigh(q, d2)
    const upper2 = r1 - l2
    const upper3 = r2 - l3 - h2 - u64(r1 < l2)
    const over = mayBeOver & -u64(upper3 >= q0)
    // (r2, r1, r0, u) − q · (d3, d2, d1, d0), without waiting for `over`
    const p1 = mulHigh(q, d0) + l1
    const h1 = mulHigh(q, d1) + u64(p1 < l1)
    const p2 = h1 + l2
    const p3 = h2 + l3 + u64(p2 < l2)
    const w0 = u - l0
    const t1 = r0 - p1
    const w1 = t1 - u64(u < l0)
    const borrow1 = u64(r0 < p1) | u64(t1 < w1)
    const t2 = r1 - p2
    const w2 = t2 - borrow1
    const borrow2 = u64(r1 < p2) | u64(t2 < w2)
    const w3 = r2 - p3 - borrow2
    // If over, one divisor back.
    q += over
    const e0 = over & d0
    const e1 = over & d1
    const e2 = over & d2
    r0 = w0 + e0
    const s1 = w1 + e1
    r1 = s1 + u64(r0 < e0)
    const s2 = w2 + e2
    r2 = s2 + (u64(s1 < e1) | u64(r1 < s1))
    r3 = w3 + (over & d3) + (u64(s2 < e2) | u64(r2 < s2))
    if (r3 >= d3 && !equal) {
      // Hardly ever: still one too many when the lower half took more than the upper half had left, or else one too few.
      const left2 = upper2 + e2
      const left3 = upper3 + (over & d3) + u64(left2 < e2)
      if (r3 > left3) {
        q -= 1
        r0 += d0
        const x1 = r1 + d1
        r1 = x1 + u64(r0 < d0)
        const x2 = r2 + d2
        r2 = x2 + (u64(x1 < d1) | u64(r1 < x1))
        r3 += d3 + (u64(x2 < d2) | u64(r2 < x2))
      } else {
        const x1 = r1 - d1
        const y1 = x1 - u64(r0 < d0)
        const down1 = u64(r1 < d1) | u64(x1 < y1)
        const x2 = r2 - d2
        const y2 = x2 - down1
        const down2 = u64(r2 < d2) | u64(x2 < y2)
        if (r3 - d3 >= down2) {
          q += 1
          r3 -= d3 + down2
          r2 = y2
          r1 = y1
          r0 -= d0
        }
      }
    }
    setLimb(quotient, i, q)
  } while (--i >= 0)
  store<u64>(remainder, shiftRightWith(r0, r1, shift), 0)
  store<u64>(remainder, shiftRightWith(r1, r2, shift), 8)
  store<u64>(remainder, shiftRightWith(r2, r3, shift), 16)
  store<u64>(remainder, r3 >> shift, 24)
}
