/**
 * Points in Jacobian coordinates: (X, Y, Z) stands for (X / Z², Y / Z³), and Z = 0 for infinity. Coordinates weigh 1.
 *
 * No formula uses the 7 of the curve's equation, so that they hold on y² = x³ + 7 z⁶ for any z just as well. On that curve
 * the points (X z², Y z³) of affine ones are affine again; multiples.ts makes use of it.
 */
import {
  addTwice,
  copyElement,
  ELEMENT_SIZE,
  isNormalZero,
  mayBeZero,
  normalize,
  setSmall,
  subtract,
  twice,
} from './element'
import { POINT } from './layout'
import { multiply, multiplyDifference } from './multiply'
import { multiplyLessSquareTwice, square, squareLess, squareThrice, squareTwice } from './square'

export const Y: usize = ELEMENT_SIZE
export const Z: usize = 2 * ELEMENT_SIZE
export const POINT_SIZE: usize = 3 * ELEMENT_SIZE

const TEMPORARY = POINT
const SLOPE = TEMPORARY + ELEMENT_SIZE
const SQUARED = SLOPE + ELEMENT_SIZE
const PRODUCT = SQUARED + ELEMENT_SIZE
/** Of the last addition: what multiplied Z. */
export const RATIO: usize = PRODUCT + ELEMENT_SIZE

/** Infinity is always written as this zero, never as a multiple of p. */
export function setInfinity(point: usize): void {
  setSmall(point + Z, 0)
}

// @ts-ignore: decorator
@inline
export function isInfinity(point: usize): bool {
  return load<i32>(point + Z, 0) == 0 && isNormalZero(point + Z)
}

/**
 * With M = 3X² and S = 4XY²: X' = M² - 2S, Y' = M (S - X') - 8Y⁴, Z' = 2YZ. Infinity stays infinity, because its Z is a plain zero;
 * nothing else becomes infinity, because no point has order 2.
 */
export function double(point: usize): void {
  const y = point + Y
  const z = point + Z
  squareThrice(SLOPE, point)
  squareTwice(SQUARED, y)
  twice(TEMPORARY, point)
  multiply(PRODUCT, TEMPORARY, SQUARED)
  twice(TEMPORARY, y)
  multiply(z, TEMPORARY, z)
  twice(TEMPORARY, PRODUCT)
  squareLess(point, SLOPE, TEMPORARY)
  subtract(TEMPORARY, PRODUCT, point)
  multiplyLessSquareTwice(y, SLOPE, TEMPORARY, SQUARED)
}

/**
 * Adds the affine point (x / scale², y / scale³), or (x, y) if `scale` is 0: the point is on the curve that `point` is on after its own
 * are multiplied by scale. With H = x Z² - X and R = y Z³ - Y: X' = R² - H³ - 2XH², Y' = R (XH² - X') - YH³, Z' = ZH.
 */
export function addAffine(point: usize, x: usize, y: usize, scale: usize): void {
  const pointY = point + Y
  const z = point + Z
  if (isInfinity(point)) {
    setAffine(point, x, y, scale)
    return
  }
  let scaled = z
  if (scale != 0) {
    scaled = TEMPORARY
    multiply(scaled, z, scale)
  }
  square(SQUARED, scaled)
  multiply(SLOPE, scaled, SQUARED)
  multiply(SLOPE, SLOPE, y)
  multiply(SQUARED, SQUARED, x)
  subtract(RATIO, SQUARED, point)
  subtract(SLOPE, SLOPE, pointY)
  if (mayBeZero(RATIO) && isZero(RATIO)) {
    if (isZero(SLOPE)) double(point)
    else setInfinity(point)
    return
  }
  multiply(z, z, RATIO)
  square(SQUARED, RATIO)
  multiply(PRODUCT, point, SQUARED)
  multiply(SQUARED, SQUARED, RATIO)
  addTwice(TEMPORARY, SQUARED, PRODUCT)
  squareLess(point, SLOPE, TEMPORARY)
  subtract(PRODUCT, PRODUCT, point)
  multiplyDifference(pointY, SLOPE, PRODUCT, pointY, SQUARED)
}

function setAffine(point: usize, x: usize, y: usize, scale: usize): void {
  setSmall(point + Z, 1)
  if (scale == 0) {
    copyElement(point, x)
    copyElement(point + Y, y)
    return
  }
  square(SQUARED, scale)
  multiply(point, x, SQUARED)
  multiply(SQUARED, SQUARED, scale)
  multiply(point + Y, y, SQUARED)
}

/** Leaves the operand as it is. */
function isZero(a: usize): bool {
  copyElement(TEMPORARY, a)
  normalize(TEMPORARY)
  return isNormalZero(TEMPORARY)
}
