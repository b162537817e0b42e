import * as assert from 'uvu/assert'
import { type HeddleError, InputError, ResourceLimitError, StateBackendError } from '../src/errors.js'
import { Fork } from '../src/types/fork.js'
import type { Account, StateBackend } from '../src/types/state.js'
import { statusName } from '../src/types/status.js'
import type { Message, TransactionResult } from '../src/types/transaction.js'
import { createMachine, type Machine } from '../src/wasm/machine.js'
import { bytecode, hex, word } from './support/bytecode.js'
import {
  address,
  COINBASE,
  CONTRACT,
  environmentOf,
  messageTo,
  SENDER,
  SMALL_MEMORY,
  stateOf,
} from './support/machine.js'
import { suite } from './support/suite.js'

const test = suite('bad-input')

/** As good as endless, and the most that a machine takes. */
const ENDLESS = (1n << 63n) - 1n
const OTHER = address(2)
const MEGABYTE = 1 << 20

const machine = createMachine({ memory: SMALL_MEMORY })

function stateWith(code: string | Uint8Array): StateBackend {
  return stateOf([
    [SENDER, { balance: 1n << 100n }],
    // Without a slot of its own nobody would be asked for its slots.
    [CONTRACT, { nonce: 1n, code: typeof code === 'string' ? bytecode(code) : code, slots: [[word(99n), word(1n)]] }],
    [OTHER, { balance: 1n }],
  ])
}

/** A fresh block on `backend`, then one call in it. */
function call(backend: StateBackend, changes: Partial<Message> = {}, fork: Fork = Fork.Prague): TransactionResult {
  machine.startBlock(environmentOf(fork), backend)
  return machine.call(messageTo(CONTRACT, changes))
}

/** Fails with an error of this class and code; the machine works on, in the same block and in the next. */
function refused(run: () => unknown, type: typeof HeddleError, code: string, in_: Machine = machine): HeddleError {
  let caught: unknown
  try {
    run()
  } catch (error) {
    caught = error
  }
  assert.instance(caught, type)
  const error = caught as HeddleError
  assert.is(error.code, code)
  assert.match(error.message, /expected .*got/)
  stillWorks(in_)
  return error
}

function stillWorks(in_: Machine): void {
  in_.startBlock(environmentOf(Fork.Prague), stateWith('2 3 ADD 0 MSTORE 32 0 RETURN'))
  const { status, output, gasUsed } = in_.call(messageTo(CONTRACT))
  assert.is(statusName(status), 'Return')
  assert.is(output[31], 5)
  assert.is(gasUsed, 24n)
}

test('machine: a memory that is too small, too large or no whole number is refused', () => {
  for (const memory of [
    0,
    -1,
    1 << 20,
    SMALL_MEMORY - 1,
    2 ** 32,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 28 + 0.5,
  ]) {
    refused(() => createMachine({ memory }), InputError, 'InvalidMemory')
  }
})

test('gas limit: from 2^63 on and below zero is refused', () => {
  for (const gasLimit of [1n << 63n, 1n << 64n, 1n << 256n, -1n]) {
    refused(() => call(stateWith('STOP'), { gasLimit }), InputError, 'InvalidGasLimit')
  }
})

test('gas limit: 2^63 - 1 is gas like any other', () => {
  const { status, gasUsed } = call(stateWith('1 2 ADD'), { gasLimit: ENDLESS })
  assert.is(statusName(status), 'Stop')
  assert.is(gasUsed, 9n)
})

test('code: 10 MB from a backend run where there is room', () => {
  const code = new Uint8Array(10 * MEGABYTE).fill(0x5b)
  refused(() => call(stateWith(code)), ResourceLimitError, 'HeapLimit')
  const large = createMachine({ memory: 2 ** 31 })
  large.startBlock(environmentOf(Fork.Prague), stateWith(code))
  const { status, gasUsed } = large.call(messageTo(CONTRACT, { gasLimit: ENDLESS }))
  assert.is(statusName(status), 'Stop')
  assert.is(gasUsed, BigInt(code.length))
})

test('code: 10 MB of initcode run where there is room', () => {
  const data = new Uint8Array(10 * MEGABYTE).fill(0x5b)
  const create = (in_: Machine) => {
    in_.startBlock(environmentOf(Fork.Berlin, { gasLimit: 1n << 62n }), stateWith(''))
    return in_.transact(messageTo(undefined, { data, gasLimit: 1n << 40n }))
  }
  refused(() => create(machine), ResourceLimitError, 'MemoryLimit')
  assert.is(statusName(create(createMachine({ memory: 2 ** 30 })).status), 'Return')
})

test('data: more than the machine has room for is refused', () => {
  const data = new Uint8Array(100 * MEGABYTE)
  refused(() => call(stateWith('STOP'), { data }), ResourceLimitError, 'HeapLimit')
})

const failures: [what: string, broken: Partial<StateBackend>][] = [
  ['account', { account: () => raise() }],
  ['slot', { slot: () => raise() }],
  ['code', { code: () => raise() }],
]

function raise(): never {
  throw new Error('the disk is on fire')
}

/** The state answers, except for what `broken` replaces. */
function brokenState(broken: Partial<StateBackend>): StateBackend {
  const state = stateWith('0 SLOAD')
  return {
    account: (at) => state.account(at),
    slot: (at, key) => state.slot(at, key),
    code: (hash) => state.code(hash),
    ...broken,
  }
}

for (const [what, broken] of failures) {
  test(`backend: an error in ${what} keeps its cause`, () => {
    const error = refused(() => call(brokenState(broken)), StateBackendError, 'BackendFailed')
    assert.is((error.cause as Error).message, 'the disk is on fire')
  })
}

test('backend: an account that cannot be is refused', () => {
  const good: Account = { nonce: 0n, balance: 0n, codeHash: new Uint8Array(32), hasStorage: false }
  const wrong: Partial<Account>[] = [
    { balance: -1n },
    { balance: 1n << 256n },
    { nonce: -1n },
    { nonce: 1n << 64n },
    { codeHash: new Uint8Array(31) },
    { codeHash: new Uint8Array(33) },
  ]
  for (const fields of wrong) {
    const account = () => ({ ...good, ...fields })
    refused(() => call(brokenState({ account })), StateBackendError, 'InvalidAccount')
  }
})

test('backend: an account without its fields, or of other types, is refused', () => {
  const wrong: unknown[] = [{}, null, 7, 'account', { nonce: 0, balance: 0, codeHash: new Uint8Array(32) }]
  for (const value of wrong) {
    const account = () => value as Account
    refused(() => call(brokenState({ account })), StateBackendError, 'InvalidAccount')
  }
})

test('backend: a slot that is not 32 bytes is refused', () => {
  for (const size of [0, 1, 31, 33]) {
    const slot = () => new Uint8Array(size)
    refused(() => call(brokenState({ slot })), StateBackendError, 'InvalidSlot')
  }
})

test('backend: code that is no bytes is refused', () => {
  for (const value of [undefined, null, 'code', 7]) {
    const code = () => value as unknown as Uint8Array
    refused(() => call(brokenState({ code })), StateBackendError, 'InvalidCode')
  }
})

test('backend: a block hash that is not 32 bytes is refused', () => {
  for (const size of [0, 31, 33, 4096]) {
    const run = () => {
      machine.startBlock(
        environmentOf(Fork.Prague, { blockHash: () => new Uint8Array(size) }),
        stateWith('999 BLOCKHASH'),
      )
      machine.call(messageTo(CONTRACT))
    }
    refused(run, StateBackendError, 'InvalidBlockHash')
  }
})

test('backend: after it failed the same block goes on as if it had not been asked', () => {
  let fails = true
  const state = stateWith(`1 0 SSTORE ${hex(OTHER)} BALANCE 0 MSTORE 32 0 RETURN`)
  const account = (at: Uint8Array) => (fails && hex(at) === hex(OTHER) ? raise() : state.account(at))
  machine.startBlock(environmentOf(Fork.Prague), { account, slot: () => undefined, code: (hash) => state.code(hash) })
  assert.throws(
    () => machine.call(messageTo(CONTRACT)),
    (error: unknown) => error instanceof StateBackendError,
  )
  assert.equal(machine.diff(), [])
  fails = false
  const { output } = machine.call(messageTo(CONTRACT))
  assert.is(output[31], 1)
  assert.is(machine.diff().length, 1)
})

const ENDLESS_PROGRAMS: [what: string, program: string][] = [
  ['an endless loop', 'again: @again JUMP'],
  ['an endless loop over a computed target', 'again: @again 0 ADD JUMP'],
  ['an endless loop of stores', '0 again: 1 ADD 1 DUP2 1023 AND SSTORE @again JUMP'],
  ['an endless loop of hashes over a megabyte', `again: ${MEGABYTE} 0 KECCAK256 POP @again JUMP`],
  ['an endless loop of copies of ten megabytes', `again: ${10 * MEGABYTE} 0 1 MCOPY @again JUMP`],
  ['an endless loop of calls', `again: 0 0 0 0 0 ${hex(OTHER)} GAS CALL POP @again JUMP`],
  ['an endless loop of pairings', 'again: 0 0 192 0 0 8 GAS CALL POP @again JUMP'],
  ['endless calls of itself', 'again: 0 0 0 0 0 ADDRESS GAS CALL POP @again JUMP'],
]
const LIMIT = 50
/** A machine looks at the clock between pieces of work, and this machine may be busy. */
const PATIENCE = 60_000

for (const [what, program] of ENDLESS_PROGRAMS) {
  test(`time limit: ${what} ends`, () => {
    machine.timeLimit = LIMIT
    const begin = performance.now()
    try {
      refused(() => call(stateWith(program), { gasLimit: ENDLESS }), ResourceLimitError, 'TimeLimit')
    } finally {
      delete machine.timeLimit
    }
    const ms = performance.now() - begin
    assert.ok(ms < PATIENCE, `ended after ${ms} ms`)
    assert.ok(ms >= LIMIT, `ended after ${ms} ms`)
  })
}

test('time limit: what was stopped has changed nothing', () => {
  machine.timeLimit = LIMIT
  try {
    machine.startBlock(environmentOf(Fork.Prague), stateWith('1 0 SSTORE again: @again JUMP'))
    assert.throws(
      () => machine.call(messageTo(CONTRACT, { gasLimit: ENDLESS })),
      (error: unknown) => error instanceof ResourceLimitError,
    )
    assert.equal(machine.diff(), [])
  } finally {
    delete machine.timeLimit
  }
})

test('recursion: calls and creations as deep as they go end', () => {
  for (const program of [
    '0 0 0 0 0 ADDRESS GAS CALL',
    '0 0 0 0 ADDRESS GAS DELEGATECALL',
    'CODESIZE 0 0 CODECOPY CODESIZE 0 0 CREATE',
  ]) {
    const { status } = call(stateWith(program), { gasLimit: 1n << 50n })
    assert.is(statusName(status), 'Stop', program)
  }
})

const LIMITED: [what: string, program: string][] = [
  ['memory that reaches the end of the arena', '1 0x40000000 MSTORE'],
  ['memory of 4 GiB', `1 ${(1n << 32n) - 1n} MSTORE`],
  ['memory of more than 8 GiB that the gas pays for', `1 ${1n << 33n} MSTORE`],
  ['a copy to far behind the end', `32 0 ${1n << 40n} CALLDATACOPY`],
  ['memory that grows word by word', '0 again: 65536 ADD 1 DUP2 MSTORE @again JUMP'],
  ['memory that grows frame by frame', '1 0x100000 MSTORE 0 0 0 0 0 ADDRESS GAS CALL'],
  ['a return of 30 MB', `${30 * MEGABYTE} 0 RETURN`],
  ['logs without end', `again: ${MEGABYTE} 0 LOG0 @again JUMP`],
  ['stores without end', '0 again: 1 ADD DUP1 1 SSTORE @again JUMP'],
]

for (const [what, program] of LIMITED) {
  test(`limits: ${what} does not fit`, () => {
    refused(() => call(stateWith(program), { gasLimit: ENDLESS }), ResourceLimitError, 'MemoryLimit')
  })
}

test('limits: slots without end do not fit, and what was stopped has changed nothing', () => {
  const run = () => call(stateWith('1 0 SSTORE 0 again: 1 ADD DUP1 SLOAD POP @again JUMP'), { gasLimit: ENDLESS })
  assert.throws(run, (error: unknown) => error instanceof ResourceLimitError)
  assert.equal(machine.diff(), [])
  refused(run, ResourceLimitError, 'LocationLimit')
})

test('limits: accounts without end do not fit', () => {
  const program = '0 again: 1 ADD DUP1 BALANCE POP @again JUMP'
  refused(() => call(stateWith(program), { gasLimit: ENDLESS }), ResourceLimitError, 'MemoryLimit')
})

test('limits: accounts without end do not fit, when it is many transactions that name them', () => {
  machine.startBlock(environmentOf(Fork.Frontier), stateWith(''))
  let next = 0
  const endlessly = () => {
    for (;;) machine.credit(address(0x10000 + next++), 1n)
  }
  refused(endlessly, ResourceLimitError, 'LocationLimit')
  assert.ok(next > 60_000)
})

/** Reads as many slots as its first word of data says. */
const READS_SLOTS = '0 CALLDATALOAD again: 1 SWAP1 SUB DUP1 SLOAD POP DUP1 @again JUMPI'

/** A fresh block in which `slots` slots have been read; false if they did not fit. */
function readSlots(slots: number): boolean {
  machine.startBlock(environmentOf(Fork.Frontier), stateWith(READS_SLOTS))
  try {
    machine.call(messageTo(CONTRACT, { data: word(BigInt(slots)), gasLimit: 1n << 40n }))
    return true
  } catch (error) {
    assert.instance(error, ResourceLimitError)
    return false
  }
}

/** A block whose state pages have no room for anything more. */
function fillPages(): void {
  let fits = 0
  for (let step = 1 << 20; step >= 1; step >>= 1) if (readSlots(fits + step)) fits += step
  assert.ok(readSlots(fits))
}

test('limits: a fee recipient that does not fit leaves the transaction without effect', () => {
  fillPages()
  const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n }
  const pay = () => machine.transact(messageTo(CONTRACT, { ...fees, data: word(1n) }))
  assert.throws(pay, (error: unknown) => error instanceof ResourceLimitError && error.code === 'LocationLimit')
  assert.equal(machine.diff(), [])
})

test('limits: a credit that does not fit is refused', () => {
  fillPages()
  assert.throws(
    () => machine.credit(COINBASE, 1n),
    (error: unknown) => error instanceof ResourceLimitError && error.code === 'LocationLimit',
  )
  assert.equal(machine.diff(), [])
})

test('call: more value than the sender has is refused, for a creation too', () => {
  for (const to of [CONTRACT, undefined]) {
    machine.startBlock(environmentOf(Fork.Prague), stateWith('STOP'))
    const { status, gasUsed } = machine.call(messageTo(to, { value: (1n << 100n) + 1n }))
    assert.is(statusName(status), 'InsufficientBalance')
    assert.is(gasUsed, 0n)
    assert.equal(
      machine.diff().filter(({ balance }) => balance > 1n << 100n),
      [],
    )
  }
})

test.run()
