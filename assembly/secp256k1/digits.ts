import { bitsAt } from './element'
import { DIGIT_COUNT, DIGITS_SIZE } from './layout'

/**
 * Writes k (from 0 to 2^128) times `sign` as the sum of digits[i] 2^i, whose digits are 0 or odd and below 2^(width - 1) in
 * size, and at least width - 1 zeros lie between two that are not (the non-adjacent form of that width).
 */
export function writeDigits(digits: usize, k: usize, width: i32, sign: i32): void {
  memory.fill(digits, 0, DIGITS_SIZE)
  let carry: i32 = 0
  let at = 0
  // Ends: every turn moves on. The last carry is taken at bit 128 at the latest, where k has no bits below a one.
  while (at < DIGIT_COUNT - 1) {
    if (<i32>bitsAt(k, at, 1) == carry) {
      at++
      continue
    }
    const window = <i32>bitsAt(k, at, width) + carry
    carry = window >> (width - 1)
    store<i16>(digits + 2 * <usize>at, <i16>(sign * (window - (carry << width))))
    at += width
  }
}

// @ts-ignore: decorator
@inline
export function digitAt(digits: usize, at: i32): i32 {
  return load<i16>(digits + 2 * <usize>at)
}
