import * as assert from 'uvu/assert'
import { measureDifference } from '../../bench/harness.js'
import { environment, loadCase, messageTo, programState } from '../../bench/micro/case-machine.js'
import { observe } from '../../bench/micro/observe.js'
import { casesOf } from '../../bench/micro/opcode-cases.js'
import { allOpcodeCases, OpcodeMeter } from '../../bench/micro/opcode-run.js'
import { osakaOpcodes, readOpcodes } from '../../bench/micro/opcode-table.js'
import { precompileCases, precompileInputs } from '../../bench/micro/precompile-cases.js'
import { readPrograms } from '../../bench/program/index.js'
import { PROGRAM_GAS_LIMIT, word } from '../../bench/program/program.js'
import { Fork } from '../../src/types/fork.js'
import { Status } from '../../src/types/status.js'
import { readConstants } from '../../src/wasm/instantiate.js'
import { createMachine } from '../../src/wasm/machine.js'
import { suite } from '../support/suite.js'

const test = suite('bench/opcode-cases')
const machine = createMachine()

test('the opcode table is that of the binary', () => {
  assert.is(readOpcodes(Fork.Frontier).length, 130)
  assert.is(osakaOpcodes.length, 150)
  assert.equal(
    osakaOpcodes.find(({ name }) => name === 'CLZ'),
    { number: 0x1e, name: 'CLZ', taken: 1, put: 1 },
  )
  assert.is(osakaOpcodes.find(({ number }) => number === 0x73)?.name, 'PUSH20')
})

test('every opcode of Osaka has a case, and the case executes it', () => {
  const missing = osakaOpcodes.filter((opcode) => casesOf(opcode).length === 0)
  assert.equal(missing, [], 'opcodes without a case in bench/micro/opcode-cases.ts')

  const numbers = new Map(osakaOpcodes.map(({ name, number }) => [name, number]))
  for (const subject of [...allOpcodeCases(), ...precompileCases()]) {
    const { state, messages } = loadCase(machine, subject)
    const [withOpcode, without] = messages.map((message) => observe(message, state))
    const expected = subject.ending === 'STOP' ? Status.Stop : Status.Revert
    assert.is(withOpcode!.status, expected, subject.name)
    assert.is(without!.status, expected, subject.name)
    const number = numbers.get(subject.opcode)!
    const executed = withOpcode!.counts[number]! - without!.counts[number]!
    assert.is(executed, subject.count, `${subject.name}: executed more often than without it`)
  }
})

test('names of cases differ', () => {
  const names = [...allOpcodeCases(), ...precompileCases()].map(({ name }) => name)
  assert.is(new Set(names).size, names.length)
})

test('every precompile has an input that it accepts', () => {
  const addresses = [...readConstants()].filter(([name]) => name.startsWith('Precompile.')).map(([, value]) => value)
  const inputs = precompileInputs()
  machine.startBlock(environment, programState({ accounts: [] }))
  assert.equal(
    [...new Set(inputs.map(({ address }) => address))].sort((a, b) => a - b),
    addresses.sort((a, b) => a - b),
  )
  for (const { name, address, input } of inputs) {
    const { status, output } = machine.call(messageTo(word(BigInt(address)).subarray(12), input))
    assert.is(status, Status.Return, name)
    assert.ok(output.length > 0 && output.some((byte) => byte !== 0), `${name}: no answer`)
  }
})

test('an observation accounts for all gas and agrees with the machine', () => {
  for (const name of ['call', 'nested-call', 'hash']) {
    const program = readPrograms().find((candidate) => candidate.name === name)!
    const message = messageTo(program.to, program.data, PROGRAM_GAS_LIMIT)
    const { status, gasUsed, gas, counts, instructions } = observe(message, programState(program))
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
    assert.is(status, Status.Return, name)
    assert.is(sum(gas), gasUsed, name)
    assert.is(sum(counts), instructions, name)
    machine.startBlock(environment, programState(program))
    assert.is(machine.call(message).gasUsed, BigInt(gasUsed), name)
  }
})

/** Other programs take their turns in the middle of a measurement: what holds, holds in one of several. */
function atLeastOnce(attempt: () => void): void {
  for (let left = 9; left > 0; left--) {
    try {
      attempt()
      return
    } catch {}
  }
  attempt()
}

test('a measured difference is that of the two', () => {
  const spin = (milliseconds: number) => (times: number) => {
    const end = performance.now() + milliseconds * times
    while (performance.now() < end);
  }
  atLeastOnce(() => {
    const { nanoseconds } = measureDifference(spin(0.03), spin(0.01), { batches: 9 })
    assert.ok(nanoseconds > 10_000 && nanoseconds < 30_000, `${nanoseconds} ns`)
  })
})

const QUICK = { batchTime: 0.2, batches: 5, warmUp: 2 }

test('costs: hashing takes longer than adding, a jump does not cost less than nothing', () => {
  const meter = new OpcodeMeter(QUICK)
  atLeastOnce(() => assert.ok(new OpcodeMeter(QUICK).cost('KECCAK256') > 5 * new OpcodeMeter(QUICK).cost('ADD')))
  assert.ok(meter.cost('JUMP') >= 0)
  atLeastOnce(() => assert.ok(new OpcodeMeter(QUICK).cost('RETURN') > 0))
  assert.throws(() => meter.cost('NOPE'), /no case measures NOPE/)
})

test.run()
