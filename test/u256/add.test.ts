import fc from 'fast-check'
import { assertSameWord } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits } from '../support/units.js'
import { word, wrap } from '../support/word.js'

const test = suite('u256/add')

const units = await instantiateUnits()
const pair = fc.oneof(
  fc.tuple(word, word),
  word.map((a): [bigint, bigint] => [a, a]),
)

test('add: wraps at 2^256', () => assertSameWord(units, 'u256_add', pair, (a, b) => wrap(a + b)))
test('sub: wraps below 0', () => assertSameWord(units, 'u256_sub', pair, (a, b) => wrap(a - b)))
test('negate: is the two’s complement', () => assertSameWord(units, 'u256_negate', fc.tuple(word), (a) => wrap(-a)))

test.run()
