import fc from 'fast-check'
import { assertSameNumber } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits } from '../support/units.js'
import { signed, word, wrap } from '../support/word.js'

const test = suite('u256/compare')

const units = await instantiateUnits()

/** Half of the pairs differ in one bit or not at all: otherwise the top limb would always decide. */
const pair = fc.oneof(
  fc.tuple(word, word),
  fc.tuple(word, fc.integer({ min: 0, max: 255 })).map(([a, k]): [bigint, bigint] => [a, a ^ (1n << BigInt(k))]),
  fc.tuple(word, fc.bigInt({ min: -1n, max: 1n })).map(([a, offset]): [bigint, bigint] => [a, wrap(a + offset)]),
)

test('lt: compares unsigned', () => assertSameNumber(units, 'u256_lt', pair, (a, b) => a < b))
test('gt: compares unsigned', () => assertSameNumber(units, 'u256_gt', pair, (a, b) => a > b))
test('slt: compares signed', () => assertSameNumber(units, 'u256_slt', pair, (a, b) => signed(a) < signed(b)))
test('sgt: compares signed', () => assertSameNumber(units, 'u256_sgt', pair, (a, b) => signed(a) > signed(b)))
test('eq: sees every bit', () => assertSameNumber(units, 'u256_eq', pair, (a, b) => a === b))

test('isZero: sees every bit', () => {
  const bit = fc.integer({ min: 0, max: 255 }).map((k) => 1n << BigInt(k))
  assertSameNumber(units, 'u256_isZero', fc.tuple(fc.oneof(word, bit, fc.constant(0n))), (a) => a === 0n)
})

test.run()
