import { scratch } from '../runtime/scratch'
import { bitLength } from './bits'
import { mul } from './multiply'
import { shlBy } from './shift'
import { copy, fitsU64, setU64, zero } from './word'

/** Scratch: the base, since out may be where it stands. */
const BASE: usize = 256

/** out = base ^ exponent mod 2^256; 0 ^ 0 is 1. */
export function exp(out: usize, base: usize, exponent: usize): void {
  const bits = bitLength(exponent)
  if (bits == 0) {
    setU64(out, 1)
    return
  }
  const twos = trailingZeros(base)
  if (twos > 0) {
    // Of an even base to the 256th power nothing is left below 2^256; a power of two is a shift.
    const e = load<u64>(exponent)
    if (bits > 8 || e * twos >= 256) {
      zero(out)
      return
    }
    if (bitLength(base) == <i32>twos + 1) {
      setU64(out, 1)
      shlBy(out, out, <i32>(e * twos))
      return
    }
  }
  if (bits <= 64) powerOfLimb(out, base, load<u64>(exponent), bits)
  else powerOfWord(out, base, exponent, bits)
}

/** Trailing zero bits; 256 for zero. */
function trailingZeros(a: usize): u64 {
  let limb = load<u64>(a, 0)
  if (limb != 0) return ctz(limb)
  limb = load<u64>(a, 8)
  if (limb != 0) return 64 + ctz(limb)
  limb = load<u64>(a, 16)
  if (limb != 0) return 128 + ctz(limb)
  limb = load<u64>(a, 24)
  return limb != 0 ? 192 + ctz(limb) : 256
}

/** An exponent of one limb: bits from the second highest down, square and multiply. */
function powerOfLimb(out: usize, base: usize, exponent: u64, bits: i32): void {
  const saved = scratch + BASE
  copy(saved, base)
  copy(out, base)
  for (let i = bits - 2; i >= 0; --i) {
    mul(out, out, out)
    if ((exponent >> i) & 1) mul(out, out, saved)
  }
}

function powerOfWord(out: usize, base: usize, exponent: usize, bits: i32): void {
  const saved = scratch + BASE
  const counted = saved + 32
  copy(saved, base)
  copy(counted, exponent)
  copy(out, base)
  for (let i = bits - 2; i >= 0; --i) {
    mul(out, out, out)
    if ((load<u64>(counted + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1) mul(out, out, saved)
  }
}
