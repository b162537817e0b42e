import * as assert from 'uvu/assert'
import { MAX, top } from '../support/bytecode.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/comparison')

const LOWEST = 1n << 255n

test('lt, gt: compare unsigned, the top word first', () => {
  assert.is(top('2 1 LT'), 1n)
  assert.is(top('1 2 LT'), 0n)
  assert.is(top('1 1 LT'), 0n)
  assert.is(top(`0 ${MAX} GT`), 1n)
  assert.is(top('1 1 GT'), 0n)
})

test('lt: the highest limb decides', () => {
  assert.is(top(`${1n << 192n} ${(1n << 192n) - 1n} LT`), 1n)
})

test('slt, sgt: compare in two’s complement', () => {
  assert.is(top(`0 ${MAX} SLT`), 1n)
  assert.is(top(`${MAX} 0 SLT`), 0n)
  assert.is(top(`${LOWEST} ${LOWEST - 1n} SGT`), 1n)
  assert.is(top(`${MAX} ${MAX} SGT`), 0n)
})

test('eq: all limbs must agree', () => {
  assert.is(top(`${MAX} ${MAX} EQ`), 1n)
  for (const bit of [0n, 64n, 128n, 255n]) assert.is(top(`${MAX} ${MAX ^ (1n << bit)} EQ`), 0n, `bit ${bit}`)
})

test('iszero: any bit makes it false', () => {
  assert.is(top('0 ISZERO'), 1n)
  for (const bit of [0n, 64n, 128n, 255n]) assert.is(top(`${1n << bit} ISZERO`), 0n, `bit ${bit}`)
})

test.run()
