import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { assertSameWord, RUNS } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits, OPERANDS } from '../support/units.js'
import { word, wrap } from '../support/word.js'

const test = suite('u256/multiply')

const units = await instantiateUnits()
const pair = fc.oneof(
  fc.tuple(word, word),
  word.map((a): [bigint, bigint] => [a, a]),
)

test('mul: wraps at 2^256', () => assertSameWord(units, 'u256_mul', pair, (a, b) => wrap(a * b)))

test('mulWide: keeps all 512 bits', () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      units.writeWord(OPERANDS, a)
      units.writeWord(OPERANDS + 32, b)
      units.call('u256_mulWide', OPERANDS + 64, OPERANDS, OPERANDS + 32)
      assert.is((units.readWord(OPERANDS + 96) << 256n) | units.readWord(OPERANDS + 64), a * b)
    }),
    { numRuns: RUNS },
  )
})

test.run()
