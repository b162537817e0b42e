import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { assertSameWord, RUNS } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits, OPERANDS } from '../support/units.js'
import { signed, word, wrap } from '../support/word.js'

const test = suite('u256/shift')

const units = await instantiateUnits()
const operands = fc.tuple(fc.oneof(fc.bigInt({ min: 0n, max: 260n }), word), word)
const shiftLeft = (n: bigint, x: bigint): bigint => (n > 255n ? 0n : wrap(x << n))
const shiftRight = (n: bigint, x: bigint): bigint => (n > 255n ? 0n : x >> n)
const shiftRightSigned = (n: bigint, x: bigint): bigint => wrap(signed(x) >> (n > 255n ? 255n : n))

test('shl: by 256 or more is 0', () => assertSameWord(units, 'u256_shl', operands, shiftLeft))
test('shr: by 256 or more is 0', () => assertSameWord(units, 'u256_shr', operands, shiftRight))
test('sar: by 256 or more leaves the sign', () => assertSameWord(units, 'u256_sar', operands, shiftRightSigned))

for (const [name, model] of [
  ['u256_shlBy', shiftLeft],
  ['u256_shrBy', shiftRight],
  ['u256_sarBy', shiftRightSigned],
] as const) {
  test(`${name}: takes the distance as a number`, () => {
    fc.assert(
      fc.property(fc.nat(300), word, (n, x) => {
        for (const out of [OPERANDS, OPERANDS + 32]) {
          units.writeWord(OPERANDS, x)
          units.call(name, out, OPERANDS, n)
          assert.is(units.readWord(out), model(BigInt(n), x))
        }
      }),
      { numRuns: RUNS },
    )
  })
}

test.run()
