import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { cost, ending, MAX, top } from '../support/bytecode.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/arithmetic')

const signed = (value: bigint) => BigInt.asUintN(256, value)
const LOWEST = 1n << 255n
const PUSHES = 3n + 3n

test('add: wraps at 2^256', () => {
  assert.is(top(`2 ${MAX} ADD`), 1n)
})

test('mul: keeps the low 256 bits', () => {
  assert.is(top(`${MAX} ${MAX} MUL`), 1n)
  assert.is(top(`${1n << 128n} ${1n << 128n} MUL`), 0n)
})

test('sub: takes the second word from the top one, and wraps below zero', () => {
  assert.is(top('3 10 SUB'), 7n)
  assert.is(top('1 0 SUB'), MAX)
})

test('div, sdiv, mod, smod: by zero give zero', () => {
  for (const name of ['DIV', 'SDIV', 'MOD', 'SMOD']) assert.is(top(`0 7 ${name}`), 0n, name)
})

test('div: is unsigned and rounds down', () => {
  assert.is(top(`2 ${MAX} DIV`), MAX >> 1n)
})

test('sdiv: rounds towards zero', () => {
  assert.is(top(`2 ${signed(-7n)} SDIV`), signed(-3n))
  assert.is(top(`${signed(-2n)} 7 SDIV`), signed(-3n))
})

test('sdiv: the lowest number by -1 is itself', () => {
  assert.is(top(`${MAX} ${LOWEST} SDIV`), LOWEST)
})

test('mod: is unsigned', () => {
  assert.is(top(`10 ${MAX} MOD`), MAX % 10n)
})

test('smod: has the sign of the dividend', () => {
  assert.is(top(`3 ${signed(-7n)} SMOD`), signed(-1n))
  assert.is(top(`${signed(-3n)} 7 SMOD`), 1n)
})

test('addmod: the sum does not wrap before it is reduced', () => {
  assert.is(top(`7 ${MAX} ${MAX} ADDMOD`), (MAX + MAX) % 7n)
})

test('mulmod: the product does not wrap before it is reduced', () => {
  assert.is(top(`${MAX - 1n} ${MAX} ${MAX} MULMOD`), (MAX * MAX) % (MAX - 1n))
})

test('addmod, mulmod: by zero give zero', () => {
  assert.is(top('0 5 6 ADDMOD'), 0n)
  assert.is(top('0 5 6 MULMOD'), 0n)
})

test('exp: 0 to the power of 0 is 1', () => {
  assert.is(top('0 0 EXP'), 1n)
})

test('exp: keeps the low 256 bits', () => {
  assert.is(top('256 2 EXP'), 0n)
  assert.is(top('161 3 EXP'), 3n ** 161n)
  assert.is(top('300 3 EXP'), BigInt.asUintN(256, 3n ** 300n))
})

test('exp: costs 10 by byte of the exponent, 50 from Spurious Dragon on', () => {
  for (const [exponent, bytes] of [
    [0n, 0n],
    [0xffn, 1n],
    [0x100n, 2n],
    [MAX, 32n],
  ] as const) {
    assert.is(cost(`${exponent} 1 EXP`, { fork: Fork.TangerineWhistle }) - PUSHES, 10n + 10n * bytes)
    assert.is(cost(`${exponent} 1 EXP`, { fork: Fork.SpuriousDragon }) - PUSHES, 10n + 50n * bytes)
  }
})

test('exp: an exponent that is one gas too dear halts', () => {
  assert.is(ending('0x100 2 EXP STOP', { gas: 3n + 3n + 10n + 100n }), 'Stop')
  assert.is(ending('0x100 2 EXP STOP', { gas: 3n + 3n + 10n + 99n }), 'OutOfGas')
})

test('signextend: copies the sign of the byte that is named', () => {
  assert.is(top('0xff 0 SIGNEXTEND'), MAX)
  assert.is(top('0x1280 0 SIGNEXTEND'), signed(-128n))
  assert.is(top('0x8000 1 SIGNEXTEND'), signed(-32768n))
})

test('signextend: clears what is above a positive byte', () => {
  assert.is(top('0x127f 0 SIGNEXTEND'), 0x7fn)
})

test('signextend: from byte 31 on changes nothing', () => {
  for (const index of [31n, 32n, 1n << 64n, MAX])
    assert.is(top(`${LOWEST | 0xffn} ${index} SIGNEXTEND`), LOWEST | 0xffn)
})

test('add: one gas too little halts', () => {
  assert.is(ending('1 2 ADD STOP', { gas: 9n }), 'Stop')
  assert.is(ending('1 2 ADD STOP', { gas: 8n }), 'OutOfGas')
})

test.run()
