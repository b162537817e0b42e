import * as assert from 'uvu/assert'
import { ResourceLimitError } from '../../src/errors.js'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { executeOnWorkers } from '../../src/scheduler/on-workers.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import { InMemoryState } from '../../src/state/in-memory.js'
import { Fork } from '../../src/types/fork.js'
import type { StateDiff } from '../../src/types/state.js'
import type { Message, TransactionResult } from '../../src/types/transaction.js'
import { createMachine, type Machine } from '../../src/wasm/machine.js'
import { WorkerPool } from '../../src/worker/pool.js'
import { bytecode, word } from '../support/bytecode.js'
import { CONTRACT, environmentOf, messageTo, SENDER } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('parallel/memory')

const WORKERS = 2
/** Each worker has some 24 MB of it for the memory of calls, and the calling thread some 72. */
const MEMORY = 2 ** 29
const GAS = 30_000_000_000n

/** Writes to the memory at the place that it is given, and counts. */
const WRITER = bytecode('PUSH1(1) 0 CALLDATALOAD MSTORE 0 SLOAD PUSH1(1) ADD 0 SSTORE')

function writeAt(nonce: number, place: number): Message {
  return messageTo(CONTRACT, { nonce: BigInt(nonce), gasLimit: GAS, maxFeePerGas: 1n, data: word(BigInt(place)) })
}

function start(machine: Machine): void {
  const state = new InMemoryState()
  state.set(SENDER, { balance: 1n << 100n })
  state.set(CONTRACT, { code: WRITER })
  machine.startBlock(environmentOf(Fork.London, { baseFee: 1n, gasLimit: 3n * GAS }), state)
}

interface Outcome {
  results: TransactionResult[]
  changes: StateDiff[]
  diff: StateDiff
}

function sorted(diff: StateDiff): StateDiff {
  return [...diff].sort((a, b) => Buffer.compare(a.address, b.address))
}

const FITS = 1 << 20
const TOO_LONG_FOR_ONE = 40 << 20
const TOO_LONG = 100 << 20

test('what is too long for a worker is executed in the calling thread, and the rest with it', async () => {
  const messages = [FITS, TOO_LONG_FOR_ONE, FITS].map((place, nonce) => writeAt(nonce, place))
  const reference = createMachine()
  start(reference)
  const expected: Outcome = { results: [], changes: [], diff: [] }
  const tasks = await executeSequential(reference, BlockMessages.of(reference, messages), {
    onChange: (diff) => expected.changes.push(sorted(diff)),
  })
  expected.results = [...tasks.results()]
  expected.diff = sorted(reference.diff())
  assert.is(expected.results.length, 3)

  const pool = new WorkerPool(WORKERS)
  const machine = createMachine({ workers: WORKERS, memory: MEMORY })
  try {
    start(machine)
    const changes: StateDiff[] = []
    const progress: bigint[] = []
    const outcome = await executeOnWorkers(machine, BlockMessages.of(machine, messages), {
      pool,
      workers: WORKERS,
      onChange: (diff) => changes.push(sorted(diff)),
      onProgress: (tasks) => {
        while (progress.length < tasks.committed) progress.push(tasks.result(progress.length).gasUsed)
      },
    })
    assert.is(outcome.refused(), undefined)
    assert.equal([...outcome.results()], expected.results)
    assert.equal(sorted(machine.diff()), expected.diff)
    assert.equal(
      progress,
      expected.results.map(({ gasUsed }) => gasUsed),
    )
    assert.is(changes.length, 4)
    // Of a worker's transaction that alone, and from then on all so far.
    assert.equal(changes, expected.changes)
    assert.ok(outcome.statistics().executions >= 2)

    // The gas of the first ones counts: 3 × GAS is not enough for a fourth once a third is used up.
    start(machine)
    const four = [FITS, TOO_LONG_FOR_ONE, FITS, FITS].map((place, nonce) => writeAt(nonce, place))
    four[3] = { ...four[3]!, gasLimit: 3n * GAS }
    const refused = (
      await executeOnWorkers(machine, BlockMessages.of(machine, four), { pool, workers: WORKERS })
    ).refused()
    assert.is(refused?.index, 3)
    assert.match(refused!.error.message, /gas limit within what the block has left/)

    start(machine)
    const hopeless = [FITS, TOO_LONG].map((place, nonce) => writeAt(nonce, place))
    const limit = (
      await executeOnWorkers(machine, BlockMessages.of(machine, hopeless), { pool, workers: WORKERS })
    ).refused()
    assert.is(limit?.index, 1)
    assert.instance(limit!.error, ResourceLimitError)
    assert.match(limit!.error.message, /arena/)
  } finally {
    await pool.close()
  }
})

test('transactions that are read only after a too long one have their types', async () => {
  const messages = Array.from({ length: 300 }, (_, nonce) => {
    const type = (nonce % 3) as 0 | 1 | 2
    return { ...writeAt(nonce, nonce === 1 ? TOO_LONG_FOR_ONE : 0), type }
  })
  /** So slow that a worker comes to the long one meanwhile. */
  const read = (index: number) => {
    for (const end = performance.now() + (index < 32 ? 0 : 1); performance.now() < end; );
    return messages[index]!
  }
  const pool = new WorkerPool(WORKERS)
  const machine = createMachine({ workers: WORKERS, memory: MEMORY })
  try {
    start(machine)
    const given = new BlockMessages(machine, { count: messages.length, read })
    const outcome = await executeOnWorkers(machine, given, { pool, workers: WORKERS })
    assert.is(outcome.refused(), undefined)
    const results = outcome.results()
    assert.is(outcome.receiptCommitments, undefined)
    assert.equal(
      messages.map((_, index) => results.typeOf(index)),
      messages.map(({ type }) => type),
    )
    assert.is(
      results.gasUsed,
      [...results].reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
    )
  } finally {
    await pool.close()
  }
})

test.run()
