import { LIMB, shiftLeftBelowLimb, shiftRight } from './limbs'

/**
 * a = a mod m, in place, by Knuth's algorithm D without the quotient. Assumes that the last of m's `n` limbs is not zero and that
 * `a` has a spare limb past its `size`; `normal` is room for n limbs.
 */
export function remainder(a: usize, size: u32, m: usize, n: u32, normal: usize): void {
  if (size < n) return
  // With the top bit of the divisor set, the estimated quotient limb is at most two too large.
  const shift = clz<u32>(load<u32>(m + ((<usize>(n - 1)) << 2)))
  shiftLeftBelowLimb(normal, m, n, shift)
  store<u32>(a + ((<usize>size) << 2), 0)
  shiftLeftBelowLimb(a, a, size + 1, shift)

  const top = <u64>load<u32>(normal + ((<usize>(n - 1)) << 2))
  const second: u64 = n > 1 ? load<u32>(normal + ((<usize>(n - 2)) << 2)) : 0
  for (let i = size - n + 1; i > 0; --i) {
    const part = a + ((<usize>(i - 1)) << 2)
    const quotient = estimate(part, n, top, second)
    if (quotient != 0 && subtractMultiple(part, normal, n, quotient)) addBack(part, normal, n)
  }
  shiftRight(a, n, a, n, shift)
}

/** The next quotient limb, at most one too large: from the three leading limbs of the dividend and two of the divisor. */
@inline
function estimate(part: usize, n: u32, top: u64, second: u64): u64 {
  const high = part + ((<usize>n) << 2)
  const leading = ((<u64>load<u32>(high)) << 32) | (<u64>load<u32>(high - LIMB))
  let quotient: u64
  let rest: u64
  if (leading >> 32 >= top) {
    quotient = 0xffff_ffff
    rest = leading - quotient * top
  } else {
    quotient = leading / top
    rest = leading % top
  }
  if (n > 1) {
    const third: u64 = load<u32>(high - 2 * LIMB)
    // Ends: `rest` grows by `top` ≥ 2^31 each turn and the test needs it below 2^32.
    while (rest >> 32 == 0 && quotient * second > ((rest << 32) | third)) {
      --quotient
      rest += top
    }
  }
  return quotient
}

/** part -= m × quotient over n + 1 limbs; whether that went below zero. */
@inline
function subtractMultiple(part: usize, m: usize, n: u32, quotient: u64): bool {
  let carry: u64 = 0
  let borrow: u64 = 0
  let at: usize = 0
  for (; at < (<usize>n) << 2; at += LIMB) {
    carry += quotient * <u64>load<u32>(m + at)
    const difference = <u64>load<u32>(part + at) - (carry & 0xffff_ffff) - borrow
    store<u32>(part + at, <u32>difference)
    borrow = difference >> 63
    carry >>= 32
  }
  const difference = <u64>load<u32>(part + at) - carry - borrow
  store<u32>(part + at, <u32>difference)
  return difference >> 63 != 0
}

function addBack(part: usize, m: usize, n: u32): void {
  let carry: u64 = 0
  let at: usize = 0
  for (; at < (<usize>n) << 2; at += LIMB) {
    carry += <u64>load<u32>(part + at) + <u64>load<u32>(m + at)
    store<u32>(part + at, <u32>carry)
    carry >>= 32
  }
  store<u32>(part + at, load<u32>(part + at) + <u32>carry)
}
