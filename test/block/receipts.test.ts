import * as assert from 'uvu/assert'
import { draftHeader } from '../../src/block/draft-header.js'
import { type BlockResult, type Runner, runBlockWith } from '../../src/block/execute.js'
import { commitmentsOf, receiptsOf } from '../../src/block/receipts.js'
import { mainnet } from '../../src/chain/networks.js'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { ResultList } from '../../src/scheduler/block-results.js'
import type { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { executeOnWorkers } from '../../src/scheduler/on-workers.js'
import { executeParallel } from '../../src/scheduler/parallel.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import { InMemoryState } from '../../src/state/in-memory.js'
import { Fork } from '../../src/types/fork.js'
import type { Message } from '../../src/types/transaction.js'
import type { Machine } from '../../src/wasm/machine.js'
import { bytecode } from '../support/bytecode.js'
import { address, environmentOf, messageTo } from '../support/machine.js'
import { Random } from '../support/random.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'

const test = suite('block/receipts')

const FULL = process.env.HEDDLE_FULL === '1'
const SENDERS = 50
const FAILING = address(9)
/** Where an encoding becomes longer, and what stands for itself. */
const SIZES = [0, 1, 2, 31, 32, 33, 55, 56, 57, 255, 256, 300, 1000, 65_535, 65_536, 70_000]

const sender = (index: number) => address(0x100 + (index % SENDERS))
/** Logs what it is called with, once and then the first byte of that, under so many topics. */
const logger = (topics: number) => address(1 + topics)

function state(): InMemoryState {
  const state = new InMemoryState()
  for (let i = 0; i < SENDERS; i++) state.set(sender(i), { balance: 1n << 100n })
  for (let topics = 0; topics <= 4; topics++) {
    const pushed = 'CALLVALUE CALLER ADDRESS ORIGIN'.split(' ').slice(0, topics).join(' ')
    const code = `CALLDATASIZE 0 0 CALLDATACOPY ${pushed} CALLDATASIZE 0 LOG${topics} ${pushed} PUSH1(1) 0 LOG${topics}`
    state.set(logger(topics), { code: bytecode(code) })
  }
  state.set(FAILING, { code: bytecode('0 0 LOG0 0 0 REVERT') })
  return state
}

function messages(count: number, random: Random): Message[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = random.below(10)
    const size = kind < 5 && count < 400 ? SIZES[random.below(SIZES.length)]! : random.below(80)
    const data = Uint8Array.from({ length: size }, () => random.below(256))
    const to = kind < 5 ? logger(kind) : kind === 5 ? FAILING : kind === 6 ? undefined : address(0x500 + kind)
    return messageTo(to, {
      type: random.below(3) as 0 | 1 | 2,
      sender: sender(index),
      nonce: BigInt(Math.floor(index / SENDERS)),
      gasLimit: 10_000_000n,
      maxFeePerGas: 7n,
      value: BigInt(random.below(3)),
      data: kind === 6 ? new Uint8Array(0) : data,
    })
  })
}

function assertCommitments(tasks: BlockTasks, what: string): void {
  const receipts = receiptsOf(tasks.results())()
  assert.is(receipts.length, tasks.messages.length)
  assert.equal(tasks.receiptCommitments(), commitmentsOf(receipts), what)
}

test('the core has the root and the bloom of the receipts that its tasks come to', async () => {
  const random = new Random(Number(process.env.HEDDLE_SEED ?? 1))
  const environment = { ...environmentOf(Fork.London), gasLimit: 1n << 60n }
  const before = state()
  await withWorkers(2, async (machine, pool) => {
    // Around each length of the encoded index, and what a branch holds.
    for (const count of [0, 1, 2, 16, 17, 126, 127, 128, 129, 130, 255, 256, 257, 700, FULL ? 70_000 : 5000]) {
      const block = messages(count, random)
      machine.startBlock(environment, before)
      assertCommitments(await executeSequential(machine, BlockMessages.of(machine, block), {}), `${count} in order`)
      machine.startBlock(environment, before)
      const options = { pool, workers: 2, takesPart: true }
      const { tasks } = await executeParallel(machine, BlockMessages.of(machine, block), options)
      assertCommitments(tasks, `${count} on workers`)
    }
  })
})

test('of a block with logs of one contract only those are taken apart', async () => {
  await withWorkers(1, async (machine) => {
    machine.startBlock({ ...environmentOf(Fork.London), gasLimit: 1n << 60n }, state())
    const block = messages(300, new Random(2))
    const results = (await executeSequential(machine, BlockMessages.of(machine, block), {})).results()
    for (const contract of [logger(0), logger(3), logger(4), FAILING]) {
      const logs = [...results].flatMap((result) => result.logs)
      const expected = logs.filter((log) => Buffer.compare(log.address, contract) === 0)
      assert.is(expected.length > 0, contract !== FAILING)
      assert.equal(results.logsOf(contract), expected)
      assert.equal(ResultList.join([results]).logsOf(contract), expected)
    }
  })
})

/** A whole block of Prague on the same state each time. */
function execute(machine: Machine, block: readonly Message[], run: Runner): Promise<BlockResult> {
  const backend = state()
  const header = draftHeader({ gasLimit: 1n << 60n })
  return runBlockWith(
    machine,
    Fork.Prague,
    {
      config: mainnet,
      block: { header, transactions: [], uncles: [] },
      drafts: { count: block.length, read: (index) => block[index]! },
      blockHash: () => new Uint8Array(32),
      backend,
      post: backend.clone(),
    },
    run,
  )
}

function describe({ results, receipts, gasUsed }: BlockResult): unknown {
  return {
    results: Array.from(results, ({ status, gasUsed, logs, contractAddress }) => [
      status,
      gasUsed,
      logs,
      contractAddress,
    ]),
    receipts: receipts.map(({ type, outcome, cumulativeGasUsed, bloom, logs }) => [
      type,
      outcome,
      cumulativeGasUsed,
      bloom,
      logs,
    ]),
    gasUsed,
  }
}

test('results and receipts are right when they are first asked for after the next block', async () => {
  const block = messages(300, new Random(3))
  await withWorkers(2, async (machine, pool) => {
    const inOrder: Runner = (given) => executeSequential(machine, given, {})
    const onWorkers: Runner = (given) => executeOnWorkers(machine, given, { pool, workers: 2 })
    const reference = await execute(machine, block, inOrder)
    const expected = describe(reference)
    assert.ok([...reference.results].some(({ contractAddress }) => contractAddress !== undefined))
    assert.ok([...reference.results].some(({ logs }) => logs.length === 2))
    assert.is(reference.gasUsed, reference.receipts.at(-1)!.cumulativeGasUsed)
    for (const run of [inOrder, onWorkers]) {
      const kept = await execute(machine, block, run)
      await execute(machine, messages(400, new Random(4)), run)
      assert.equal(describe(kept), expected)
      assert.is(kept.receipts, kept.receipts)
      assert.equal(commitmentsOf(kept.receipts), { receiptsRoot: kept.receiptsRoot, logsBloom: kept.logsBloom })
    }
  })
})

test('a block makes no object of a result before somebody asks for it', async () => {
  const block = messages(300, new Random(5))
  await withWorkers(0, async (machine) => {
    let made = 0
    const counting: Runner = async (given) => {
      const tasks = await executeSequential(machine, given, {})
      const results = tasks.results()
      const at = results.at.bind(results)
      results.at = (index) => {
        made++
        return at(index)
      }
      return {
        results: () => results,
        refused: () => tasks.refused(),
        receiptCommitments: () => tasks.receiptCommitments(),
      }
    }
    const result = await execute(machine, block, counting)
    assert.is(result.results.length, block.length)
    assert.is(made, 0)
    assert.is(result.receipts.length, block.length)
    assert.is(made, block.length)
  })
})

test.run()
