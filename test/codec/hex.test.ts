import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bigIntToBytes, bigIntToMinimalBytes, bytesToBigInt, compareBytes, equalBytes } from '../../src/codec/bytes.js'
import { bytesToHex, formatQuantity, hexToBytes, parseQuantity } from '../../src/codec/hex.js'
import { InputError } from '../../src/errors.js'
import { suite } from '../support/suite.js'

const test = suite('hex and bytes')

const bytes = (options = {}) => fc.uint8Array({ maxLength: 300, ...options })

function refuses(work: () => unknown, code: string, details: Record<string, unknown> = {}): void {
  let error: unknown
  try {
    work()
  } catch (thrown) {
    error = thrown
  }
  assert.instance(error, InputError)
  assert.is((error as InputError).code, code)
  for (const [name, value] of Object.entries(details)) assert.is((error as InputError).details[name], value)
}

test('hex: bytes come back, in either case', () => {
  fc.assert(
    fc.property(bytes(), (data) => {
      const hex = bytesToHex(data)
      assert.is(hex, `0x${Buffer.from(data).toString('hex')}`)
      assert.equal(hexToBytes(hex), data)
      assert.equal(hexToBytes(`0x${hex.slice(2).toUpperCase()}`), data)
    }),
  )
})

test('hex: what is not 0x and pairs of digits is refused, the field named', () => {
  for (const hex of ['', '0', '0x0', '12', '0X12', '0x1g', '0xg1', '0x1 ', '0x\u0661\u0662', '0x\u{1f600}', ' 0x12']) {
    refuses(() => hexToBytes(hex, 'data'), 'InvalidHex', { field: 'data' })
  }
  for (const value of [undefined, null, 12, {}, []]) refuses(() => hexToBytes(value as unknown as string), 'InvalidHex')
  refuses(() => hexToBytes('0x1234', 'to', 20), 'InvalidHex', { field: 'to', expected: '20 bytes of hex' })
})

test('quantity: hex and decimal, leading zeros, numbers', () => {
  assert.is(parseQuantity('0x0'), 0n)
  assert.is(parseQuantity('0x00ff'), 255n)
  assert.is(parseQuantity('255'), 255n)
  assert.is(parseQuantity(255), 255n)
  assert.is(parseQuantity(`0x${'f'.repeat(64)}`), 2n ** 256n - 1n)
  assert.is(formatQuantity(255n), '0xff')
  assert.is(formatQuantity(0), '0x0')
})

test('quantity: what is no integer of so many bits is refused', () => {
  for (const value of [
    '',
    '0x',
    '-1',
    '-0x1',
    '1.0',
    '1e3',
    '0xg',
    ' 1',
    1.5,
    -1,
    2 ** 53,
    Number.NaN,
    null,
    true,
    [],
    '0b1',
  ]) {
    refuses(() => parseQuantity(value, 'nonce'), 'InvalidHex', { field: 'nonce' })
  }
  refuses(() => parseQuantity(`0x1${'0'.repeat(64)}`, 'value'), 'FieldOverflow', { field: 'value' })
  refuses(() => parseQuantity('0x10000000000000000', 'nonce', 64), 'FieldOverflow', { field: 'nonce' })
  refuses(() => parseQuantity('9'.repeat(1_000_000), 'value'), 'InvalidHex')
})

test('bytes: integers come back, big-endian', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 520n }), (value) => {
      const minimal = bigIntToMinimalBytes(value)
      assert.is(bytesToBigInt(minimal), value)
      assert.is(minimal[0] === 0, false)
      assert.is(bytesToBigInt(bigIntToBytes(value, 70)), value)
    }),
  )
  assert.equal(bigIntToBytes(0x1234n, 4), Uint8Array.of(0, 0, 0x12, 0x34))
})

test('bytes: an integer that needs more bytes is refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), (length) => {
      assert.is(bytesToBigInt(bigIntToBytes(2n ** BigInt(length * 8) - 1n, length)), 2n ** BigInt(length * 8) - 1n)
      refuses(() => bigIntToBytes(2n ** BigInt(length * 8), length), 'FieldOverflow')
    }),
  )
  refuses(() => bigIntToBytes(-1n, 32), 'FieldOverflow')
})

test('bytes: order and equality are those of Buffer', () => {
  fc.assert(
    fc.property(bytes({ maxLength: 3 }), bytes({ maxLength: 3 }), (a, b) => {
      assert.is(Math.sign(compareBytes(a, b)), Buffer.compare(a, b))
      assert.is(equalBytes(a, b), Buffer.compare(a, b) === 0)
    }),
  )
})

test.run()
