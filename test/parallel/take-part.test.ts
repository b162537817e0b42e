import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { StateBackendError } from '../../src/errors.js'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { executeParallel } from '../../src/scheduler/parallel.js'
import { InMemoryState } from '../../src/state/in-memory.js'
import { Fork } from '../../src/types/fork.js'
import type { StateBackend } from '../../src/types/state.js'
import type { Message } from '../../src/types/transaction.js'
import { createMachine, type Machine } from '../../src/wasm/machine.js'
import { WorkerPool } from '../../src/worker/pool.js'
import { bytecode, word } from '../support/bytecode.js'
import { address, CONTRACT, environmentOf, messageTo, SENDER, withoutNonce } from '../support/machine.js'
import { assertSame, type BlockOn, outcomeOfTasks, sequentially } from '../support/same.js'
import { suite } from '../support/suite.js'
import { settled } from '../support/threads.js'
import { withWorkers } from '../support/workers.js'
import { randomWorkload } from '../support/workload.js'

const test = suite('parallel/take-part')

const MEMORY = 2 ** 30
/** A machine on which two workers and the calling thread have two cores together. */
const TWO_CORES = { workers: 2, cores: 2, takesPart: true }

const environment = { ...environmentOf(Fork.Prague), gasLimit: 2n ** 62n }

function stateWith(code: Uint8Array): InMemoryState {
  const state = new InMemoryState()
  state.set(SENDER, { balance: 1n << 120n })
  state.set(CONTRACT, { code, slots: [[word(0n), word(1n)]] })
  return state
}

function calls(count: number, gasLimit: bigint): Message[] {
  return Array.from({ length: count }, (_, i) =>
    messageTo(CONTRACT, { nonce: BigInt(i), gasLimit, maxFeePerGas: 100n }),
  )
}

/** A pool whose only thread is in the middle of a transaction that does not end, and so takes part in nothing else. */
async function withBusyPool(use: (machine: Machine, pool: WorkerPool) => Promise<void>): Promise<void> {
  const pool = new WorkerPool(1)
  const abort = new AbortController()
  const state = stateWith(bytecode('JUMPDEST 0 JUMP'))
  const other = createMachine({ workers: 1, memory: MEMORY })
  other.startBlock(environment, state)
  const endless = BlockMessages.of(other, calls(1, 2n ** 61n))
  const ended = executeParallel(other, endless, { pool, workers: 1, signal: abort.signal }).catch((error) => error)
  try {
    await sleep(50)
    await use(createMachine({ workers: 2, memory: MEMORY, seed: 1n }), pool)
  } finally {
    abort.abort()
    await settled(ended, 'aborting')
    await pool.close()
  }
}

test('where no other worker comes, the calling thread executes the block, turn by turn of its event loop', async () => {
  await withBusyPool(async (machine, pool) => {
    for (let seed = 0; seed < 12; seed++) {
      const run = assertSame(machine, randomWorkload(seed), { ...TWO_CORES, pool })
      const [first, second] = (await settled(run, 'block')).utilisation
      assert.is(first, 0)
      assert.ok(second! > 0)
    }
    // A block of a hundred milliseconds or so.
    const counting = bytecode(
      'PUSH3(0x010000) JUMPDEST PUSH1(1) SWAP1 SUB DUP1 PUSH1(4) JUMPI 0 SLOAD PUSH1(1) ADD 0 SSTORE',
    )
    const block: BlockOn = { seed: 0, environment, state: stateWith(counting), messages: calls(100, 2_900_000n) }
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await settled(assertSame(machine, block, { ...TWO_CORES, pool }), 'long block')
    clearInterval(timer)
    assert.ok(turns > 4, `expected the event loop to have its turns, got ${turns}`)
  })
})

test('with a transaction that may take long another thread is called, since it could not be left half-way', async () => {
  const pool = new WorkerPool(2)
  const machine = createMachine({ workers: 2, memory: MEMORY })
  const called: number[] = []
  const run = pool.run.bind(pool)
  pool.run = (task, needless) => {
    called.push(task.arena)
    return run(task, needless)
  }
  const state = stateWith(bytecode('0 SLOAD PUSH1(1) ADD 0 SSTORE'))
  for (const [gasLimit, expected] of [
    [3_000_000n, [1]],
    [3_000_001n, [1, 2]],
  ] as const) {
    called.length = 0
    await assertSame(machine, { seed: 1, environment, state, messages: calls(20, gasLimit) }, { ...TWO_CORES, pool })
    assert.equal([...new Set(called)].sort(), expected)
  }
  await pool.close()
})

test('of a few transactions that may take long it executes none, and of the others its part', async () => {
  await withWorkers(2, async (machine, pool) => {
    const own = 2
    const state = stateWith(bytecode('CALLER SLOAD PUSH1(1) ADD CALLER SSTORE'))
    const senders = Array.from({ length: 30 }, (_, index) => address(0x100 + index))
    for (const sender of senders) state.set(sender, { balance: 1n << 100n })
    let others = 0
    for (let seed = 0; seed < 40; seed++) {
      const messages = calls(200, 100_000n).map((message, index) => {
        const gasLimit = (index + seed) % 50 === 7 ? 3_000_001n : 100_000n
        // Of one sender all wait for each other, of many most do not.
        return seed % 4 < 2
          ? { ...message, gasLimit }
          : withoutNonce({ ...message, gasLimit, sender: senders[index % 30]! })
      })
      const block: BlockOn = { seed, environment, state, messages }
      const options = { ...TWO_CORES, pool, record: true, ...(seed % 2 === 0 ? { perturb: seed + 1 } : {}) }
      const { schedule } = await settled(assertSame(machine, block, options), `block ${seed}`)
      for (const { transaction, worker } of schedule!) {
        if (worker !== own) continue
        assert.is(messages[transaction]!.gasLimit, 100_000n)
        others++
      }
    }
    assert.ok(others > 0, 'expected it to execute something, got nothing')
  })
})

test('what its state fails with ends the block, and the next one is right', async () => {
  await withBusyPool(async (machine, pool) => {
    const state = stateWith(bytecode('0 SLOAD PUSH1(1) ADD 0 SSTORE'))
    const failing: StateBackend = {
      account: (at) => state.account(at),
      code: (hash) => state.code(hash),
      slot: () => {
        throw new Error('the disk is gone')
      },
    }
    const messages = calls(40, 100_000n)
    for (let block = 0; block < 3; block++) {
      machine.startBlock(environment, failing)
      const error = await settled(
        executeParallel(machine, BlockMessages.of(machine, messages), { ...TWO_CORES, pool }).catch((thrown) => thrown),
        'failing block',
      )
      assert.instance(error, StateBackendError)
      assert.match(error.message, /the disk is gone/)
      machine.startBlock(environment, state)
      const run = executeParallel(machine, BlockMessages.of(machine, messages), { ...TWO_CORES, pool })
      const { tasks } = await settled(run, 'next block')
      const good: BlockOn = { seed: block, environment, state, messages }
      assert.equal(outcomeOfTasks(machine, good, tasks), sequentially(createMachine({ memory: MEMORY }), good))
    }
  })
})

test('an abort ends it in its turns, whoever else is at work', async () => {
  await withBusyPool(async (machine, pool) => {
    const abort = new AbortController()
    const endless = stateWith(bytecode('JUMPDEST GAS PUSH2(1000) LT 0 JUMPI'))
    machine.startBlock(environment, endless)
    const messages = calls(10_000, 2_900_000n)
    const options = { ...TWO_CORES, pool, signal: abort.signal }
    const run = executeParallel(machine, BlockMessages.of(machine, messages), options).catch((error) => error)
    await sleep(30)
    abort.abort()
    const error = await settled(run, 'aborted block', 20)
    assert.match(error.message, /abort/)
  })
})

test.run()
