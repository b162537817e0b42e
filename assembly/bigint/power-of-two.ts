import { LIMB } from './limbs'
import { negativeInverse } from './montgomery'

/** out = a × b modulo 2^(32 n); `out` overlaps neither. */
export function multiplyLow(out: usize, a: usize, b: usize, n: u32): void {
  const size = (<usize>n) << 2
  memory.fill(out, 0, size)
  for (let row: usize = 0; row < size; row += LIMB) {
    const x = <u64>load<u32>(a + row)
    if (x == 0) continue
    const target = out + row
    let carry: u64 = 0
    for (let at: usize = 0; at < size - row; at += LIMB) {
      carry += x * <u64>load<u32>(b + at) + <u64>load<u32>(target + at)
      store<u32>(target + at, <u32>carry)
      carry >>= 32
    }
  }
}

/** out = 1/a modulo 2^(32 n) for odd `a`; `t` is room for 2 n limbs. */
export function inverseLow(out: usize, a: usize, n: u32, t: usize): void {
  const size = (<usize>n) << 2
  const product = t + size
  memory.fill(out, 0, size)
  store<u32>(out, 0 - negativeInverse(load<u32>(a)))
  // Newton: x = x (2 - a x) doubles the correct limbs.
  for (let correct: u32 = 1; correct < n; correct <<= 1) {
    multiplyLow(product, a, out, n)
    twoMinus(product, n)
    multiplyLow(t, out, product, n)
    memory.copy(out, t, size)
  }
}

/** a = 2 - a modulo 2^(32 n). */
function twoMinus(a: usize, n: u32): void {
  let carry: u64 = 3
  for (let at: usize = 0; at < (<usize>n) << 2; at += LIMB) {
    carry += (<u64>load<u32>(a + at)) ^ 0xffff_ffff
    store<u32>(a + at, <u32>carry)
    carry >>= 32
  }
}

/** Drops the bits of `a` from `bits` on; assumes that they are in its last limb. */
export function maskTop(a: usize, n: u32, bits: u32): void {
  const spare = (n << 5) - bits
  const top = a + ((<usize>(n - 1)) << 2)
  store<u32>(top, load<u32>(top) & (u32.MAX_VALUE >> spare))
}
