import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { Fork, forkName } from '../../src/types/fork.js'
import { Status, statusName } from '../../src/types/status.js'
import { play, trace } from '../support/bytecode.js'
import { nameOf, op, opcodesOf, tables } from '../support/opcode.js'
import { suite } from '../support/suite.js'
import { sweepProgram } from '../support/sweep.js'

const test = suite('meta/tables')

/** The members of an AssemblyScript enum, with their numbers. */
function readEnum(file: string, name: string): Record<string, number> {
  const source = readFileSync(new URL(`../../../assembly/${file}`, import.meta.url), 'utf8')
  const body = new RegExp(`export enum ${name} \\{([^}]*)\\}`).exec(source)
  assert.ok(body, `assembly/${file} has an enum ${name}`)
  const members: Record<string, number> = {}
  let next = 0
  for (const [, member, value] of body[1]!.replace(/\/\/.*$/gm, '').matchAll(/(\w+)(?:\s*=\s*(\w+))?\s*,/g)) {
    if (value !== undefined) next = Number(value)
    members[member!] = next++
  }
  return members
}

test('Fork has the same names and numbers in both languages', () => {
  const members = readEnum('fork/fork.ts', 'Fork')
  assert.equal(members, { ...Fork })
  assert.equal(Object.values(members), [...Object.keys(members).keys()])
})

test('Status has the same names and numbers in both languages', () => {
  assert.equal(readEnum('status.ts', 'Status'), { ...Status })
})

const ALL = Array.from({ length: 256 }, (_, number) => number)
const PUSH_COST = 3n

/** The height of the stack after an opcode that goes on: the next thing that is traced. */
function heightAfter(opcode: number): number {
  const steps = trace(sweepProgram(opcode, 1))
  const at = steps.findIndex((step) => step.op === opcode && step.stack.length === tables.stackTaken(opcode))
  return steps.slice(at + 1).find(({ depth }) => depth === 1)!.stack.length
}

test('an opcode that has a price in a fork runs there, and no other does', () => {
  for (const fork of Object.values(Fork)) {
    for (const opcode of ALL) {
      const runs = play(sweepProgram(opcode, 1), { fork }).status !== Status.UndefinedInstruction
      assert.is(runs, tables.baseGas(opcode, fork) >= 0, `${forkName(fork)} ${nameOf(opcode)}`)
    }
  }
})

test('an opcode has a name exactly if some fork has it', () => {
  for (const opcode of ALL) {
    assert.is(!nameOf(opcode).startsWith('0x'), tables.existsSince(opcode) <= Fork.Osaka, nameOf(opcode))
  }
})

test('an opcode of one fork is in every later one', () => {
  for (const fork of Object.values(Fork)) {
    for (const opcode of ALL) assert.is(tables.baseGas(opcode, fork) >= 0, tables.existsSince(opcode) <= fork)
  }
})

test('an opcode halts with one word less than it takes, and not with as many', () => {
  for (const opcode of opcodesOf(Fork.Osaka)) {
    const taken = tables.stackTaken(opcode)
    const status = (words: number) => statusName(play(sweepProgram(opcode, 1, words)).status)
    assert.is.not(status(taken), 'StackUnderflow', nameOf(opcode))
    if (taken > 0) assert.is(status(taken - 1), 'StackUnderflow', nameOf(opcode))
  }
})

test('an opcode that goes on leaves as many words as it puts', () => {
  const ends = ['STOP', 'RETURN', 'REVERT', 'INVALID', 'SELFDESTRUCT', 'RETURNDATACOPY'].map(op)
  for (const opcode of opcodesOf(Fork.Osaka)) {
    if (!ends.includes(opcode)) assert.is(heightAfter(opcode), tables.stackPut(opcode), nameOf(opcode))
  }
})

test('an opcode halts with one gas less than its base price', () => {
  for (const fork of Object.values(Fork)) {
    for (const opcode of opcodesOf(fork)) {
      const price = tables.baseGas(opcode, fork)
      if (price === 0) continue
      const gas = PUSH_COST * BigInt(tables.stackTaken(opcode)) + BigInt(price)
      const { status } = play(sweepProgram(opcode, 0), { fork, gas: gas - 1n })
      assert.is(statusName(status), 'OutOfGas', `${forkName(fork)} ${nameOf(opcode)}`)
    }
  }
})

test.run()
