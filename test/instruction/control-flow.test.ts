import * as assert from 'uvu/assert'
import { cost, ending, MAX, play, top } from '../support/bytecode.js'
import { op } from '../support/opcode.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/control-flow')

const PUSH = 3n
/** A jump target that decoding cannot see. */
const computed = (target: bigint) => `${target} 0 ADD`
/** The ways in which a target gets to its jump: with it in one piece, or from the stack. */
const WAYS = [(target: bigint) => String(target), computed]

test('jump: goes on at a JUMPDEST', () => {
  assert.is(top('@over JUMP INVALID over: 5'), 5n)
  assert.is(top('@over 0 ADD JUMP INVALID over: 5'), 5n)
})

test('jump: any other target halts', () => {
  for (const way of WAYS) {
    for (const target of [0n, 1n, 10_000n, 1n << 32n, 1n << 64n, MAX]) {
      assert.is(ending(`${way(target)} JUMP`), 'InvalidJump', String(target))
    }
  }
})

test('jump: the low 32 or 64 bits of a target are not enough', () => {
  const jumpTo = (target: bigint) => ending(`PUSH32(${target}) 0 ADD JUMP over: STOP`)
  assert.is(jumpTo(37n), 'Stop')
  for (const shift of [32n, 63n, 64n, 128n, 255n]) assert.is(jumpTo((1n << shift) + 37n), 'InvalidJump', `2^${shift}`)
})

test('jump: a JUMPDEST inside the bytes of a PUSH is none', () => {
  const inside = [0x61, op('JUMPDEST'), op('JUMPDEST')]
  for (const target of [4, 5]) {
    assert.is(ending(Uint8Array.of(0x60, target, op('JUMP'), ...inside)), 'InvalidJump', String(target))
    assert.is(ending(Uint8Array.of(0x60, target + 3, 0x60, 0, op('ADD'), op('JUMP'), ...inside)), 'InvalidJump')
  }
  assert.is(ending(Uint8Array.of(0x60, 6, op('JUMP'), ...inside, op('JUMPDEST'))), 'Stop')
})

test('jumpi: goes on after it when the condition is zero, whatever the target', () => {
  for (const way of WAYS) assert.is(top(`0 ${way(MAX)} JUMPI 5`), 5n)
})

test('jumpi: any bit of the condition takes it', () => {
  for (const bit of [0n, 63n, 64n, 255n]) {
    assert.is(top(`${1n << bit} @over JUMPI INVALID over: 5`), 5n)
    assert.is(ending(`${1n << bit} 1 JUMPI`), 'InvalidJump')
    assert.is(ending(`${1n << bit} ${computed(1n)} JUMPI`), 'InvalidJump')
  }
})

test('jump, jumpi, jumpdest: cost 8, 10, 1', () => {
  assert.is(cost('@over JUMP over:'), PUSH + 8n + 1n)
  assert.is(cost('1 @over JUMPI over:'), 2n * PUSH + 10n + 1n)
  assert.is(cost('0 @over JUMPI over:'), 2n * PUSH + 10n + 1n)
  assert.is(cost('@over 0 ADD JUMP over:'), 3n * PUSH + 8n + 1n)
})

test('jump: a loop ends when its condition does, however often it went round', () => {
  assert.is(top('0 again: 1 ADD DUP1 50000 GT @again JUMPI', { gas: 10_000_000n }), 50_000n)
})

test('jump: an endless loop ends with its gas', () => {
  const { status, gasUsed } = play('again: @again JUMP', { gas: 1_000_000n })
  assert.is(status, 0x20)
  assert.is(gasUsed, 1_000_000n)
})

test('pc: is the position of the instruction itself', () => {
  assert.is(top('PC'), 0n)
  assert.is(top(`${MAX} POP PC`), 34n)
  assert.is(top('@over JUMP over: PC'), 5n)
})

test('gas: is what is left after its own price', () => {
  assert.is(top('GAS', { gas: 1000n }), 998n)
  assert.is(top('1 2 ADD POP GAS', { gas: 1000n }), 1000n - 3n * 3n - 2n - 2n)
})

test('gas: nothing of what follows is charged yet', () => {
  assert.is(top('GAS 1 2 3 4 5 6 7 8 9 10 POP POP POP POP POP POP POP POP POP POP', { gas: 1000n }), 998n)
})

test('jumpdest: the code behind an end is still reached by a jump', () => {
  assert.is(top('@over JUMP STOP 1 2 3 over: 4'), 4n)
})

test('jump: unreached code may hold anything', () => {
  assert.is(ending(Uint8Array.of(0x60, 6, op('JUMP'), 0x0c, 0xef, 0xfe, op('JUMPDEST'))), 'Stop')
})

test.run()
