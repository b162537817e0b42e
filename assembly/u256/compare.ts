/** Limbs are compared from the top: they mostly differ there or are all zero, and both are predicted well. */

// @ts-ignore: decorator
@inline
export function isZero(a: usize): bool {
  return (load<u64>(a, 0) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0
}

// @ts-ignore: decorator
@inline
export function eq(a: usize, b: usize): bool {
  return (
    ((load<u64>(a, 0) ^ load<u64>(b, 0)) |
      (load<u64>(a, 8) ^ load<u64>(b, 8)) |
      (load<u64>(a, 16) ^ load<u64>(b, 16)) |
      (load<u64>(a, 24) ^ load<u64>(b, 24))) ==
    0
  )
}

// @ts-ignore: decorator
@inline
function lowerLimbsLess(a: usize, b: usize): bool {
  const a2 = load<u64>(a, 16)
  const b2 = load<u64>(b, 16)
  if (a2 != b2) return a2 < b2
  const a1 = load<u64>(a, 8)
  const b1 = load<u64>(b, 8)
  if (a1 != b1) return a1 < b1
  return load<u64>(a, 0) < load<u64>(b, 0)
}

// @ts-ignore: decorator
@inline
export function lt(a: usize, b: usize): bool {
  const a3 = load<u64>(a, 24)
  const b3 = load<u64>(b, 24)
  if (a3 != b3) return a3 < b3
  return lowerLimbsLess(a, b)
}

// @ts-ignore: decorator
@inline
export function gt(a: usize, b: usize): bool {
  return lt(b, a)
}

// @ts-ignore: decorator
@inline
export function slt(a: usize, b: usize): bool {
  const a3 = load<i64>(a, 24)
  const b3 = load<i64>(b, 24)
  if (a3 != b3) return a3 < b3
  return lowerLimbsLess(a, b)
}

// @ts-ignore: decorator
@inline
export function sgt(a: usize, b: usize): bool {
  return slt(b, a)
}
