import { SQUARE_ROOT } from './layout'
import { ELEMENT_SIZE } from './element'
import { multiply } from './multiply'
import { square } from './square'

/** a^(2^k - 1) for the k of their names: runs of k ones. */
const ONES_2 = SQUARE_ROOT
const ONES_3 = ONES_2 + ELEMENT_SIZE
const ONES_22 = ONES_3 + ELEMENT_SIZE
const ONES_44 = ONES_22 + ELEMENT_SIZE
const RUN = ONES_44 + ELEMENT_SIZE

function shift(out: usize, a: usize, count: i32): void {
  square(out, a)
  for (let i = 1; i < count; i++) square(out, out)
}

/** out = a^(2^count) b: the exponents' digits one after the other. */
function join(out: usize, a: usize, count: i32, b: usize): void {
  shift(RUN, a, count)
  multiply(out, RUN, b)
}

/**
 * A root of a, if a has one: a^((p + 1) / 4), because p is 3 mod 4. In binary the exponent is 223 ones, a zero, 22 ones,
 * four zeros, two ones and two zeros. Neither operand is among the scratch elements; a is kept.
 */
export function squareRoot(out: usize, a: usize): void {
  join(ONES_2, a, 1, a)
  join(ONES_3, ONES_2, 1, a)
  join(out, ONES_3, 2, ONES_2) // 5
  join(out, out, 3, ONES_3) // 8
  join(out, out, 3, ONES_3) // 11
  join(ONES_22, out, 11, out)
  join(ONES_44, ONES_22, 22, ONES_22)
  join(out, ONES_44, 44, ONES_44) // 88
  join(out, out, 88, out) // 176
  join(out, out, 44, ONES_44) // 220
  join(out, out, 3, ONES_3) // 223
  join(out, out, 23, ONES_22)
  join(out, out, 6, ONES_2)
  shift(out, out, 2)
}
