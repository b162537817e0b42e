import * as assert from 'uvu/assert'
import { Fork, forkName } from '../../src/types/fork.js'
import { layout } from '../../src/wasm/layout.js'
import { play } from '../support/bytecode.js'
import { endingOf, referenceCall } from '../support/ethereumjs.js'
import { CONTRACT, environmentOf, machineOf, messageTo, SENDER } from '../support/machine.js'
import { nameOf, op, opcodesOf } from '../support/opcode.js'
import { suite } from '../support/suite.js'
import { sweepProgram } from '../support/sweep.js'

const test = suite('opcode/coverage')

const BALANCE = 1n << 60n
/** The least that is not nothing, and more than a word of memory. */
const OPERANDS = [1, 33]

for (const fork of Object.values(Fork)) {
  test(`${forkName(fork)}: every opcode costs, ends and returns as in @ethereumjs/evm`, async () => {
    for (const opcode of opcodesOf(fork)) {
      for (const operand of OPERANDS) {
        const code = sweepProgram(opcode, operand)
        const { status, gasUsed, output } = play(code, { fork, self: { balance: BALANCE } })
        const expected = await referenceCall(
          environmentOf(fork),
          [
            [SENDER, { balance: BALANCE }],
            [CONTRACT, { nonce: 1n, balance: BALANCE, code }],
          ],
          { ...messageTo(CONTRACT), to: CONTRACT },
        )
        const found = { ending: endingOf(status), gasUsed, output }
        const wanted = { ending: expected.ending, gasUsed: expected.gasUsed, output: expected.output }
        assert.equal(found, wanted, `${nameOf(opcode)} of ${operand}`)
      }
    }
  })
}

/** The debug build counts what it executes; the sweeps above ran in this process. */
test('every opcode of every fork was executed', () => {
  const { words } = machineOf('debug')
  const missing: string[] = []
  for (const fork of Object.values(Fork)) {
    for (const opcode of opcodesOf(fork)) {
      const count = words.u32(layout.OPCODE_COUNTS + 4 * (256 * fork + opcode))
      if (count === 0) missing.push(`${forkName(fork)} ${nameOf(opcode)}`)
    }
  }
  assert.equal(missing, [])
})

test('what a fork does not have is not counted', () => {
  play(Uint8Array.of(op('PUSH0')), { fork: Fork.Paris })
  assert.is(machineOf('debug').words.u32(layout.OPCODE_COUNTS + 4 * (256 * Fork.Paris + op('PUSH0'))), 0)
})

test.run()
