import { LIMB, atLeast, subtract } from './limbs'

/** -1/m modulo 2^32 for an odd limb: each step doubles the number of correct bits, and m is right in its lowest three. */
export function negativeInverse(m: u32): u32 {
  let x = m
  x *= 2 - m * x
  x *= 2 - m * x
  x *= 2 - m * x
  x *= 2 - m * x
  return 0 - x
}

/**
 * out = a × b / 2^(32 n) mod m, for a, b < m and m odd; `inverse` is negativeInverse of m's lowest limb, `t` room for n + 1
 * limbs. `out` may be `a` or `b`. Product and reduction run in one pass with two independent carries, so that the two
 * multiplications of a turn overlap.
 */
export function montgomeryMultiply(out: usize, a: usize, b: usize, m: usize, n: u32, inverse: u32, t: usize): void {
  const size = (<usize>n) << 2
  memory.fill(t, 0, size + LIMB)
  const m0 = <u64>load<u32>(m)
  const b0 = <u64>load<u32>(b)
  for (let row: usize = 0; row < size; row += LIMB) {
    const x = <u64>load<u32>(a + row)
    let u = x * b0 + <u64>load<u32>(t)
    const q = <u64>(<u32>u * inverse)
    let v = q * m0 + (u & 0xffff_ffff)
    for (let at: usize = LIMB; at < size; at += LIMB) {
      u = (u >> 32) + x * <u64>load<u32>(b + at) + <u64>load<u32>(t + at)
      v = (v >> 32) + q * <u64>load<u32>(m + at) + (u & 0xffff_ffff)
      store<u32>(t + at - LIMB, <u32>v)
    }
    const top = <u64>load<u32>(t + size) + (u >> 32) + (v >> 32)
    store<u32>(t + size - LIMB, <u32>top)
    store<u32>(t + size, <u32>(top >> 32))
  }
  if (load<u32>(t + size) != 0 || atLeast(t, m, n)) subtract(out, t, m, n)
  else memory.copy(out, t, size)
}
