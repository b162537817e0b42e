import { scratch } from '../runtime/scratch'
import { add, sub } from './add'
import { isZero, lt } from './compare'
import { divideWords, mod } from './divide'
import { mul } from './multiply'
import { mulWide } from './multiply-wide'
import { zero } from './word'

/** Scratch beyond what division uses: a sum of five limbs or a product of eight, replaced by its quotient. */
const WIDE: usize = 192

/** out = (a + b) mod m without wrapping at 2^256, 0 when m is 0. */
export function addmod(out: usize, a: usize, b: usize, m: usize): void {
  const wide = scratch + WIDE
  if (lt(a, m) && lt(b, m)) {
    // Less than 2m, so at most one m too many.
    add(wide, a, b)
    if (lt(wide, a) || !lt(wide, m)) sub(out, wide, m)
    else add(out, a, b)
  } else if (isZero(m)) {
    zero(out)
  } else {
    add(wide, a, b)
    const carry = lt(wide, a)
    store<u64>(wide, <u64>carry, 32)
    if (carry) divideWords(wide, out, wide, 5, m)
    else mod(out, wide, m)
  }
}

/** out = (a × b) mod m without wrapping at 2^256, 0 when m is 0. */
export function mulmod(out: usize, a: usize, b: usize, m: usize): void {
  if (isZero(m)) {
    zero(out)
    return
  }
  const wide = scratch + WIDE
  if ((load<u64>(a, 16) | load<u64>(a, 24) | load<u64>(b, 16) | load<u64>(b, 24)) == 0) {
    mul(wide, a, b)
    mod(out, wide, m)
    return
  }
  mulWide(wide, a, b)
  if (isZero(wide + 32)) mod(out, wide, m)
  else divideWords(wide, out, wide, 8, m)
}
