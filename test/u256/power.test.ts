import fc from 'fast-check'
import { assertSameWord } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits } from '../support/units.js'
import { word, wrap } from '../support/word.js'

const test = suite('u256/power')

const units = await instantiateUnits()
const pair = fc.oneof(
  fc.tuple(word, word),
  fc.tuple(word, fc.bigInt({ min: 0n, max: 300n })),
  fc.tuple(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: 300n })),
  fc.tuple(
    fc.bigInt({ min: 0n, max: 255n }).map((k) => 1n << k),
    fc.bigInt({ min: 0n, max: 300n }),
  ),
  word.map((a): [bigint, bigint] => [a, a]),
)

test('exp: wraps at 2^256, and 0 ^ 0 is 1', () => assertSameWord(units, 'u256_exp', pair, power))

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = wrap(square * square)) {
    if (left & 1n) result = wrap(result * square)
  }
  return result
}

test.run()
