import { CUBE_ROOT, FIELD, FIELD_INVERSE, GENERATOR_X, GENERATOR_Y, ORDER, ORDER_INVERSE } from './curve'
import { ELEMENT_SIZE, fromWord, normalize, setSmall } from './element'
import { invert } from './inverse'
import { CONSTANTS, GENERATOR_COUNT, GENERATOR_MULTIPLES, PREPARE, SHIFTED_MULTIPLES } from './layout'
import { multipleAt, scaleMultiple, writeMultiples } from './multiples'
import { multiply } from './multiply'
import { double, POINT_SIZE, Y, Z } from './point'

const FIELD_LIMBS = CONSTANTS
const ORDER_LIMBS = FIELD_LIMBS + ELEMENT_SIZE
export const CUBE_ROOT_LIMBS: usize = ORDER_LIMBS + ELEMENT_SIZE

const BASE = PREPARE
const SCALE = BASE + POINT_SIZE

let isPrepared = false

/** Once per module, at its first use: whoever recovers nothing pays nothing. */
export function prepare(): void {
  if (isPrepared) return
  fromWord(FIELD_LIMBS, FIELD)
  fromWord(ORDER_LIMBS, ORDER)
  fromWord(CUBE_ROOT_LIMBS, CUBE_ROOT)

  fromWord(BASE, GENERATOR_X)
  fromWord(BASE + Y, GENERATOR_Y)
  setSmall(BASE + Z, 1)
  writeTable(GENERATOR_MULTIPLES)
  for (let i = 0; i < 128; i++) double(BASE)
  writeTable(SHIFTED_MULTIPLES)
  isPrepared = true
}

/** The multiples of BASE, on the curve itself. */
function writeTable(table: usize): void {
  writeMultiples(table, GENERATOR_COUNT, SCALE, BASE, BASE + Y)
  multiply(SCALE, SCALE, BASE + Z)
  invertElement(SCALE, SCALE)
  for (let i = 0; i < GENERATOR_COUNT; i++) scaleMultiple(multipleAt(table, i), SCALE)
}

/** out = 1 / a mod p; a is normalized on the way. */
export function invertElement(out: usize, a: usize): void {
  normalize(a)
  invert(out, a, FIELD_LIMBS, FIELD_INVERSE)
}

/** out = 1 / a mod n, a below n. */
export function invertFactor(out: usize, a: usize): void {
  invert(out, a, ORDER_LIMBS, ORDER_INVERSE)
}
