import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { cost, ending, hex, MAX, play, type Scene, top, trace, word } from '../support/bytecode.js'
import { address, CONTRACT } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/storage')

const OTHER = address(2)
const PUSH = 3n
/** The slot is warm, so that only the store itself is priced. */
const WARM = { accessList: [{ address: CONTRACT, storageKeys: [word(0n)] }] }

/** What storing one value after the other in slot 0 costs, and the refund that it earns; pushes are not counted. */
function store(fork: Fork, original: bigint, ...values: bigint[]): [cost: bigint, refund: bigint] {
  const scene: Scene = { fork, self: { slots: [[word(0n), word(original)]] } }
  if (fork >= Fork.Berlin) scene.message = WARM
  const program = values.map((value) => `${value} 0 SSTORE`).join(' ')
  return [cost(program, scene) - 2n * PUSH * BigInt(values.length), trace(program, scene).at(-1)!.refund]
}

test('sload: gives the value before, then what was stored', () => {
  const self = { slots: [[word(3n), word(MAX)]] as [Uint8Array, Uint8Array][] }
  assert.is(top('3 SLOAD', { self }), MAX)
  assert.is(top('4 SLOAD', { self }), 0n)
  assert.is(top('7 3 SSTORE 3 SLOAD', { self }), 7n)
})

test('sload: costs 50, 200 from Tangerine Whistle, 800 from Istanbul', () => {
  assert.is(cost('0 SLOAD', { fork: Fork.Homestead }), PUSH + 50n)
  assert.is(cost('0 SLOAD', { fork: Fork.TangerineWhistle }), PUSH + 200n)
  assert.is(cost('0 SLOAD', { fork: Fork.Istanbul }), PUSH + 800n)
})

test('sload: costs 2100 for a cold slot and 100 for a warm one (EIP-2929)', () => {
  assert.is(cost('0 SLOAD'), PUSH + 2100n)
  assert.is(cost('0 SLOAD 0 SLOAD'), 2n * PUSH + 2200n)
  assert.is(cost('0 SLOAD', { message: WARM }), PUSH + 100n)
  assert.is(cost('1 SLOAD', { message: WARM }), PUSH + 2100n)
})

test('sload: a slot is warm for one account only', () => {
  const pre: Scene['pre'] = [[OTHER, { code: '0 SLOAD' }]]
  const call = `0 0 0 0 0 ${hex(OTHER)} GAS CALL`
  assert.is(cost(`${call} 0 SLOAD`, { pre }) - cost(call, { pre }), PUSH + 2100n)
})

test('sload: an access in a frame that is undone leaves the slot cold', () => {
  const pre: Scene['pre'] = [[OTHER, { code: '0 SLOAD 0 0 REVERT' }]]
  const call = `0 0 0 0 ${hex(OTHER)} GAS DELEGATECALL`
  assert.is(cost(`${call} 0 SLOAD`, { pre }) - cost(call, { pre }), PUSH + 2100n)
})

test('sstore: before net metering only zero and not zero count', () => {
  for (const fork of [Fork.Frontier, Fork.Byzantium, Fork.Petersburg] as Fork[]) {
    assert.equal(store(fork, 0n, 0n), [5000n, 0n])
    assert.equal(store(fork, 0n, 1n), [20000n, 0n])
    assert.equal(store(fork, 1n, 2n), [5000n, 0n])
    assert.equal(store(fork, 1n, 0n), [5000n, 15000n])
    assert.equal(store(fork, 0n, 1n, 0n), [25000n, 15000n])
    assert.equal(store(fork, 1n, 0n, 1n), [25000n, 15000n])
  }
})

/** Original value, the values stored; what is charged and refunded under EIP-1283, EIP-2200, EIP-2929, EIP-3529. */
const NET_METERING: readonly [original: bigint, values: bigint[], ...[cost: bigint, refund: bigint][]][] = [
  [0n, [0n, 0n], [400n, 0n], [1600n, 0n], [200n, 0n], [200n, 0n]],
  [0n, [0n, 1n], [20200n, 0n], [20800n, 0n], [20100n, 0n], [20100n, 0n]],
  [0n, [1n, 0n], [20200n, 19800n], [20800n, 19200n], [20100n, 19900n], [20100n, 19900n]],
  [0n, [1n, 2n], [20200n, 0n], [20800n, 0n], [20100n, 0n], [20100n, 0n]],
  [0n, [1n, 1n], [20200n, 0n], [20800n, 0n], [20100n, 0n], [20100n, 0n]],
  [1n, [0n, 0n], [5200n, 15000n], [5800n, 15000n], [3000n, 15000n], [3000n, 4800n]],
  [1n, [0n, 1n], [5200n, 4800n], [5800n, 4200n], [3000n, 2800n], [3000n, 2800n]],
  [1n, [0n, 2n], [5200n, 0n], [5800n, 0n], [3000n, 0n], [3000n, 0n]],
  [1n, [2n, 0n], [5200n, 15000n], [5800n, 15000n], [3000n, 15000n], [3000n, 4800n]],
  [1n, [2n, 3n], [5200n, 0n], [5800n, 0n], [3000n, 0n], [3000n, 0n]],
  [1n, [2n, 1n], [5200n, 4800n], [5800n, 4200n], [3000n, 2800n], [3000n, 2800n]],
  [1n, [2n, 2n], [5200n, 0n], [5800n, 0n], [3000n, 0n], [3000n, 0n]],
  [1n, [1n, 0n], [5200n, 15000n], [5800n, 15000n], [3000n, 15000n], [3000n, 4800n]],
  [1n, [1n, 2n], [5200n, 0n], [5800n, 0n], [3000n, 0n], [3000n, 0n]],
  [1n, [1n, 1n], [400n, 0n], [1600n, 0n], [200n, 0n], [200n, 0n]],
  [0n, [1n, 0n, 1n], [40200n, 19800n], [40800n, 19200n], [40100n, 19900n], [40100n, 19900n]],
  [1n, [0n, 1n, 0n], [10200n, 19800n], [10800n, 19200n], [5900n, 17800n], [5900n, 7600n]],
]
const METERED_FORKS = [Fork.Constantinople, Fork.Istanbul, Fork.Berlin, Fork.London]

test('sstore: net metering charges what changed since the transaction began', () => {
  for (const [original, values, ...expected] of NET_METERING) {
    for (const [index, fork] of METERED_FORKS.entries()) {
      assert.equal(
        store(fork, original, ...values),
        expected[index],
        `${original} → ${values.join(' → ')}, fork ${fork}`,
      )
    }
  }
})

test('sstore: a cold slot costs 2100 more (EIP-2929)', () => {
  assert.is(cost('1 0 SSTORE'), 2n * PUSH + 22100n)
  assert.is(cost('1 0 SSTORE', { message: WARM }), 2n * PUSH + 20000n)
})

test('sstore: 2300 gas left is refused from Istanbul on (EIP-2200)', () => {
  const self = { slots: [[word(0n), word(1n)]] as [Uint8Array, Uint8Array][] }
  const store1 = (fork: Fork, gasLeft: bigint) =>
    ending('1 0 SSTORE STOP', {
      fork,
      self,
      gas: 2n * PUSH + gasLeft,
      ...(fork >= Fork.Berlin ? { message: WARM } : {}),
    })
  assert.is(store1(Fork.Constantinople, 2300n), 'Stop')
  for (const fork of [Fork.Istanbul, Fork.Osaka] as Fork[]) {
    assert.is(store1(fork, 2300n), 'OutOfGas')
    assert.is(store1(fork, 2301n), 'Stop')
  }
})

test('sstore, tstore: a static call is refused', () => {
  for (const name of ['SSTORE', 'TSTORE']) {
    const pre: Scene['pre'] = [[OTHER, { code: `1 0 ${name}` }]]
    assert.is(top(`0 0 0 0 ${hex(OTHER)} 50000 STATICCALL`, { pre }), 0n, name)
    assert.is(top(`0 0 0 0 0 ${hex(OTHER)} 50000 CALL`, { pre }), 1n, name)
  }
})

test('sstore: what a reverted frame stored and earned is undone', () => {
  const pre: Scene['pre'] = [[OTHER, { code: '0 0 SSTORE 0 0 REVERT', slots: [[word(0n), word(1n)]] }]]
  const program = `0 0 0 0 0 ${hex(OTHER)} GAS CALL`
  assert.is(play(program, { pre }).slot(OTHER, 0n), undefined)
  assert.is(trace(program, { pre }).at(-1)!.refund, 0n)
})

test('sstore: the new value is part of the state', () => {
  assert.is(play(`${MAX} 5 SSTORE`).slot(CONTRACT, 5n), MAX)
  assert.is(play('0 5 SSTORE', { self: { slots: [[word(5n), word(1n)]] } }).slot(CONTRACT, 5n), 0n)
})

test('tload: gives what was stored in this transaction, else zero', () => {
  assert.is(top('1 TLOAD'), 0n)
  assert.is(top('7 1 TSTORE 1 TLOAD'), 7n)
  assert.is(top('7 1 TSTORE 1 SLOAD'), 0n)
  assert.is(top('7 1 SSTORE 1 TLOAD'), 0n)
})

test('tstore: belongs to the account, not to the frame', () => {
  const self: Scene['self'] = { balance: 0n }
  const load = `1 TLOAD 0 MSTORE 32 0 RETURN`
  const pre: Scene['pre'] = [[OTHER, { code: load }]]
  assert.is(top(`7 1 TSTORE 32 0 0 0 ${hex(OTHER)} GAS DELEGATECALL POP 0 MLOAD`, { pre, self }), 7n)
  assert.is(top(`7 1 TSTORE 32 0 0 0 0 ${hex(OTHER)} GAS CALL POP 0 MLOAD`, { pre, self }), 0n)
})

test('tstore: is undone with its frame', () => {
  const pre: Scene['pre'] = [[OTHER, { code: '9 1 TSTORE 0 0 REVERT' }]]
  assert.is(top(`7 1 TSTORE 0 0 0 0 ${hex(OTHER)} GAS DELEGATECALL POP 1 TLOAD`, { pre }), 7n)
})

test('tstore: leaves no trace in the state', () => {
  assert.equal(play('7 1 TSTORE').slot(CONTRACT, 1n), undefined)
})

test('tload, tstore: cost 100 and begin with Cancun (EIP-1153)', () => {
  assert.is(cost('1 TLOAD'), PUSH + 100n)
  assert.is(cost('1 1 TSTORE'), 2n * PUSH + 100n)
  assert.is(ending('1 TLOAD', { fork: Fork.Shanghai }), 'UndefinedInstruction')
  assert.is(ending('1 1 TSTORE', { fork: Fork.Shanghai }), 'UndefinedInstruction')
})

test.run()
