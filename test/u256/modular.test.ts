import fc from 'fast-check'
import { assertSameWord } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits } from '../support/units.js'
import { division, word } from '../support/word.js'

const test = suite('u256/modular')

const units = await instantiateUnits()

/** Anything; operands already reduced; sums and products next to multiples of the modulus. */
const triple = fc.oneof(
  fc.tuple(word, word, word),
  fc.tuple(word, word, word).map(([a, b, m]): [bigint, bigint, bigint] => (m === 0n ? [a, b, m] : [a % m, b % m, m])),
  fc.tuple(division, word).map(([[a, m], b]): [bigint, bigint, bigint] => [a, b, m]),
  fc.tuple(word, word).map(([a, m]): [bigint, bigint, bigint] => [a, m > a ? m - a : m, m]),
  word.map((a): [bigint, bigint, bigint] => [a, a, a]),
)

test('addmod: does not wrap at 2^256, and modulo 0 is 0', () => {
  assertSameWord(units, 'u256_addmod', triple, (a, b, m) => (m === 0n ? 0n : (a + b) % m))
})

test('mulmod: does not wrap at 2^256, and modulo 0 is 0', () => {
  assertSameWord(units, 'u256_mulmod', triple, (a, b, m) => (m === 0n ? 0n : (a * b) % m))
})

test.run()
