import * as assert from 'uvu/assert'
import { CHUNK } from '../../src/codec/packed-diff.js'
import { Fork } from '../../src/types/fork.js'
import type { StateDiff } from '../../src/types/state.js'
import { isSuccess } from '../../src/types/status.js'
import { bytecode, word } from '../support/bytecode.js'
import { address, CONTRACT, environmentOf, machineOf, messageTo, SENDER, stateOf } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('wasm/diff')

/** Sets slots to their own numbers, from that in the call data down to 1. */
const WRITER = bytecode(`
  0 CALLDATALOAD
  again: DUP1 DUP1 SSTORE
  1 SWAP1 SUB
  DUP1 @again JUMPI
`)

const GAS = 1_000_000_000n

function sorted(diff: StateDiff): StateDiff {
  const accounts = [...diff].sort((a, b) => Buffer.compare(a.address, b.address))
  return accounts.map((each) => ({ ...each, slots: [...each.slots].sort(([a], [b]) => Buffer.compare(a, b)) }))
}

/** A block in which contracts have written as many slots each. */
function blockOf(counts: readonly number[]) {
  const machine = machineOf('release')
  const state = stateOf([
    [SENDER, { balance: 1n << 100n }],
    ...counts.map((_, index) => [address(100 + index), { code: WRITER, nonce: 1n }] as const),
  ])
  machine.startBlock(environmentOf(Fork.Prague, { gasLimit: GAS }), state)
  for (const [index, count] of counts.entries()) {
    const message = messageTo(address(100 + index), { data: word(BigInt(count)), gasLimit: GAS, value: 3n })
    assert.ok(isSuccess(machine.call(message).status))
  }
  return machine
}

test('each account once, with all of its slots, also when they do not fit into a chunk', () => {
  const counts = [1, 5000, 2, 2045, 2046, 2047, 1]
  const machine = blockOf(counts)
  const packed = machine.packedDiff()
  assert.ok(packed.chunks.length >= 4)
  for (const { length } of packed.chunks) assert.ok(length <= CHUNK)
  const diff = packed.toDiff()
  assert.is(new Set(diff.map((each) => Buffer.from(each.address).toString('hex'))).size, diff.length)
  for (const [index, count] of counts.entries()) {
    const { slots, balance, nonce, exists } = diff.find(
      (each) => Buffer.compare(each.address, address(100 + index)) === 0,
    )!
    assert.equal([balance, nonce, exists], [3n, 1n, true])
    const numbers = Array.from({ length: count }, (_, slot) => word(BigInt(slot + 1)))
    assert.equal(
      sorted([{ ...diff[0]!, slots }])[0]!.slots,
      numbers.map((number) => [number, number]),
    )
  }
})

test('it is told as often as somebody asks, also when the last one stopped half-way', () => {
  const machine = blockOf([3, 4000, 7])
  const before = sorted(machine.diff())
  const { core } = machine
  const start = (core.evmMemory.value as number) >>> 0
  core.gatherChanges()
  assert.is(core.writeChanges(start, start + CHUNK) > start, true)
  assert.equal(sorted(machine.diff()), before)
  machine.transact(messageTo(CONTRACT, { gasLimit: 21_000n, maxFeePerGas: 7n, value: 1n }))
  assert.is(machine.diff().length, before.length + 1)
})

test('its bytes are no memory that threads could share', () => {
  for (const { address, codeHash, slots } of blockOf([2, 1]).diff()) {
    for (const bytes of [address, codeHash, ...slots.flat()]) assert.instance(bytes.buffer, ArrayBuffer)
  }
})

test('a block that has changed nothing has no diff', () => {
  const machine = machineOf('release')
  machine.startBlock(environmentOf(Fork.Prague), stateOf([[SENDER, { balance: 1n }]]))
  assert.equal(machine.diff(), [])
  assert.equal(machine.packedDiff().chunks, [])
})

test.run()
