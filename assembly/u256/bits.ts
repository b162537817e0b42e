import { setU64 } from './word'

// @ts-ignore: decorator
@inline
export function and(out: usize, a: usize, b: usize): void {
  const r0 = load<u64>(a, 0) & load<u64>(b, 0)
  const r1 = load<u64>(a, 8) & load<u64>(b, 8)
  const r2 = load<u64>(a, 16) & load<u64>(b, 16)
  const r3 = load<u64>(a, 24) & load<u64>(b, 24)
  store<u64>(out, r0, 0)
  store<u64>(out, r1, 8)
  store<u64>(out, r2, 16)
  store<u64>(out, r3, 24)
}

// @ts-ignore: decorator
@inline
export function or(out: usize, a: usize, b: usize): void {
  const r0 = load<u64>(a, 0) | load<u64>(b, 0)
  const r1 = load<u64>(a, 8) | load<u64>(b, 8)
  const r2 = load<u64>(a, 16) | load<u64>(b, 16)
  const r3 = load<u64>(a, 24) | load<u64>(b, 24)
  store<u64>(out, r0, 0)
  store<u64>(out, r1, 8)
  store<u64>(out, r2, 16)
  store<u64>(out, r3, 24)
}

// @ts-ignore: decorator
@inline
export function xor(out: usize, a: usize, b: usize): void {
  const r0 = load<u64>(a, 0) ^ load<u64>(b, 0)
  const r1 = load<u64>(a, 8) ^ load<u64>(b, 8)
  const r2 = load<u64>(a, 16) ^ load<u64>(b, 16)
  const r3 = load<u64>(a, 24) ^ load<u64>(b, 24)
  store<u64>(out, r0, 0)
  store<u64>(out, r1, 8)
  store<u64>(out, r2, 16)
  store<u64>(out, r3, 24)
}

// @ts-ignore: decorator
@inline
export function not(out: usize, a: usize): void {
  const r0 = ~load<u64>(a, 0)
  const r1 = ~load<u64>(a, 8)
  const r2 = ~load<u64>(a, 16)
  const r3 = ~load<u64>(a, 24)
  store<u64>(out, r0, 0)
  store<u64>(out, r1, 8)
  store<u64>(out, r2, 16)
  store<u64>(out, r3, 24)
}

/** The index-th byte of x, counted from the most significant one; 0 from index 32 on. */
// @ts-ignore: decorator
@inline
export function byte(out: usize, index: usize, x: usize): void {
  const i = load<u64>(index, 0)
  const high = load<u64>(index, 8) | load<u64>(index, 16) | load<u64>(index, 24)
  setU64(out, high == 0 && i < 32 ? <u64>load<u8>(x + 31 - <usize>i) : 0)
}

/** How many bits the value needs; 0 for zero. */
// @ts-ignore: decorator
@inline
export function bitLength(a: usize): i32 {
  let limb = load<u64>(a, 24)
  if (limb != 0) return 256 - <i32>clz(limb)
  limb = load<u64>(a, 16)
  if (limb != 0) return 192 - <i32>clz(limb)
  limb = load<u64>(a, 8)
  if (limb != 0) return 128 - <i32>clz(limb)
  return 64 - <i32>clz(load<u64>(a, 0))
}

/** How many bytes the value needs; 0 for zero. */
// @ts-ignore: decorator
@inline
export function byteLength(a: usize): i32 {
  return (bitLength(a) + 7) >> 3
}

/** Leading zero bits; 256 for zero. */
// @ts-ignore: decorator
@inline
export function clz256(out: usize, a: usize): void {
  setU64(out, 256 - bitLength(a))
}
