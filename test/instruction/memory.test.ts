import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { cost, ending, MAX, play, top } from '../support/bytecode.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/memory')

const PUSH = 3n
const FAR = [1n << 32n, (1n << 32n) - 1n, 1n << 33n, 1n << 63n, (1n << 64n) - 1n, 1n << 64n, 1n << 255n, MAX]

/** What memory of so many words costs. */
const costOfWords = (words: bigint) => 3n * words + (words * words) / 512n

/** `0102…20` in the first word of memory. */
const NUMBERED = `0x${Array.from({ length: 32 }, (_, index) => (index + 1).toString(16).padStart(2, '0')).join('')}`
const FILL = `${NUMBERED} 0 MSTORE`

test('mload: memory that was never written is zero', () => {
  assert.is(top('1234 MLOAD'), 0n)
})

test('mstore, mload: any offset will do', () => {
  for (const offset of [0n, 1n, 31n, 32n, 33n, 1000n]) {
    assert.is(top(`${MAX - 5n} ${offset} MSTORE ${offset} MLOAD`), MAX - 5n)
  }
  assert.is(top(`${MAX} 1 MSTORE 0 MLOAD`), MAX >> 8n)
})

test('mstore8: writes the lowest byte', () => {
  assert.is(top('0x1234 31 MSTORE8 0 MLOAD'), 0x34n)
})

test('msize: counts whole words, and grows by reading too', () => {
  assert.is(top('MSIZE'), 0n)
  assert.is(top('0 MLOAD POP MSIZE'), 32n)
  assert.is(top('1 MLOAD POP MSIZE'), 64n)
  assert.is(top('1 95 MSTORE8 MSIZE'), 96n)
  assert.is(top('1 96 MSTORE8 MSIZE'), 128n)
})

test('mload, mstore, mstore8: cost 3 and the growth', () => {
  for (const offset of [0n, 31n, 32n, 10_000n, 100_000n]) {
    const wide = costOfWords((offset + 32n + 31n) / 32n)
    assert.is(cost(`${offset} MLOAD`), PUSH + 3n + wide, `MLOAD ${offset}`)
    assert.is(cost(`1 ${offset} MSTORE`), 2n * PUSH + 3n + wide, `MSTORE ${offset}`)
    assert.is(cost(`1 ${offset} MSTORE8`), 2n * PUSH + 3n + costOfWords((offset + 1n + 31n) / 32n), `MSTORE8 ${offset}`)
  }
})

test('mload: memory that is there already costs nothing more', () => {
  assert.is(cost('1000 MLOAD 1000 MLOAD 0 MLOAD'), 3n * (PUSH + 3n) + costOfWords(33n))
})

test('mstore: one gas too little halts', () => {
  const gas = 2n * PUSH + 3n + costOfWords(33n)
  assert.is(ending('1 1000 MSTORE STOP', { gas }), 'Stop')
  assert.is(ending('1 1000 MSTORE STOP', { gas: gas - 1n }), 'OutOfGas')
})

test('mload, mstore, mstore8: an offset that no memory can have halts', () => {
  for (const offset of FAR) {
    assert.is(ending(`${offset} MLOAD`), 'OutOfGas', `MLOAD ${offset}`)
    assert.is(ending(`1 ${offset} MSTORE`), 'OutOfGas', `MSTORE ${offset}`)
    assert.is(ending(`1 ${offset} MSTORE8`), 'OutOfGas', `MSTORE8 ${offset}`)
  }
})

test('mcopy: source and destination may overlap', () => {
  const bytes = (program: string) => Buffer.from(play(`${FILL} ${program} MSIZE 0 RETURN`).output).toString('hex')
  const numbered = NUMBERED.slice(2)
  assert.is(bytes('31 0 1 MCOPY'), `01${numbered.slice(0, 62)}`)
  assert.is(bytes('31 1 0 MCOPY'), `${numbered.slice(2)}20`)
  assert.is(bytes('32 0 32 MCOPY'), numbered + numbered)
  assert.is(bytes('32 0 0 MCOPY'), numbered)
})

test('mcopy: grows memory for what it reads and for what it writes', () => {
  assert.is(top(`${FILL} 1 200 0 MCOPY MSIZE`), 224n)
  assert.is(top(`${FILL} 1 0 200 MCOPY MSIZE`), 224n)
})

test('mcopy: costs 3, 3 by word, and the growth', () => {
  assert.is(cost('33 0 64 MCOPY'), 3n * PUSH + 3n + 6n + costOfWords(4n))
})

test('mcopy: a length of zero does not look at the offsets', () => {
  assert.is(cost(`0 ${MAX} ${MAX} MCOPY`), 3n * PUSH + 3n)
  assert.is(top(`0 0xfff00000 0xfff00000 MCOPY MSIZE`), 0n)
})

test('mcopy: an offset or a length that no memory can have halts', () => {
  for (const far of FAR) {
    assert.is(ending(`1 0 ${far} MCOPY`), 'OutOfGas')
    assert.is(ending(`1 ${far} 0 MCOPY`), 'OutOfGas')
    assert.is(ending(`${far} 0 0 MCOPY`), 'OutOfGas')
  }
})

test('mcopy: begins with Cancun (EIP-5656)', () => {
  assert.is(ending('0 0 0 MCOPY', { fork: Fork.Shanghai }), 'UndefinedInstruction')
  assert.is(ending('0 0 0 MCOPY', { fork: Fork.Cancun }), 'Stop')
})

test.run()
