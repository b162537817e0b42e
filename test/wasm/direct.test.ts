import * as assert from 'uvu/assert'
import { StateBackendError } from '../../src/errors.js'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import { memoryState } from '../../src/state/memory-state.js'
import { Fork } from '../../src/types/fork.js'
import { AccountAnswer, type DirectBackend, type StateBackend } from '../../src/types/state.js'
import { layout } from '../../src/wasm/layout.js'
import { createMachine } from '../../src/wasm/machine.js'
import { bytecode, hex, word } from '../support/bytecode.js'
import { address, BUILDS, CONTRACT, callIn, environmentOf, messageTo } from '../support/machine.js'
import { outcomeOfTasks, sequentially } from '../support/same.js'
import { SENDERS, workloadOf } from '../support/steps.js'
import { suite } from '../support/suite.js'

const test = suite('wasm/direct')

const RICH = address(0x51)
const CODED = address(0x52)
const NOBODY = address(0x53)
const environment = environmentOf(Fork.Prague)

/** Returns what there is to be known of some accounts, and slots of its own. */
const LOOKS = bytecode(`
  ${hex(RICH)} BALANCE 0 MSTORE ${hex(CODED)} EXTCODEHASH 32 MSTORE ${hex(CODED)} EXTCODESIZE 64 MSTORE
  ${hex(NOBODY)} EXTCODEHASH 96 MSTORE ${hex(NOBODY)} BALANCE 128 MSTORE ${hex(RICH)} EXTCODEHASH 160 MSTORE
  1 SLOAD 192 MSTORE 2 SLOAD 224 MSTORE 0 NOT SLOAD 256 MSTORE 288 0 RETURN
`)

function stateToLookAt() {
  const state = memoryState()
  state.set(CONTRACT, {
    code: LOOKS,
    nonce: (1n << 64n) - 2n,
    slots: [
      [word(1n), word((1n << 256n) - 2n)],
      [word((1n << 256n) - 1n), word(5n)],
    ],
  })
  state.set(RICH, { balance: (1n << 256n) - 3n, nonce: 7n })
  state.set(CODED, { code: bytecode('1 2 ADD') })
  return state
}

/** Answers in objects only. */
function plain(state: StateBackend): StateBackend {
  return {
    account: (at) => state.account(at),
    slot: (at, key) => state.slot(at, key),
    code: (hash) => state.code(hash),
  }
}

for (const build of BUILDS) {
  test(`${build}: what a backend writes itself is what it answers in objects`, () => {
    const state = stateToLookAt()
    const message = messageTo(CONTRACT, { value: 0n })
    const { output, ...direct } = callIn(build, environment, state, message)
    assert.equal({ output, ...direct }, callIn(build, environment, plain(state), message))
    assert.is(output.length, 288)
    assert.equal(output.subarray(0, 32), word((1n << 256n) - 3n))
    assert.equal(output.subarray(192, 224), word((1n << 256n) - 2n))
  })
}

test('an error of the backend keeps its cause, and says what was asked', () => {
  const fails = (): never => {
    throw new RangeError('out of reach')
  }
  const state = stateToLookAt()
  const read: DirectBackend['readAccountsInto'] = (...given) => state.readAccountsInto(...given)
  const broken: [string, DirectBackend][] = [
    ['account', { ...plain(state), readAccountsInto: fails, readSlotInto: fails, lendCode: fails }],
    ['code', { ...plain(state), readAccountsInto: read, readSlotInto: fails, lendCode: fails }],
    [
      'slot',
      { ...plain(state), readAccountsInto: read, readSlotInto: fails, lendCode: (hash) => state.lendCode(hash) },
    ],
  ]
  for (const [what, backend] of broken) {
    let caught: unknown
    try {
      callIn('release', environment, backend, messageTo(CONTRACT))
    } catch (error) {
      caught = error
    }
    assert.instance(caught, StateBackendError)
    assert.instance((caught as StateBackendError).cause, RangeError)
    assert.match((caught as StateBackendError).message, what)
  }
})

test('questions and answers stand where the core has them', () => {
  const { balance, nonce, exists, hasStorage, codeHash, address: question, words } = AccountAnswer
  const { ACCOUNT_BALANCE, ACCOUNT_NONCE, ACCOUNT_EXISTS, ACCOUNT_HAS_STORAGE, ACCOUNT_CODE_HASH } = layout
  const expected = [ACCOUNT_BALANCE, ACCOUNT_NONCE, ACCOUNT_EXISTS, ACCOUNT_HAS_STORAGE, ACCOUNT_CODE_HASH]
  assert.equal(
    [balance, nonce, exists, hasStorage, codeHash].map((at) => 4 * at),
    expected,
  )
  assert.equal([4 * question, 4 * words], [layout.ACCOUNT_ADDRESS, layout.ACCOUNT_ANSWER_SIZE])
})

for (const failsAtOnce of [false, true]) {
  const when = failsAtOnce ? 'one by one where that fails' : 'at once'
  test(`accounts that the next transactions name are asked for ${when}`, async () => {
    const workload = workloadOf((index) => ({ to: SENDERS[(index + 3) % SENDERS.length]!, value: 1n }))
    const state = memoryState()
    for (const sender of SENDERS) state.set(sender, { balance: 10n ** 18n })
    const asked: number[] = []
    const backend: DirectBackend = {
      ...plain(state),
      readSlotInto: (...given) => state.readSlotInto(...given),
      lendCode: (hash) => state.lendCode(hash),
      readAccountsInto(memory, at, count) {
        asked.push(count)
        if (failsAtOnce && count > 1) throw new RangeError('one at a time')
        state.readAccountsInto(memory, at, count)
      },
    }
    const machine = createMachine()
    const expected = sequentially(machine, workload)
    machine.startBlock(workload.environment, backend)
    const tasks = await executeSequential(machine, BlockMessages.of(machine, workload.messages), {})
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
    // Everybody sends once and is paid once; nobody names the fee recipient; what has come is not asked for again.
    const each = Array.from({ length: SENDERS.length }, () => 1)
    assert.equal(asked, [2 * SENDERS.length, ...(failsAtOnce ? each : []), 1])
  })
}

test.run()
