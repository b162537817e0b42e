import fc from 'fast-check'
import { assertSameNumber, assertSameWord } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits } from '../support/units.js'
import { word, wrap } from '../support/word.js'

const test = suite('u256/bits')

const units = await instantiateUnits()
const pair = fc.tuple(word, word)
const single = fc.tuple(
  fc.oneof(
    word,
    fc.tuple(word, fc.bigInt({ min: 0n, max: 256n })).map(([a, k]) => a >> k),
  ),
)
const bitLength = (a: bigint): number => (a === 0n ? 0 : a.toString(2).length)

test('and: bit by bit', () => assertSameWord(units, 'u256_and', pair, (a, b) => a & b))
test('or: bit by bit', () => assertSameWord(units, 'u256_or', pair, (a, b) => a | b))
test('xor: bit by bit', () => assertSameWord(units, 'u256_xor', pair, (a, b) => a ^ b))
test('not: bit by bit', () => assertSameWord(units, 'u256_not', fc.tuple(word), (a) => wrap(~a)))

test('byte: counts from the most significant one, and is 0 from 32 on', () => {
  const operands = fc.tuple(fc.oneof(fc.bigInt({ min: 0n, max: 33n }), word), word)
  assertSameWord(units, 'u256_byte', operands, (i, x) => (i > 31n ? 0n : (x >> (8n * (31n - i))) & 0xffn))
})

test('clz: of 0 is 256 (EIP-7939)', () => {
  assertSameWord(units, 'u256_clz', single, (a) => 256n - BigInt(bitLength(a)))
})

test('bitLength: of 0 is 0', () => assertSameNumber(units, 'u256_bitLength', single, bitLength))
test('byteLength: of 0 is 0', () => {
  assertSameNumber(units, 'u256_byteLength', single, (a) => Math.ceil(bitLength(a) / 8))
})

test.run()
