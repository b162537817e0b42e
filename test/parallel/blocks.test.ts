import * as assert from 'uvu/assert'
import { Chain } from '../../src/block/chain.js'
import type { Runner } from '../../src/block/execute.js'
import { createAddress } from '../../src/codec/address.js'
import { headerHash } from '../../src/codec/header.js'
import { InvalidBlockError } from '../../src/errors.js'
import { executeOnWorkers } from '../../src/scheduler/on-workers.js'
import { executeParallel } from '../../src/scheduler/parallel.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import type { Block } from '../../src/types/header.js'
import type { Machine } from '../../src/wasm/machine.js'
import { bytecode, hex } from '../support/bytecode.js'
import { suite } from '../support/suite.js'
import {
  type Accounts,
  addressAt,
  ETHER,
  SENDER,
  stateOf,
  TestChain,
  type TransferFields,
  transfer,
  word,
} from '../support/test-chain.js'
import { withWorkers } from '../support/workers.js'

const test = suite('parallel/blocks')

const COUNTER = addressAt(0xc1)
const MORTAL = addressAt(0xc2)
const EMPTY = addressAt(0xc3)
const FRIEND = addressAt(0xbb)

const ACCOUNTS: Accounts = [
  // Counts in slot 0, and writes and clears others on the way.
  [
    COUNTER,
    {
      code: bytecode('0 SLOAD PUSH1(1) ADD DUP1 0 SSTORE DUP1 DUP1 SSTORE PUSH1(7) 0 SLOAD PUSH1(1) SUB SSTORE'),
      slots: [[word(1), word(1)]],
    },
  ],
  [MORTAL, { balance: 5n, code: bytecode(`${hex(FRIEND)} SELFDESTRUCT`), slots: [[word(1), word(1)]] }],
  [EMPTY, {}],
]

/** Ways to run a block's transactions, each on a machine of its own. */
async function withRunners(use: (name: string, machine: Machine, run: Runner) => Promise<void>): Promise<void> {
  for (const workers of [1, 2, 4]) {
    await withWorkers(workers, (machine, pool) =>
      use(`${workers} workers`, machine, async (messages, options) => {
        const { tasks } = await executeParallel(machine, messages, { ...options, pool, workers, perturb: 7 })
        return tasks
      }),
    )
  }
  await withWorkers(0, (machine) =>
    use('tasks in order', machine, (messages, options) => executeSequential(machine, messages, options)),
  )
}

/** A second chain with the same genesis. */
function sameChain(machine: Machine, { config }: TestChain, genesis: Block): Chain {
  return new Chain(machine, config, genesis, stateOf([[SENDER, { balance: 100n * ETHER }], ...ACCOUNTS]))
}

for (const network of ['Frontier', 'Homestead', 'EIP150', 'EIP158', 'Byzantium', 'Cancun']) {
  test(`${network}: blocks are accepted in parallel that were built in order`, async () => {
    const reference = new TestChain(network, ACCOUNTS)
    const genesis = reference.chain.head.block
    const created = createAddress(SENDER, 9n)
    const calls: TransferFields[] = [
      { to: FRIEND, value: 1n },
      { to: COUNTER },
      { to: EMPTY },
      { to: COUNTER },
      { to: MORTAL, value: 3n },
      { to: MORTAL, value: 2n },
      { to: COUNTER, gasLimit: 21_100n },
      { to: FRIEND },
      { to: MORTAL },
      // Stores, and becomes code of one byte.
      { to: undefined as never, data: bytecode('PUSH1(9) 0 SSTORE PUSH1(1) 0 RETURN'), value: 8n },
      { to: created, value: 1n },
      { to: COUNTER },
    ]
    const blocks = [0, calls.length].map((first) => {
      const transactions = calls.map((fields, index) => transfer({ ...fields, nonce: BigInt(first + index) }))
      return reference.add({ transactions }).block
    })
    await withRunners(async (name, machine, run) => {
      const chain = sameChain(machine, reference, genesis)
      for (const block of blocks) await chain.addWith(run, block)
      assert.equal(chain.head.hash, headerHash(blocks[1]!.header), name)
    })
  })
}

test('what the caller throws when it is told of progress fails the block', async () => {
  const reference = new TestChain('Berlin', ACCOUNTS)
  const genesis = reference.chain.head.block
  const { block } = reference.add({ transactions: [transfer(), transfer({ nonce: 1n })] })
  await withWorkers(2, async (machine, pool) => {
    const onProgress = () => {
      throw new RangeError('not now')
    }
    const failing: Runner = (messages) => executeOnWorkers(machine, messages, { pool, workers: 2, onProgress })
    const chain = sameChain(machine, reference, genesis)
    const error = await chain.addWith(failing, block).catch((thrown: unknown) => thrown)
    assert.instance(error, RangeError)
    assert.equal(chain.head.hash, headerHash(genesis.header))
    await chain.addWith((messages) => executeOnWorkers(machine, messages, { pool, workers: 2 }), block)
    assert.equal(chain.head.hash, headerHash(block.header))
  })
})

test('the first invalid transaction is the reason, also where a later one has more gas than can be counted', async () => {
  const reference = new TestChain('Berlin', ACCOUNTS)
  const genesis = reference.chain.head.block
  const absurd = transfer({ nonce: 1n, gasLimit: 2n ** 64n - 1n })
  const cases = [
    { transactions: [transfer({ nonce: 5n }), absurd], index: 0, rule: 'NonceTooHigh' },
    { transactions: [transfer(), absurd, transfer({ nonce: 9n })], index: 1, rule: 'BlockGasLimit' },
    { transactions: [transfer(), transfer({ nonce: 9n }), absurd], index: 1, rule: 'NonceTooHigh' },
    // Above what any rule allows, and the nonce is wrong as well.
    { transactions: [transfer({ nonce: 5n, gasLimit: 2n ** 63n })], index: 0, rule: 'BlockGasLimit' },
  ]
  for (const { transactions, index, rule } of cases) {
    const block = reference.draft({ transactions })
    const { code, details } = reference.refusal(block)
    const expected = [code, details.transaction, details.rule]
    assert.equal(expected, ['InvalidTransaction', index, rule])
    await withRunners(async (name, machine, run) => {
      const error = await sameChain(machine, reference, genesis)
        .addWith(run, block)
        .catch((thrown: unknown) => thrown)
      assert.instance(error, InvalidBlockError)
      const refusal = error as InvalidBlockError
      assert.equal([refusal.code, refusal.details.transaction, refusal.details.rule], expected, name)
    })
  }
})

test.run()
