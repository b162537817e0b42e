import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { cost, ending, hex, MAX, numberOf, play, type Scene, top, trace } from '../support/bytecode.js'
import { address, CONTRACT, lowAddress, SENDER } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/call')

const OTHER = address(2)
const NOBODY = address(3)
const PUSH = 3n
const IDENTITY = lowAddress(4)
const CALLS = ['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL']
/** The deepest frame has this depth, the outermost one being 1. */
const DEEPEST = 1025

interface Call {
  gas?: string
  value?: bigint
  input?: [offset: bigint, length: bigint]
  output?: [offset: bigint, length: bigint]
}

function call(
  name: string,
  to: Uint8Array,
  { gas = 'GAS', value = 0n, input = [0n, 0n], output = [0n, 0n] }: Call = {},
) {
  const carried = name === 'CALL' || name === 'CALLCODE' ? String(value) : ''
  return `${output[1]} ${output[0]} ${input[1]} ${input[0]} ${carried} ${hex(to)} ${gas} ${name}`
}

function other(code: string): NonNullable<Scene['pre']> {
  return [[OTHER, { nonce: 1n, code }]]
}

const RETURN_TOP = '0 MSTORE 32 0 RETURN'
/** What OTHER's code computes, by each kind of call. */
const through = (name: string, code: string, scene: Scene = {}) =>
  top(`${call(name, OTHER, { output: [0n, 32n] })} POP 0 MLOAD`, { pre: other(`${code} ${RETURN_TOP}`), ...scene })

test('call: 1 means that it ended well, 0 that it did not', () => {
  for (const name of CALLS) {
    assert.is(top(call(name, OTHER), { pre: other('STOP') }), 1n, name)
    assert.is(top(call(name, OTHER), { pre: other('0 0 REVERT') }), 0n, name)
    assert.is(top(call(name, OTHER), { pre: other('INVALID') }), 0n, name)
    assert.is(top(call(name, NOBODY)), 1n, name)
  }
})

test('address, caller: are the callee’s in CALL and STATICCALL, the caller’s own in the others', () => {
  const own = numberOf(CONTRACT)
  assert.equal(
    CALLS.map((name) => through(name, 'ADDRESS')),
    [numberOf(OTHER), own, own, numberOf(OTHER)],
  )
  assert.equal(
    CALLS.map((name) => through(name, 'CALLER')),
    [own, own, numberOf(SENDER), own],
  )
})

test('callvalue: stays the same in DELEGATECALL, is zero in STATICCALL', () => {
  assert.is(through('DELEGATECALL', 'CALLVALUE', { value: 5n }), 5n)
  assert.is(through('STATICCALL', 'CALLVALUE', { value: 5n }), 0n)
})

test('call: moves its value; CALLCODE gives it to itself', () => {
  const self = { balance: 10n }
  const moved = play(call('CALL', OTHER, { value: 3n }), { self, pre: other('STOP') })
  assert.is(moved.account(OTHER)?.balance, 3n)
  assert.is(moved.account(CONTRACT)?.balance, 7n)
  const kept = play(call('CALLCODE', OTHER, { value: 3n }), { self, pre: other('STOP') })
  assert.is(kept.account(OTHER), undefined)
  assert.is(kept.account(CONTRACT), undefined)
})

test('call: more value than there is gives 0, and the gas comes back with the stipend', () => {
  for (const name of ['CALL', 'CALLCODE']) {
    const program = call(name, OTHER, { gas: '1000', value: 1n })
    assert.is(top(program, { pre: other('STOP') }), 0n, name)
    assert.is(cost(program, { pre: other('STOP') }), 7n * PUSH + 2600n + 9000n - 2300n, name)
  }
})

test('call: what a frame did is undone when it fails', () => {
  const self = { balance: 10n }
  const { account } = play(call('CALL', OTHER, { value: 3n }), { self, pre: other('1 1 SSTORE INVALID') })
  assert.is(account(OTHER), undefined)
  assert.is(account(CONTRACT), undefined)
})

test('call: input is copied from memory, output to it, each as far as it goes', () => {
  const echo = other('CALLDATASIZE 0 0 CALLDATACOPY CALLDATASIZE 0 RETURN')
  const program = (output: [bigint, bigint]) =>
    `${MAX} 0 MSTORE ${call('CALL', OTHER, { input: [30n, 4n], output })} POP 32 MLOAD`
  assert.is(top(program([32n, 32n]), { pre: echo }), 0xffff0000n << 224n)
  assert.is(top(program([32n, 1n]), { pre: echo }), 0xffn << 248n)
})

test('call: memory grows for input and output even when nothing is given', () => {
  for (const name of CALLS) {
    assert.is(top(`${call(name, NOBODY, { input: [100n, 1n] })} POP MSIZE`), 128n, name)
    assert.is(top(`${call(name, NOBODY, { output: [100n, 1n] })} POP MSIZE`), 128n, name)
  }
})

test('call: a length of zero does not look at the offsets', () => {
  for (const name of CALLS) {
    for (const far of [0xfff0_0000n, MAX]) {
      for (const to of [NOBODY, ...[1, 2, 3, 4, 5, 6, 8].map(lowAddress)]) {
        const program = `${call(name, to, { input: [far, 0n], output: [far, 0n] })} POP MSIZE`
        assert.is(top(program), 0n, `${name} ${hex(to)}`)
      }
    }
  }
})

test('call: an offset or a length that no memory can have halts', () => {
  for (const name of CALLS) {
    for (const far of [1n << 32n, 1n << 64n, MAX]) {
      assert.is(ending(call(name, NOBODY, { input: [far, 1n] })), 'OutOfGas')
      assert.is(ending(call(name, NOBODY, { output: [0n, far] })), 'OutOfGas')
    }
  }
})

test('call: costs 40, 700 from Tangerine Whistle, 2600 cold and 100 warm from Berlin', () => {
  const price = (fork: Fork) => cost(call('CALL', OTHER, { gas: '0' }), { fork, pre: other('STOP') }) - 7n * PUSH
  assert.is(price(Fork.Homestead), 40n)
  assert.is(price(Fork.TangerineWhistle), 700n)
  assert.is(price(Fork.Berlin), 2600n)
  assert.is(cost(call('CALL', CONTRACT, { gas: '0' })), 7n * PUSH + 100n)
})

test('call: value costs 9000, of which the callee gets 2300', () => {
  const scene: Scene = { self: { balance: 1n }, pre: other('GAS 0 MSTORE 32 0 RETURN') }
  const program = call('CALL', OTHER, { gas: '0', value: 1n, output: [0n, 32n] })
  assert.is(top(`${program} POP 0 MLOAD`, scene), 2298n)
  assert.is(
    cost(call('CALL', OTHER, { gas: '0', value: 1n }), { ...scene, pre: other('STOP') }),
    7n * PUSH + 2600n + 6700n,
  )
})

test('call: an account that is brought into being costs 25000', () => {
  const self = { balance: 1n }
  const price = (fork: Fork, value: bigint) =>
    cost(call('CALL', NOBODY, { gas: '0', value }), { fork, self }) - 7n * PUSH - (value === 0n ? 0n : 6700n)
  assert.is(price(Fork.TangerineWhistle, 0n), 25700n)
  assert.is(price(Fork.SpuriousDragon, 0n), 700n)
  assert.is(price(Fork.SpuriousDragon, 1n), 25700n)
  assert.is(price(Fork.Osaka, 1n), 27600n)
})

test('callcode: never pays for a new account', () => {
  assert.is(cost(call('CALLCODE', NOBODY, { gas: '0' }), { fork: Fork.Homestead }), 7n * PUSH + 40n)
})

test('call: to ask for more gas than there is halts, and gives all but a 64th from Tangerine Whistle on (EIP-150)', () => {
  for (const gas of ['1000001', String(1n << 64n), String(MAX)]) {
    assert.is(ending(call('CALL', OTHER, { gas }), { fork: Fork.Homestead, pre: other('STOP') }), 'OutOfGas')
    assert.is(ending(call('CALL', OTHER, { gas }), { fork: Fork.TangerineWhistle, pre: other('STOP') }), 'Stop')
  }
  const program = `${call('CALL', OTHER, { gas: String(MAX), output: [0n, 32n] })} POP 0 MLOAD`
  const gas = 100_000n
  const left = gas - 7n * PUSH - 3n - 2600n
  assert.is(top(program, { gas, pre: other(`GAS ${RETURN_TOP}`) }), left - left / 64n - 2n)
})

test('call: the callee’s gas comes back when it reverts, and is lost when it halts', () => {
  const price = (code: string) => cost(call('CALL', OTHER, { gas: '50000' }), { pre: other(code) }) - 7n * PUSH - 2600n
  assert.is(price('0 0 REVERT'), 2n * PUSH)
  assert.is(price('INVALID'), 50_000n)
})

test('call: frame 1025 is the last', () => {
  const scene: Scene = { gas: 1n << 50n }
  for (const name of CALLS) {
    let deepest = 0
    for (const { depth } of trace(call(name, CONTRACT), scene)) deepest = Math.max(deepest, depth)
    assert.is(deepest, DEEPEST, name)
  }
})

test('call: too deep gives 0, the gas back, and no return data', () => {
  // At the bottom the answer is 0; every caller adds 1 to what its callee gave.
  const program = `${call('CALL', CONTRACT, { output: [0n, 32n] })} POP 0 MLOAD 1 ADD`
  assert.is(top(program, { gas: 1n << 50n }), BigInt(DEEPEST))
})

test('staticcall: everything below it is static', () => {
  const inner = address(9)
  const pre: Scene['pre'] = [
    [OTHER, { code: `${call('CALL', inner)} ${RETURN_TOP}` }],
    [inner, { code: '1 1 SSTORE' }],
  ]
  const program = (name: string) => `${call(name, OTHER, { output: [0n, 32n] })} POP 0 MLOAD`
  assert.is(top(program('STATICCALL'), { pre, gas: 200_000n }), 0n)
  assert.is(top(program('CALL'), { pre, gas: 200_000n }), 1n)
})

test('staticcall: a call with value is refused, CALLCODE with value is not', () => {
  const result = (name: string, value: bigint) =>
    top(call('STATICCALL', OTHER), { pre: [[OTHER, { balance: 9n, code: call(name, NOBODY, { value }) }]] })
  assert.is(result('CALL', 1n), 0n)
  assert.is(result('CALL', 0n), 1n)
  assert.is(result('CALLCODE', 1n), 1n)
})

test('call: a precompile answers like a contract', () => {
  for (const name of CALLS) {
    const program = `0xabcd 0 MSTORE ${call(name, IDENTITY, { input: [30n, 2n], output: [32n, 32n] })} POP`
    assert.is(top(`${program} 32 MLOAD`), 0xabcdn << 240n, name)
    assert.is(top(`${program} RETURNDATASIZE`), 2n, name)
  }
})

test('call: a precompile that fails takes the gas it was given', () => {
  const price = cost(call('CALL', IDENTITY, { gas: '14' })) - 7n * PUSH
  assert.is(price, 100n + 14n)
  assert.is(top(call('CALL', IDENTITY, { gas: '14' })), 0n)
  assert.is(top(call('CALL', IDENTITY, { gas: '15' })), 1n)
})

test('call: a delegated account runs its delegate’s code on its own storage (EIP-7702)', () => {
  const delegate = address(9)
  const pre: Scene['pre'] = [
    [OTHER, { nonce: 1n, code: Uint8Array.of(0xef, 0x01, 0x00, ...delegate) }],
    [delegate, { nonce: 1n, code: '7 1 SSTORE' }],
  ]
  const { slot } = play(call('CALL', OTHER), { pre })
  assert.is(slot(OTHER, 1n), 7n)
  assert.is(slot(delegate, 1n), undefined)
  assert.is(top(call('CALL', OTHER), { pre, fork: Fork.Cancun }), 0n)
})

test('call: a delegation costs an access of the delegate, and is followed once', () => {
  const delegate = address(9)
  const pre = (code: string | Uint8Array): NonNullable<Scene['pre']> => [
    [OTHER, { nonce: 1n, code: Uint8Array.of(0xef, 0x01, 0x00, ...delegate) }],
    [delegate, { nonce: 1n, code }],
  ]
  const program = call('CALL', OTHER, { gas: '0' })
  assert.is(cost(program, { pre: pre('STOP') }), 7n * PUSH + 2600n + 2600n)
  assert.is(cost(`${hex(delegate)} BALANCE ${program}`, { pre: pre('STOP') }), 8n * PUSH + 2600n + 2600n + 100n)
  assert.is(top(call('CALL', OTHER), { pre: pre(Uint8Array.of(0xef, 0x01, 0x00, ...OTHER)) }), 0n)
})

test('delegatecall, staticcall: begin with Homestead and Byzantium', () => {
  assert.is(ending(call('DELEGATECALL', OTHER, { gas: '0' }), { fork: Fork.Frontier }), 'UndefinedInstruction')
  assert.is(ending(call('DELEGATECALL', OTHER, { gas: '0' }), { fork: Fork.Homestead }), 'Stop')
  assert.is(ending(call('STATICCALL', OTHER), { fork: Fork.SpuriousDragon }), 'UndefinedInstruction')
  assert.is(ending(call('STATICCALL', OTHER), { fork: Fork.Byzantium }), 'Stop')
})

test('call: touching an account that is empty removes it from Spurious Dragon on (EIP-161)', () => {
  const pre: Scene['pre'] = [[NOBODY, {}]]
  const program = call('CALL', NOBODY, { gas: '0' })
  assert.is(play(program, { pre, fork: Fork.TangerineWhistle }).account(NOBODY), undefined)
  assert.is(play(program, { pre, fork: Fork.SpuriousDragon }).account(NOBODY)?.exists, false)
})

test('call: before Spurious Dragon it brings an empty account into being', () => {
  assert.is(play(call('CALL', NOBODY, { gas: '0' }), { fork: Fork.TangerineWhistle }).account(NOBODY)?.exists, true)
})

test.run()
