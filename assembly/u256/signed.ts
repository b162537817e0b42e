import { scratch } from '../runtime/scratch'
import { negate } from './add'
import { div, mod } from './divide'
import { copy, fitsU64 } from './word'

/** Scratch beyond what division uses: magnitudes of negative operands. */
const MAGNITUDE_A: usize = 192
const MAGNITUDE_B: usize = 224

// @ts-ignore: decorator
@inline
function isNegative(a: usize): bool {
  return load<i64>(a, 24) < 0
}

// @ts-ignore: decorator
@inline
function magnitude(a: usize, room: usize): usize {
  if (!isNegative(a)) return a
  negate(room, a)
  return room
}

/** out = a / b truncated towards zero; −2^255 / −1 wraps to −2^255; 0 when b is 0. */
export function sdiv(out: usize, a: usize, b: usize): void {
  const negative = isNegative(a) != isNegative(b)
  div(out, magnitude(a, scratch + MAGNITUDE_A), magnitude(b, scratch + MAGNITUDE_B))
  if (negative) negate(out, out)
}

/** The remainder of sdiv: it has the sign of a; 0 when b is 0. */
export function smod(out: usize, a: usize, b: usize): void {
  const negative = isNegative(a)
  mod(out, magnitude(a, scratch + MAGNITUDE_A), magnitude(b, scratch + MAGNITUDE_B))
  if (negative) negate(out, out)
}

/** out = x with the sign bit of its byte `index` (0 is the lowest) repeated in all bits above; x from index 31 on. */
// @ts-ignore: decorator
@inline
export function signextend(out: usize, index: usize, x: usize): void {
  const i = load<u64>(index)
  if (!fitsU64(index) || i > 30) {
    copy(out, x)
    return
  }
  const unused = 56 - ((i & 7) << 3)
  const top = <u32>(i >> 3)
  const x0 = load<u64>(x, 0)
  const x1 = load<u64>(x, 8)
  const x2 = load<u64>(x, 16)
  const extended = (load<i64>(x + ((<usize>top) << 3)) << unused) >> unused
  const sign = <u64>(extended >> 63)
  store<u64>(out, top == 0 ? <u64>extended : x0, 0)
  store<u64>(out, top > 1 ? x1 : top == 1 ? <u64>extended : sign, 8)
  store<u64>(out, top > 2 ? x2 : top == 2 ? <u64>extended : sign, 16)
  store<u64>(out, top == 3 ? <u64>extended : sign, 24)
}
