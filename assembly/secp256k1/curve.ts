/** y² = x³ + 7 over the field of p, a group of the prime order n: what SEC 2 fixes, and what follows from it. */

// prettier-ignore
/** The base point, as 256-bit words. */
export const GENERATOR_X: usize = memory.data<u64>([
  0x59f2815b16f81798, 0x029bfcdb2dce28d9, 0x55a06295ce870b07, 0x79be667ef9dcbbac,
])

// prettier-ignore
export const GENERATOR_Y: usize = memory.data<u64>([
  0x9c47d08ffb10d4b8, 0xfd17b448a6855419, 0x5da4fbfc0e1108a8, 0x483ada7726a3c465,
])

// prettier-ignore
export const FIELD: usize = memory.data<u64>([
  0xfffffffefffffc2f, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff,
])

// prettier-ignore
export const ORDER: usize = memory.data<u64>([
  0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff,
])

// prettier-ignore
/**
 * A cube root of 1 in the field. (x, y) → (x CUBE_ROOT, y) is an endomorphism: it multiplies points by a cube root of 1 mod n.
 * This one goes with the root 0x5363…bd72.
 */
export const CUBE_ROOT: usize = memory.data<u64>([
  0xc1396c28719501ee, 0x9cf0497512f58995, 0x6e64479eac3434e9, 0x7ae96a2b657c0710,
])

/** 1 / p and 1 / n mod 2^29. */
export const FIELD_INVERSE: i64 = 0xddacacf
export const ORDER_INVERSE: i64 = 0xa774ec1
