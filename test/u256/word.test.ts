import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { assertSameNumber, assertSameWord, RUNS } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits, OPERANDS } from '../support/units.js'
import { word } from '../support/word.js'

const test = suite('u256/word')

const units = await instantiateUnits()
const BYTES = OPERANDS + 0x100
const toNumber = (bytes: Uint8Array): bigint => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)

test('copy: leaves the source', () => assertSameWord(units, 'u256_copy', fc.tuple(word), (a) => a))
test('fitsU64: looks at all limbs but the lowest', () => {
  assertSameNumber(units, 'u256_fitsU64', fc.tuple(word), (a) => a < 1n << 64n)
})

test('zero and setU64: overwrite the whole word', () => {
  fc.assert(
    fc.property(word, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (before, value) => {
      units.writeWord(OPERANDS, before)
      units.functions.u256_setU64!(OPERANDS, value)
      assert.is(units.readWord(OPERANDS), value)
      units.writeWord(OPERANDS, before)
      units.call('u256_zero', OPERANDS)
      assert.is(units.readWord(OPERANDS), 0n)
    }),
  )
})

test('loadBytes: 0 to 32 big-endian bytes are one number, whatever stands around them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 32 }), fc.nat(255), (bytes, around) => {
      for (const out of [OPERANDS, BYTES]) {
        units.bytes.fill(around, BYTES - 64, BYTES + 96)
        units.bytes.set(bytes, BYTES)
        units.call('u256_loadBytes', out, BYTES, bytes.length)
        assert.is(units.readWord(out), toNumber(bytes))
      }
    }),
    { numRuns: RUNS },
  )
})

test('loadWord and storeBytes: 32 big-endian bytes there and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      for (const out of [OPERANDS, BYTES]) {
        units.bytes.set(bytes, BYTES)
        units.call('u256_loadWord', out, BYTES)
        assert.is(units.readWord(out), toNumber(bytes))
        units.call('u256_storeBytes', BYTES + 64, out)
        assert.equal(units.bytes.slice(BYTES + 64, BYTES + 96), bytes)
        units.call('u256_storeBytes', out, out)
        assert.equal(units.bytes.slice(out, out + 32), bytes)
      }
    }),
    { numRuns: RUNS },
  )
})

test.run()
