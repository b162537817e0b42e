import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { heddle, scratchFolder } from '../support/cli.js'
import { suite } from '../support/suite.js'

const test = suite('cli/run')

/** Returns the word 3. */
const ADD = '6001600201600052602060 00f3'.replace(' ', '')

function run(...args: string[]): string {
  const { status, stdout, stderr } = heddle(['run', ...args])
  assert.is(status, 0, stderr)
  return stdout
}

function complaint(...args: string[]): string {
  const { status, stdout, stderr } = heddle(['run', ...args])
  assert.is(status, 1)
  assert.is(stdout, '')
  return stderr.trimEnd()
}

test('prints output, gas used and status', () => {
  assert.is(run('--code', ADD), `output: 0x${'3'.padStart(64, '0')}\ngas used: 24\nstatus: Return\n`)
  assert.is(run('--code', `0x${ADD}`, '--gas', '0x10'), 'output: 0x\ngas used: 16\nstatus: OutOfGas\n')
  assert.match(
    run('--code', '60016000526020600 0fd'.replace(' ', '')),
    /^output: 0x0*1\ngas used: 18\nstatus: Revert\n$/,
  )
})

test('rules are those of the fork', () => {
  assert.match(run('--code', '5f00'), /status: Stop/)
  assert.match(run('--code', '5f00', '--fork', 'London'), /status: UndefinedInstruction/)
})

test('input, value, sender and receiver are seen by the code', () => {
  const word = (hex: string) => `output: 0x${hex.padStart(64, '0')}\n`
  const give = '60005260206000f3'
  assert.ok(run('--code', `600035${give}`, '--input', `${'00'.repeat(31)}2a`).startsWith(word('2a')))
  assert.ok(run('--code', `34${give}`, '--value', '7').startsWith(word('7')))
  assert.ok(run('--code', `33${give}`, '--sender', 'aa'.repeat(20)).startsWith(word('aa'.repeat(20))))
  assert.ok(run('--code', `30${give}`, '--receiver', 'bb'.repeat(20)).startsWith(word('bb'.repeat(20))))
})

test('--create runs initcode and puts out the code that it leaves', () => {
  // Returns the single byte 00.
  assert.match(
    run('--create', '--code', '60016000f3'),
    /^output: 0x00\ngas used: 209\nstatus: Return\ncontract: 0x[0-9a-f]{40}\n$/,
  )
})

test('code may stand in a file', () => {
  const file = join(scratchFolder(), 'code.hex')
  writeFileSync(file, `0x${ADD.slice(0, 6)}\n${ADD.slice(6)}\n`)
  assert.match(run('--code-file', file), /gas used: 24/)
  assert.match(
    complaint('--code-file', file, '--code', ADD),
    /^heddle: --code: expected hex, here or in --code-file, got both$/,
  )
})

test('--trace prints each instruction on standard error', () => {
  const { stderr } = heddle(['run', '--trace', '--code', '6001'])
  const lines = stderr.trimEnd().split('\n')
  assert.is(lines.length, 3)
  assert.equal(JSON.parse(lines[1]!).stack, ['0x1'])
})

test('--bench measures', () => {
  const lines = run('--bench', '--gas', '100000', '--code', '5b600056').split('\n')
  assert.match(lines[3]!, /^runs: \d+$/)
  assert.match(lines[4]!, /^instructions: 2\d{4}$/)
  assert.match(lines[6]!, /^speed: \d+\.\d\d ns per instruction, \d+\.\d Mgas\/s$/)
})

test('what is malformed is named', () => {
  assert.is(complaint(), 'heddle: --code: expected hex, here or in --code-file, got neither')
  assert.match(complaint('--code', 'xyz'), /^heddle: --code: /)
  assert.match(
    complaint('--code', '00', '--gas', '99999999999999999999'),
    /^heddle: --gas: expected an integer below 2\^64/,
  )
  assert.match(complaint('--code', '00', '--gas', '0x8000000000000000'), /^heddle: .*expected a gas limit below 2\^63/)
  assert.match(complaint('--code', '00', '--fork', 'Nowhere'), /expected one of Frontier, .* got "Nowhere"/)
  assert.match(complaint('--code', '00', '--sender', '12'), /^heddle: --sender: expected 20 bytes/)
})

test('code without end is stopped by the clock', () => {
  assert.match(
    complaint('--code', '5b600056', '--gas', '0x7fffffffffffffff', '--timeout', '1'),
    /expected to end within 1000 ms/,
  )
})

test('ten million bytes of code run', () => {
  const file = join(scratchFolder(), 'long.hex')
  writeFileSync(file, '5b'.repeat(10_000_000))
  assert.match(run('--code-file', file), /gas used: 10000000\nstatus: Stop/)
})

test.run()
