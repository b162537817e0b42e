import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { ending, MAX, top } from '../support/bytecode.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/bitwise')

const A = 0xf0f0f0f0f0f0f0f0_0123456789abcdef_ffffffff00000000_5555555555555555n
const B = 0x00ff00ff00ff00ff_fedcba9876543210_00000000ffffffff_3333333333333333n
const NEGATIVE = 1n << 255n
/** Every way in which a shift can be too far. */
const FAR = [256n, 257n, 1n << 32n, 1n << 64n, MAX]

test('and, or, xor, not: act on all 256 bits', () => {
  assert.is(top(`${A} ${B} AND`), A & B)
  assert.is(top(`${A} ${B} OR`), A | B)
  assert.is(top(`${A} ${B} XOR`), A ^ B)
  assert.is(top(`${A} NOT`), MAX ^ A)
})

test('byte: counts from the most significant one', () => {
  assert.is(top(`${A} 0 BYTE`), 0xf0n)
  assert.is(top(`${A} 15 BYTE`), 0xefn)
  assert.is(top(`${A} 31 BYTE`), 0x55n)
})

test('byte: from 32 on gives zero', () => {
  for (const index of [32n, 1n << 64n, MAX]) assert.is(top(`${MAX} ${index} BYTE`), 0n)
})

test('shl, shr: move by the top word', () => {
  for (const shift of [0n, 1n, 63n, 64n, 65n, 128n, 200n, 255n]) {
    assert.is(top(`${A} ${shift} SHL`), BigInt.asUintN(256, A << shift), `shl ${shift}`)
    assert.is(top(`${A} ${shift} SHR`), A >> shift, `shr ${shift}`)
  }
})

test('shl, shr: by 256 or more give zero', () => {
  for (const shift of FAR) {
    assert.is(top(`${MAX} ${shift} SHL`), 0n)
    assert.is(top(`${MAX} ${shift} SHR`), 0n)
  }
})

test('sar: fills with the sign', () => {
  for (const shift of [0n, 1n, 64n, 100n, 255n]) {
    assert.is(top(`${NEGATIVE} ${shift} SAR`), BigInt.asUintN(256, BigInt.asIntN(256, NEGATIVE) >> shift))
    assert.is(top(`${NEGATIVE - 1n} ${shift} SAR`), (NEGATIVE - 1n) >> shift)
  }
})

test('sar: by 256 or more leaves the sign alone', () => {
  for (const shift of FAR) {
    assert.is(top(`${NEGATIVE} ${shift} SAR`), MAX)
    assert.is(top(`${NEGATIVE - 1n} ${shift} SAR`), 0n)
  }
})

test('shl, shr, sar: begin with Constantinople', () => {
  for (const name of ['SHL', 'SHR', 'SAR']) {
    assert.is(ending(`1 1 ${name} STOP`, { fork: Fork.Byzantium }), 'UndefinedInstruction')
    assert.is(ending(`1 1 ${name} STOP`, { fork: Fork.Constantinople }), 'Stop')
  }
})

test('clz: counts the zero bits above the highest one', () => {
  assert.is(top('0 CLZ'), 256n)
  assert.is(top(`${MAX} CLZ`), 0n)
  for (const bit of [0n, 63n, 64n, 127n, 128n, 191n, 192n, 254n]) assert.is(top(`${1n << bit} CLZ`), 255n - bit)
})

test('clz: begins with Osaka (EIP-7939)', () => {
  assert.is(ending('1 CLZ STOP', { fork: Fork.Prague }), 'UndefinedInstruction')
})

test.run()
