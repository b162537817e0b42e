import * as u256 from '../u256/index'
import { CUBE_ROOT_LIMBS } from './constants'
import { digitAt, writeDigits } from './digits'
import { ELEMENT_SIZE, negateElement } from './element'
import {
  COMBINE,
  DIGIT_COUNT,
  DIGITS,
  DIGITS_SIZE,
  GENERATOR_MULTIPLES,
  GENERATOR_WIDTH,
  NONCE_COUNT,
  NONCE_MULTIPLES,
  NONCE_WIDTH,
  SHIFTED_MULTIPLES,
} from './layout'
import { multipleAt, writeMultiples } from './multiples'
import { multiply } from './multiply'
import { addAffine, double, isInfinity, setInfinity, Y, Z } from './point'
import { split } from './split'

const FIRST = COMBINE
const SECOND = FIRST + 32
const SCALE = SECOND + 32
const NEGATED = SCALE + ELEMENT_SIZE

const FIRST_DIGITS = DIGITS
const SECOND_DIGITS = FIRST_DIGITS + DIGITS_SIZE
const LOW_DIGITS = SECOND_DIGITS + DIGITS_SIZE
const HIGH_DIGITS = LOW_DIGITS + DIGITS_SIZE

/** Of a multiple: x of its image under the endomorphism. */
const IMAGE_X: usize = Y + ELEMENT_SIZE

/**
 * sum = g G + k (x, y), the factors being words below n. Four factors of half the length share their doublings: k is split by the
 * endomorphism, g between its two limbs above and below 2^128, for which there is a table each.
 */
export function combine(sum: usize, g: usize, k: usize, x: usize, y: usize): void {
  split(FIRST, SECOND, k)
  writeSignedDigits(FIRST_DIGITS, FIRST)
  writeSignedDigits(SECOND_DIGITS, SECOND)
  u256.copy(FIRST, g)
  store<u64>(FIRST, 0, 16)
  store<u64>(FIRST, 0, 24)
  writeDigits(LOW_DIGITS, FIRST, GENERATOR_WIDTH, 1)
  store<u64>(FIRST, load<u64>(g, 16), 0)
  store<u64>(FIRST, load<u64>(g, 24), 8)
  writeDigits(HIGH_DIGITS, FIRST, GENERATOR_WIDTH, 1)

  writeMultiples(NONCE_MULTIPLES, NONCE_COUNT, SCALE, x, y)
  for (let i = 0; i < NONCE_COUNT; i++) {
    const multiple = multipleAt(NONCE_MULTIPLES, i)
    multiply(multiple + IMAGE_X, multiple, CUBE_ROOT_LIMBS)
  }

  setInfinity(sum)
  for (let i = DIGIT_COUNT - 1; i >= 0; i--) {
    if (!isInfinity(sum)) double(sum)
    addDigit(sum, digitAt(FIRST_DIGITS, i), NONCE_MULTIPLES, 0, 0)
    addDigit(sum, digitAt(SECOND_DIGITS, i), NONCE_MULTIPLES, IMAGE_X, 0)
    addDigit(sum, digitAt(LOW_DIGITS, i), GENERATOR_MULTIPLES, 0, SCALE)
    addDigit(sum, digitAt(HIGH_DIGITS, i), SHIFTED_MULTIPLES, 0, SCALE)
  }
  multiply(sum + Z, sum + Z, SCALE)
}

/** Of a two's complement word. */
function writeSignedDigits(digits: usize, k: usize): void {
  const isNegative = load<i64>(k, 24) < 0
  if (isNegative) u256.negate(k, k)
  writeDigits(digits, k, NONCE_WIDTH, isNegative ? -1 : 1)
}

// @ts-ignore: decorator
@inline
function addDigit(sum: usize, digit: i32, table: usize, x: usize, scale: usize): void {
  if (digit != 0) addMultiple(sum, digit, table, x, scale)
}

function addMultiple(sum: usize, digit: i32, table: usize, x: usize, scale: usize): void {
  const multiple = multipleAt(table, (digit < 0 ? -digit : digit) >> 1)
  let y = multiple + Y
  if (digit < 0) {
    negateElement(NEGATED, y)
    y = NEGATED
  }
  addAffine(sum, multiple + x, y, scale)
}
