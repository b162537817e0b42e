import * as assert from 'uvu/assert'
import { bytesToHex } from '../../src/codec/hex.js'
import { StateBackendError } from '../../src/errors.js'
import { Fork } from '../../src/types/fork.js'
import type { Account, StateBackend } from '../../src/types/state.js'
import { bytecode, hex, numberOf, word } from '../support/bytecode.js'
import { BUILDS, CONTRACT, callIn, environmentOf, messageTo, SENDER, stateOf } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('wasm/host')

const CONTRACT_HEX = bytesToHex(CONTRACT)

/** A state that keeps a list of what it is asked for, and changes what single questions get. */
function observed(code: string, fields: Partial<Account>, changes: Partial<StateBackend> = {}) {
  const slots: [Uint8Array, Uint8Array][] = [1n, 2n, 3n].map((key) => [word(key), word(key + 100n)])
  const state = stateOf([
    [CONTRACT, { code: bytecode(code), slots }],
    [SENDER, { balance: 1n }],
  ])
  const asked: string[] = []
  const backend: StateBackend = {
    account: (address) => {
      const account = state.account(address)
      return account && hex(address) === hex(CONTRACT) ? { ...account, ...fields } : account
    },
    slot: (address, key) => {
      asked.push(`${hex(address)} ${numberOf(key)}`)
      return state.slot(address, key)
    },
    code: (codeHash) => state.code(codeHash),
    ...changes,
  }
  return { backend, asked }
}

/** Returns three slots and one that is not set. */
const READS = '1 SLOAD 0 MSTORE 2 SLOAD 32 MSTORE 3 SLOAD 64 MSTORE 4 SLOAD 96 MSTORE 2 SLOAD POP 128 0 RETURN'
const environment = environmentOf(Fork.Prague)

for (const build of BUILDS) {
  test(`${build}: every slot is asked for once, by address and key`, () => {
    const { backend, asked } = observed(READS, {})
    const { output } = callIn(build, environment, backend, messageTo(CONTRACT))
    assert.equal(
      [0, 32, 64, 96].map((at) => numberOf(output.subarray(at, at + 32))),
      [101n, 102n, 103n, 0n],
    )
    assert.equal(
      asked,
      [1, 2, 3, 4].map((key) => `${hex(CONTRACT)} ${key}`),
    )
  })

  test(`${build}: an account without storage is not asked for its slots, and can be given some`, () => {
    const { backend, asked } = observed(`7 1 SSTORE ${READS}`, { hasStorage: false })
    const { output, diff } = callIn(build, environment, backend, messageTo(CONTRACT))
    assert.equal(
      [0, 32].map((at) => numberOf(output.subarray(at, at + 32))),
      [7n, 0n],
    )
    assert.equal(asked, [])
    assert.equal(diff.find(({ address }) => hex(address) === hex(CONTRACT))?.slots, [[word(1n), word(7n)]])
  })

  test(`${build}: a balance of four limbs arrives whole`, () => {
    const balance = 0x1111_2222_3333_4444_5555_6666_7777_8888_9999_aaaa_bbbb_ccccn << 64n
    const { backend } = observed('SELFBALANCE 0 MSTORE 32 0 RETURN', { balance })
    assert.is(numberOf(callIn(build, environment, backend, messageTo(CONTRACT)).output), balance)
  })

  test(`${build}: a backend's failure says what was asked, and why there was no answer`, () => {
    const cause = new Error('the line is dead')
    const fail = () => {
      throw cause
    }
    for (const [changes, what] of [
      [{ account: fail }, /^account 0x[0-9a-f]{40}$/],
      [{ slot: fail }, /^slot 0x0{63}1 of account 0x[0-9a-f]{40}$/],
      [{ code: fail }, /^code with hash 0x[0-9a-f]{64}$/],
    ] as const) {
      const { backend } = observed(READS, {}, changes)
      assert.throws(
        () => callIn(build, environment, backend, messageTo(CONTRACT)),
        (error: unknown) =>
          error instanceof StateBackendError &&
          error.code === 'BackendFailed' &&
          error.cause === cause &&
          what.test(String(error.details.asked)) &&
          error.message === `State backend: ${error.details.asked}: expected an answer, got the line is dead`,
      )
    }
  })

  test(`${build}: code that does not hash to its hash is refused, unless its backend has seen to that`, () => {
    const code = () => bytecode('STOP')
    const call = (changes: Partial<StateBackend>) =>
      callIn(build, environment, observed(READS, {}, changes).backend, messageTo(CONTRACT))
    assert.throws(
      () => call({ code }),
      (error: unknown) =>
        error instanceof StateBackendError &&
        error.code === 'InvalidCode' &&
        /code with hash (0x[0-9a-f]{64}): expected bytes with that hash, got 1 bytes with hash (?!\1)/.test(
          error.message,
        ),
    )
    assert.is(call({ code, hasCheckedCode: true }).output.length, 0)
  })

  test(`${build}: an answer of the wrong size or range is refused`, () => {
    for (const [fields, changes, message] of [
      [
        {},
        { slot: () => new Uint8Array(31) },
        `slot ${bytesToHex(word(1n))} of account ${CONTRACT_HEX}: expected 32 bytes, got 31 bytes`,
      ],
      [{ balance: -1n }, {}, `account ${CONTRACT_HEX}: expected a balance below 2^256, got -1`],
      [{ nonce: 2n ** 64n }, {}, `account ${CONTRACT_HEX}: expected a nonce below 2^64, got ${2n ** 64n}`],
      [{ codeHash: new Uint8Array(20) }, {}, `account ${CONTRACT_HEX}: expected a code hash of 32 bytes, got 20 bytes`],
    ] as const) {
      const { backend } = observed(READS, fields, changes)
      assert.throws(
        () => callIn(build, environment, backend, messageTo(CONTRACT)),
        (error: unknown) => error instanceof StateBackendError && error.message === `State backend: ${message}`,
      )
    }
  })
}

test.run()
