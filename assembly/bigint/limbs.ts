/**
 * Natural numbers of any size: `n` limbs of 32 bits, least significant first, so that a product of two limbs and two carries
 * fits in 64 bits (WebAssembly has no wider multiplication). Pointers are aligned to a limb; sizes are counted in limbs.
 */
export const LIMB: usize = 4
export const LIMB_BITS: u32 = 32

export function limbsOfBytes(bytes: u32): u32 {
  return <u32>((<u64>bytes + 3) >> 2)
}

/** The limbs that are left when leading zeros are dropped. */
export function significant(a: usize, n: u32): u32 {
  while (n > 0 && load<u32>(a + ((<usize>(n - 1)) << 2)) == 0) --n
  return n
}

/** A big-endian number of `length` bytes of which the first `available` are at `bytes` and the others are zero. */
export function fromBigEndian(out: usize, n: u32, bytes: usize, available: u32, length: u32): void {
  memory.fill(out, 0, (<usize>n) << 2)
  const last = out + length - 1
  for (let i: u32 = 0; i < available; ++i) store<u8>(last - i, load<u8>(bytes + i))
}

/** Assumes that `a` fits: its limbs past `length` bytes are zero. */
export function toBigEndian(out: usize, length: u32, a: usize, n: u32): void {
  const bytes = min(length, n << 2)
  memory.fill(out, 0, length - bytes)
  const last = out + length - 1
  for (let i: u32 = 0; i < bytes; ++i) store<u8>(last - i, load<u8>(a + i))
}

/** Assumes a ≠ 0. */
export function trailingZeros(a: usize): u32 {
  let bits: u32 = 0
  while (load<u32>(a) == 0) {
    a += LIMB
    bits += LIMB_BITS
  }
  return bits + ctz<u32>(load<u32>(a))
}

/** out = a >> bits, `outN` limbs of it. */
export function shiftRight(out: usize, outN: u32, a: usize, n: u32, bits: u32): void {
  const skip = bits >> 5
  const shift = <u64>(bits & 31)
  for (let i: u32 = 0; i < outN; ++i) {
    const at = i + skip
    const low: u64 = at < n ? load<u32>(a + ((<usize>at) << 2)) : 0
    const high: u64 = at + 1 < n ? load<u32>(a + ((<usize>(at + 1)) << 2)) : 0
    store<u32>(out + ((<usize>i) << 2), <u32>(((high << 32) | low) >> shift))
  }
}

/** out = a << bits in the same number of limbs, bits < 32; `out` may be `a`. */
export function shiftLeftBelowLimb(out: usize, a: usize, n: u32, bits: u32): void {
  let carry: u64 = 0
  for (let at: usize = 0; at < (<usize>n) << 2; at += LIMB) {
    carry |= (<u64>load<u32>(a + at)) << bits
    store<u32>(out + at, <u32>carry)
    carry >>= 32
  }
}

/** out = a - b; the borrow that remains, 0 or 1. `out` may be `a` or `b`. */
export function subtract(out: usize, a: usize, b: usize, n: u32): u32 {
  let borrow: u64 = 0
  for (let at: usize = 0; at < (<usize>n) << 2; at += LIMB) {
    const difference = <u64>load<u32>(a + at) - <u64>load<u32>(b + at) - borrow
    store<u32>(out + at, <u32>difference)
    borrow = difference >> 63
  }
  return <u32>borrow
}

/** Whether a ≥ b. */
export function atLeast(a: usize, b: usize, n: u32): bool {
  for (let i = n; i > 0; --i) {
    const at = (<usize>(i - 1)) << 2
    const x = load<u32>(a + at)
    const y = load<u32>(b + at)
    if (x != y) return x > y
  }
  return true
}
