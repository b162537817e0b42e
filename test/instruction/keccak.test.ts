import { keccak_256 } from '@noble/hashes/sha3.js'
import * as assert from 'uvu/assert'
import { cost, ending, MAX, numberOf, top, word } from '../support/bytecode.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/keccak')

test('keccak256: hashes the bytes of memory that are named', () => {
  assert.is(top('0x1234 0 MSTORE 2 30 KECCAK256'), numberOf(keccak_256(Uint8Array.of(0x12, 0x34))))
})

test('keccak256: memory that was never written is zero', () => {
  assert.is(top('64 1000 KECCAK256'), numberOf(keccak_256(new Uint8Array(64))))
})

test('keccak256: may span several blocks of the sponge', () => {
  const data = new Uint8Array(32 * 9)
  let program = ''
  for (let i = 0; i < 9; i++) {
    data.set(word(BigInt(i) * 7n + 1n), 32 * i)
    program += `${i * 7 + 1} ${32 * i} MSTORE `
  }
  assert.is(top(`${program} ${data.length - 5} 3 KECCAK256`), numberOf(keccak_256(data.subarray(3, data.length - 2))))
})

test('keccak256: costs 30, 6 by word, and the memory', () => {
  assert.is(cost('33 0 KECCAK256'), 3n + 3n + 30n + 2n * 6n + 2n * 3n)
})

test('keccak256: one gas too little halts', () => {
  assert.is(ending('33 0 KECCAK256 STOP', { gas: 54n }), 'Stop')
  assert.is(ending('33 0 KECCAK256 STOP', { gas: 53n }), 'OutOfGas')
})

test('keccak256: of nothing does not look at the offset', () => {
  for (const offset of [0n, 0xfff0_0000n, 1n << 32n, MAX]) {
    assert.is(top(`0 ${offset} KECCAK256`), numberOf(keccak_256(new Uint8Array(0))), `offset ${offset}`)
  }
})

test('keccak256: a length that no memory can have halts', () => {
  for (const length of [1n << 32n, 1n << 64n, MAX]) assert.is(ending(`${length} 0 KECCAK256`), 'OutOfGas')
})

test.run()
