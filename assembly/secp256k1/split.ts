import * as u256 from '../u256/index'
import { SPLIT } from './layout'

/**
 * The pairs (i, j) with i + j root ≡ 0 mod n are a lattice; the extended algorithm of Euclid on n and the root gives two short
 * vectors of it, (A, -B) and (A + B, A), whose determinant is n.
 */
// prettier-ignore
const A: usize = memory.data<u64>([0xe86c90e49284eb15, 0x3086d221a7d46bcd, 0, 0])
// prettier-ignore
const B: usize = memory.data<u64>([0x6f547fa90abfe4c3, 0xe4437ed6010e8828, 0, 0])

// prettier-ignore
/** 2^384 A / n and 2^384 B / n, rounded. */
const A_PART: usize = memory.data<u64>([
  0xe893209a45dbb031, 0x3daa8a1471e8ca7f, 0xe86c90e49284eb15, 0x3086d221a7d46bcd,
])
// prettier-ignore
const B_PART: usize = memory.data<u64>([
  0x1571b4ae8ac47f71, 0x221208ac9df506c6, 0x6f547fa90abfe4c4, 0xe4437ed6010e8828,
])

const ALONG_A = SPLIT
const ALONG_B = ALONG_A + 32
const TERM = ALONG_B + 32
const WIDE = TERM + 32

/** out = k part / 2^384, rounded. */
function scale(out: usize, k: usize, part: usize): void {
  u256.mulWide(WIDE, k, part)
  const low = load<u64>(WIDE, 48)
  const up = low + (load<u64>(WIDE, 40) >> 63)
  u256.setU64(out, up)
  store<u64>(out, load<u64>(WIDE, 56) + u64(up < low), 8)
}

/**
 * k = first + second × root mod n, with signs (two's complement) and no more than 128 bits: (k, 0) less the lattice point next to
 * it, which is found by rounding its coordinates k A / n and k B / n. Differences are right mod 2^256, and small.
 */
export function split(first: usize, second: usize, k: usize): void {
  scale(ALONG_A, k, A_PART)
  scale(ALONG_B, k, B_PART)

  u256.mul(second, ALONG_A, B)
  u256.mul(TERM, ALONG_B, A)
  u256.sub(second, second, TERM)

  u256.sub(first, k, TERM)
  u256.mul(TERM, ALONG_A, A)
  u256.sub(first, first, TERM)
  u256.mul(TERM, ALONG_B, B)
  u256.sub(first, first, TERM)
}
