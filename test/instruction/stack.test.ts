import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { cost, ending, play, top, trace } from '../support/bytecode.js'
import { op } from '../support/opcode.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/stack')

const BYTES = Array.from({ length: 32 }, (_, index) => 0x81 + index)
const RETURN_TOP = [0x60, 0, 0x52, 0x60, 32, 0x60, 0, 0xf3]

/** A number of `size` bytes, all different and none zero. */
const pushed = (size: number) => BigInt(`0x${Buffer.from(BYTES.slice(0, size)).toString('hex')}`)

test('push: every size pushes its bytes, the first one highest', () => {
  for (let size = 1; size <= 32; size++) {
    const code = Uint8Array.of(0x5f + size, ...BYTES.slice(0, size), ...RETURN_TOP)
    assert.is(play(code).word, pushed(size), `PUSH${size}`)
  }
})

test('push: leading zeros do not matter', () => {
  for (let zeros = 0; zeros < 32; zeros++) {
    const value = BigInt(`0x${Buffer.from(BYTES.slice(zeros)).toString('hex')}`)
    const code = Uint8Array.of(0x7f, ...new Array(zeros).fill(0), ...BYTES.slice(zeros), ...RETURN_TOP)
    assert.is(play(code).word, value, `${zeros} zeros`)
  }
})

test('push: bytes behind the end of the code are zero', () => {
  for (let size = 1; size <= 32; size++) {
    for (const given of new Set([1, (size + 1) >> 1, size])) {
      const last = trace(Uint8Array.of(0x5f + size, ...BYTES.slice(0, given))).at(-1)!
      assert.equal(last.stack, [pushed(given) << BigInt(8 * (size - given))], `PUSH${size}, ${given}`)
    }
    assert.equal(trace(Uint8Array.of(0x5f + size)).at(-1)!.stack, [0n])
  }
})

test('push0: begins with Shanghai (EIP-3855) and costs 2', () => {
  assert.is(ending(Uint8Array.of(0x5f), { fork: Fork.Paris }), 'UndefinedInstruction')
  assert.is(cost('PUSH0', { fork: Fork.Shanghai }), 2n)
  assert.is(top('PUSH0'), 0n)
})

test('dup: every rank copies the word that far down', () => {
  const words = Array.from({ length: 16 }, (_, index) => 100 + index)
  for (let rank = 1; rank <= 16; rank++)
    assert.is(top(`${words.join(' ')} DUP${rank}`), BigInt(116 - rank), `DUP${rank}`)
})

test('swap: every rank exchanges the top word with the one that far below it', () => {
  const words = Array.from({ length: 17 }, (_, index) => 100 + index)
  for (let rank = 1; rank <= 16; rank++) {
    const stack = trace(`${words.join(' ')} SWAP${rank}`)
      .at(-1)!
      .stack.map(Number)
    const expected = [...words]
    expected[16] = words[16 - rank]!
    expected[16 - rank] = words[16]!
    assert.equal(stack, expected, `SWAP${rank}`)
  }
})

test('dup, swap: one word too few halts', () => {
  for (let rank = 1; rank <= 16; rank++) {
    const words = new Array(rank - 1).fill(1).join(' ')
    assert.is(ending(`${words} DUP${rank}`.trim()), 'StackUnderflow', `DUP${rank}`)
    assert.is(ending(`${words} 1 SWAP${rank}`.trim()), 'StackUnderflow', `SWAP${rank}`)
  }
})

test('pop: takes the top word away', () => {
  assert.is(top('1 2 POP'), 1n)
  assert.is(ending('POP'), 'StackUnderflow')
})

test('push, dup: the 1025th word halts', () => {
  const full = new Array(1024).fill(op('ADDRESS'))
  assert.is(ending(Uint8Array.from(full)), 'Stop')
  for (const name of ['ADDRESS', 'PUSH1', 'PUSH32', 'DUP1', 'DUP16', 'GAS', 'PUSH0']) {
    assert.is(ending(Uint8Array.of(...full, op(name))), 'StackOverflow', name)
  }
  assert.is(ending(Uint8Array.of(...full, op('ADD'), op('SWAP16'), op('STOP'))), 'Stop')
})

test('push: a full stack that is filled and emptied within one block halts where it overflows', () => {
  const full = new Array(1023).fill(op('ADDRESS'))
  assert.is(ending(Uint8Array.of(...full, 0x60, 1, 0x60, 2, op('ADD'), op('POP'))), 'StackOverflow')
  assert.is(ending(Uint8Array.of(...full, 0x60, 1, op('POP'), 0x60, 2, op('POP'))), 'Stop')
})

test.run()
