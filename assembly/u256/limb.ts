/** Steps on single limbs that WebAssembly (without wide arithmetic) has no instruction for. */

const HALF: u64 = 0xffff_ffff

/** The upper limb of a × b; the lower one is simply a * b. */
// @ts-ignore: decorator
@inline
export function mulHigh(a: u64, b: u64): u64 {
  const a0 = a & HALF
  const a1 = a >> 32
  const b0 = b & HALF
  const b1 = b >> 32
  const middle = a1 * b0 + ((a0 * b0) >> 32)
  return a1 * b1 + (middle >> 32) + ((a0 * b1 + (middle & HALF)) >> 32)
}

/** x << n continued with the top bits of `below`, for n in 0..63: the limb of a longer number shifted left. */
// @ts-ignore: decorator
@inline
export function shiftLeftWith(x: u64, below: u64, n: u64): u64 {
  return (x << n) | ((below >> 1) >> (63 - n))
}

/** x >> n continued with the low bits of `above`, for n in 0..63. */
// @ts-ignore: decorator
@inline
export function shiftRightWith(x: u64, above: u64, n: u64): u64 {
  return (x >> n) | ((above << 1) << (63 - n))
}
