import * as assert from 'uvu/assert'
import { Chain } from '../../src/block/chain.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { equalBytes } from '../../src/codec/bytes.js'
import { InputError } from '../../src/errors.js'
import { Fork } from '../../src/types/fork.js'
import type { BlockHeader } from '../../src/types/header.js'
import { createMachine } from '../../src/wasm/machine.js'
import { headerAt } from '../support/header.js'
import { suite } from '../support/suite.js'
import { addressAt, stateOf, TestChain, transfer } from '../support/test-chain.js'

const test = suite('block/chain')

const FRIEND = addressAt(0xbb)
const OTHER = addressAt(0xdd)

function headIs(chain: TestChain, header: BlockHeader): boolean {
  return (
    equalBytes(chain.chain.head.header.stateRoot, header.stateRoot) && chain.chain.head.header.number === header.number
  )
}

test('the heaviest chain is the head, and every branch has the state of its own', () => {
  const chain = new TestChain('Berlin')
  const genesis = chain.chain.head
  const a1 = chain.add({ transactions: [transfer({ value: 1n })] }).block.header
  const b1 = chain.add({ transactions: [transfer({ value: 2n, to: OTHER })] }, genesis.header).block.header
  assert.ok(headIs(chain, a1), 'the first of two equals stays')
  assert.equal([chain.balanceOf(FRIEND), chain.balanceOf(OTHER)], [1n, undefined])
  const b2 = chain.add({ transactions: [transfer({ nonce: 1n, value: 3n, to: OTHER })] }, b1).block.header
  assert.ok(headIs(chain, b2), 'the longer one takes over')
  assert.equal([chain.balanceOf(FRIEND), chain.balanceOf(OTHER)], [undefined, 5n])
  const a2 = chain.add({ transactions: [transfer({ nonce: 1n, value: 4n })] }, a1).block.header
  assert.ok(headIs(chain, b2))
  const a3 = chain.add({ transactions: [transfer({ nonce: 2n, value: 5n })] }, a2).block.header
  assert.ok(headIs(chain, a3), 'and the first one back')
  assert.equal([chain.balanceOf(FRIEND), chain.balanceOf(OTHER)], [10n, undefined])
})

test('more difficulty counts, not more blocks', () => {
  const chain = new TestChain('Berlin')
  const genesis = chain.chain.head.header
  const slow = chain.add({ header: late(chain, genesis, 1000n) }).block.header
  const slower = chain.add({ header: late(chain, slow, 1000n) }).block.header
  assert.ok(headIs(chain, slower))
  const fast = chain.add({ header: late(chain, genesis, 1n) }, genesis).block.header
  assert.ok(slow.difficulty + slower.difficulty > fast.difficulty)
  assert.ok(headIs(chain, slower))
})

/** The timestamp and difficulty of a block `seconds` after its parent. */
function late(chain: TestChain, parent: BlockHeader, seconds: bigint): Partial<BlockHeader> {
  const timestamp = parent.timestamp + seconds
  const error = chain.refusal(chain.draft({ header: { timestamp, difficulty: 0n } }, parent))
  assert.is(error.code, 'DifficultyMismatch')
  return { timestamp, difficulty: error.details.expected as bigint }
}

test('at the terminal total difficulty proof of stake begins, and the last block is the head', () => {
  const config = { ...fixtureNetwork('London'), terminalTotalDifficulty: 1_500_000n }
  const chain = new TestChain('London', [], { difficulty: 1_000_000n }, config)
  const genesis = chain.chain.head.header
  const terminal = chain.add()
  assert.is(terminal.result.fork, Fork.London)
  const first = chain.add({ transactions: [transfer({ value: 1n })] })
  assert.is(first.result.fork, Fork.Paris)
  assert.is(first.block.header.difficulty, 0n)
  const sibling = chain.add({ transactions: [transfer({ value: 2n })] }, terminal.block.header)
  assert.ok(headIs(chain, sibling.block.header))
  assert.is(chain.balanceOf(FRIEND), 2n)
  assert.is(genesis.number, 10n)
})

test('a block whose parent is unknown is refused', () => {
  const chain = new TestChain('Berlin')
  const block = chain.draft({ header: { parentHash: new Uint8Array(32).fill(5) } })
  assert.is(chain.refusal(block).code, 'UnknownParent')
})

test('a genesis block with the root of another state is refused', () => {
  const machine = createMachine({ memory: 2 ** 28 })
  const genesis = { header: headerAt(Fork.Berlin), transactions: [], uncles: [] }
  assert.throws(
    () => new Chain(machine, fixtureNetwork('Berlin'), genesis, stateOf([])),
    (error: unknown) => error instanceof InputError && error.code === 'GenesisState',
  )
})

test.run()
