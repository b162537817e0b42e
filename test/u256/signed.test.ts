import fc from 'fast-check'
import { assertSameWord } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits } from '../support/units.js'
import { division, signed, word, wrap } from '../support/word.js'

const test = suite('u256/signed')

const units = await instantiateUnits()
const sign = fc.constantFrom(1n, -1n)
const pair = fc.oneof(
  fc.tuple(word, word),
  fc.tuple(division, sign, sign).map(([[a, b], s, t]): [bigint, bigint] => [wrap(s * a), wrap(t * b)]),
  fc.constant<[bigint, bigint]>([1n << 255n, wrap(-1n)]),
  word.map((a): [bigint, bigint] => [a, a]),
)

test('sdiv: truncates towards zero, the least number by -1 wraps, by 0 is 0', () => {
  assertSameWord(units, 'u256_sdiv', pair, (a, b) => (b === 0n ? 0n : wrap(signed(a) / signed(b))))
})

test('smod: has the sign of the dividend, by 0 is 0', () => {
  assertSameWord(units, 'u256_smod', pair, (a, b) => (b === 0n ? 0n : wrap(signed(a) % signed(b))))
})

test('signextend: repeats the sign bit of byte k, from byte 31 on nothing changes', () => {
  const operands = fc.tuple(fc.oneof(fc.bigInt({ min: 0n, max: 33n }), word), word)
  assertSameWord(units, 'u256_signextend', operands, (k, x) =>
    k > 30n ? x : wrap(BigInt.asIntN(8 * Number(k) + 8, x)),
  )
})

test.run()
