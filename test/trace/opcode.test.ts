import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { opcodeInputs, opcodeName } from '../../src/trace/opcode.js'
import { suite } from '../support/suite.js'

const test = suite('trace/opcode')

interface Row {
  op: number
  name: string
  taken: number
}

/** The rows of the core's own table: number, name, words taken. */
function traits(): Row[] {
  const source = readFileSync(new URL('../../../assembly/opcode/traits.ts', import.meta.url), 'utf8')
  return [...source.matchAll(/\/\* ([0-9a-f]{2}) (\w+) +\*\/ (\d+)/g)].map(([, op, name, taken]) => ({
    op: Number.parseInt(op!, 16),
    name: name!,
    taken: Number(taken),
  }))
}

test('instructions have the names of the core, but for the one that geth has left as it was', () => {
  const names = traits().map(({ op, name }) => [op, name] as const)
  assert.ok(names.length >= 75, `${names.length} rows`)
  for (const [op, name] of names) assert.is(opcodeName(op), name === 'PREVRANDAO' ? 'DIFFICULTY' : name)
})

test('instructions need as many words as the core takes', () => {
  for (const { op, name, taken } of traits()) assert.is(opcodeInputs(op), taken, name)
})

test.run()
