import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { executeParallel } from '../../src/scheduler/parallel.js'
import { Standby } from '../../src/scheduler/standby.js'
import { type MemoryState, memoryState } from '../../src/state/memory-state.js'
import { Fork } from '../../src/types/fork.js'
import { createMachine, type Machine } from '../../src/wasm/machine.js'
import { WorkerPool } from '../../src/worker/pool.js'
import { bytecode } from '../support/bytecode.js'
import { address, CONTRACT, environmentOf, messageTo, withoutNonce } from '../support/machine.js'
import { type BlockOn, outcomeOfTasks, sequentially } from '../support/same.js'
import { suite } from '../support/suite.js'
import { settled } from '../support/threads.js'

const test = suite('parallel/standby')

const MEMORY = 2 ** 29
const SENDERS = 40
const environment = environmentOf(Fork.Prague, { baseFee: 0n, gasLimit: 1n << 40n })

/** No contract's address. */
const senderAt = (index: number): Uint8Array => address(0x100 + index)

function stateOfSenders(): MemoryState {
  const state = memoryState()
  for (let sender = 0; sender < SENDERS; sender++) state.set(senderAt(sender), { balance: 1n << 80n })
  state.set(CONTRACT, { nonce: 1n, code: bytecode('CALLER SLOAD PUSH1(1) ADD CALLER SSTORE') })
  return state
}

/** Long enough that a thread comes to it in time. */
function counting(state: MemoryState, seed: number): BlockOn {
  const messages = Array.from({ length: 2000 }, (_, index) => {
    return messageTo(CONTRACT, { sender: senderAt((index * 7 + seed) % SENDERS), gasLimit: 60_000n })
  })
  return { seed, environment, state, messages: messages.map(withoutNonce) }
}

/** Says of each worker's task that the pool was given which machine's it was. */
function calls(pool: WorkerPool): number[] {
  const engines: number[] = []
  const run = pool.run.bind(pool)
  pool.run = (task, ...rest) => {
    engines.push(task.engine)
    return run(task, ...rest)
  }
  return engines
}

interface Threads {
  pool: WorkerPool
  called: number[]
  open(workers: number): Chain
}

/** Blocks of one machine, one after the other. */
interface Chain {
  machine: Machine
  standby: Standby
  block(state: MemoryState, seed: number): Promise<void>
}

async function withThreads(threads: number, use: (threads: Threads) => Promise<void>): Promise<void> {
  const pool = new WorkerPool(threads)
  const open = (workers: number): Chain => {
    const machine = createMachine({ workers, memory: MEMORY, seed: 1n })
    const standby = new Standby(machine, pool)
    const block = async (state: MemoryState, seed: number) => {
      const options = { pool, workers, standby, backend: state.share(), takesPart: true, cores: 2 }
      const workload = counting(state, seed)
      const expected = sequentially(machine, workload)
      machine.startBlock(environment, state)
      const run = executeParallel(machine, BlockMessages.of(machine, workload.messages), options)
      const { tasks, heardFrom } = await settled(run, `block ${seed}`)
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
      await settled(heardFrom, `workers of block ${seed}`)
    }
    return { machine, standby, block }
  }
  try {
    await use({ pool, called: calls(pool), open })
  } finally {
    await pool.close()
  }
}

test('a thread stays for the next block, and for all after it', async () => {
  await withThreads(1, async ({ called, open }) => {
    const { machine, standby, block } = open(1)
    const state = stateOfSenders()
    for (let seed = 0; seed < 8; seed++) {
      await block(state, seed)
      if (seed % 3 === 0) await sleep(2)
    }
    assert.equal(called, [machine.id])
    await settled(standby.empty(), 'who stays')
    await block(state, 8)
    assert.equal(called, [machine.id, machine.id])
  })
})

test('so it does beside the calling thread, which does not wait to hear from it', async () => {
  await withThreads(2, async ({ called, open }) => {
    const { block } = open(2)
    const state = stateOfSenders()
    const blocks = 30
    for (let seed = 0; seed < blocks; seed++) await block(state, seed)
    // Who comes too late for a block goes away, and is called for the next one.
    assert.ok(called.length < blocks, `called ${called.length} times for ${blocks} blocks`)
  })
})

test('what a thread knows of a state that has changed meanwhile it forgets', async () => {
  await withThreads(2, async ({ open }) => {
    const { machine, block } = open(2)
    const state = stateOfSenders()
    for (let seed = 0; seed < 8; seed++) {
      await block(state, seed)
      // Every time, so that its tables are replaced by larger ones more than once.
      state.applyDiff(machine.diff())
      for (let account = 0; account < 400; account++) state.set(address(0x1000 + 400 * seed + account), { nonce: 1n })
    }
  })
})

test('a state that is another one is read by threads that are called anew', async () => {
  await withThreads(2, async ({ called, open }) => {
    const { block } = open(2)
    const states = [stateOfSenders(), stateOfSenders()]
    states[1]!.set(senderAt(0), { balance: 1n << 70n, nonce: 5n })
    for (let seed = 0; seed < 6; seed++) await block(states[seed % 2]!, seed)
    assert.ok(called.length >= 6, `called ${called.length} times`)
  })
})

test('a thread that dies while it stays is replaced', async () => {
  await withThreads(2, async ({ pool, open }) => {
    const { block } = open(2)
    const state = stateOfSenders()
    for (let seed = 0; seed < 9; seed++) {
      await block(state, seed)
      for (const thread of pool.workers) void thread.terminate()
      // Before it is known, while it becomes known, and after.
      await sleep([0, 3, 60][seed % 3]!)
    }
  })
})

test('whoever needs a thread gets the one that stays elsewhere, at once', async () => {
  await withThreads(1, async ({ called, open }) => {
    const [first, second] = [open(1), open(1)]
    const state = stateOfSenders()
    const start = performance.now()
    for (let seed = 0; seed < 8; seed++) await (seed % 2 === 0 ? first : second).block(state, seed)
    // Each would have stayed half a second.
    const took = performance.now() - start
    assert.ok(took < 2000, `took ${took} ms`)
    assert.ok(new Set(called).size === 2)
  })
})

test('who stays does not keep a process that has nothing else to do', async () => {
  const index = new URL('../../src/index.js', import.meta.url).href
  const code = `
    const { createEngine, mainnet, memoryState } = await import('${index}')
    const from = '0x' + '11'.repeat(20)
    const state = memoryState({ [from]: { balance: '0xffffffffffffffff' } })
    const engine = createEngine({ chain: mainnet, state, workers: 2, mode: 'parallel' })
    const transactions = Array.from({ length: 200 }, () => ({ from, to: from, gasLimit: 21000n, gasPrice: 0n }))
    for (let block = 0; block < 3; block++) (await engine.executeBlock({ transactions, baseFee: 0n })).discard()
    console.log('done')`
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code])
  assert.is((await settled(run, 'a process that does not close its engine', 30)).stdout, 'done\n')
})

test.run()
