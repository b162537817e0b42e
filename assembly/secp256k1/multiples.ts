/**
 * Tables of odd multiples of a point P: 1 P, 3 P, 5 P…, affine, with x and y.
 *
 * With 2P = (X, Y, z), all of it happens on the curve that has z multiplied in: there (X, Y) is an affine point, and so is P's image,
 * and each multiple is the one before plus (X, Y). The sums have different denominators, which are known ratios of each
 * other; multiplied up to the last one they are the multiples on a third curve. That takes no inversion.
 */
import { copyElement, ELEMENT_SIZE, setSmall } from './element'
import { MULTIPLE_SIZE, MULTIPLES, RATIOS } from './layout'
import { multiply } from './multiply'
import { addAffine, double, POINT_SIZE, RATIO, Y, Z } from './point'
import { square } from './square'

const SUM = MULTIPLES
const STEP = SUM + POINT_SIZE
const POWER = STEP + POINT_SIZE

/** Writes `count` multiples to `table`, where (x, y) stands for the point (x / scale², y / scale³), and `scale`. */
export function writeMultiples(table: usize, count: i32, scale: usize, x: usize, y: usize): void {
  copyElement(STEP, x)
  copyElement(STEP + Y, y)
  setSmall(STEP + Z, 1)
  double(STEP)
  scaleAffine(SUM, x, y, STEP + Z)
  setSmall(SUM + Z, 1)
  copyMultiple(table, SUM)
  for (let i = 1; i < count; i++) {
    // No sum is ± 2P: the order of P is a large prime.
    addAffine(SUM, STEP, STEP + Y, 0)
    copyMultiple(multipleAt(table, i), SUM)
    copyElement(RATIOS + ELEMENT_SIZE * <usize>i, RATIO)
  }
  multiply(scale, SUM + Z, STEP + Z)

  setSmall(SUM + Z, 1)
  for (let i = count - 1; i > 0; i--) {
    multiply(SUM + Z, SUM + Z, RATIOS + ELEMENT_SIZE * <usize>i)
    scaleMultiple(multipleAt(table, i - 1), SUM + Z)
  }
}

/** Puts the factor into a multiple's denominator. */
export function scaleMultiple(multiple: usize, factor: usize): void {
  scaleAffine(multiple, multiple, multiple + Y, factor)
}

// @ts-ignore: decorator
@inline
export function multipleAt(table: usize, i: i32): usize {
  return table + MULTIPLE_SIZE * <usize>i
}

function scaleAffine(out: usize, x: usize, y: usize, factor: usize): void {
  square(POWER, factor)
  multiply(out, x, POWER)
  multiply(POWER, POWER, factor)
  multiply(out + Y, y, POWER)
}

function copyMultiple(multiple: usize, point: usize): void {
  copyElement(multiple, point)
  copyElement(multiple + Y, point + Y)
}
