import * as assert from 'uvu/assert'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { executeParallel } from '../../src/scheduler/parallel.js'
import { SharedMemoryState } from '../../src/state/shared-memory.js'
import { Fork } from '../../src/types/fork.js'
import { createMachine } from '../../src/wasm/machine.js'
import type { WorkerPool } from '../../src/worker/pool.js'
import type { WorkTask } from '../../src/worker/protocol.js'
import work from '../../src/worker/worker.js'
import { bytecode, word } from '../support/bytecode.js'
import { CONTRACT, environmentOf, messageTo, SENDER } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('parallel/arena')

/** Two threads that take turns at the machine's only arena, each with an instance of its own. */
function takingTurns(): WorkerPool {
  let turn = 0
  const run = (task: WorkTask) => work({ ...task, engine: -1 - (turn++ & 1), engines: [-1, -2] })
  return { threads: 1, pressure: new SharedArrayBuffer(4), run } as unknown as WorkerPool
}

test('an arena keeps nothing of a transaction for the next one, whichever instance works in it', async () => {
  const machine = createMachine({ workers: 1, memory: 2 ** 29 })
  const pool = takingTurns()
  const counter = bytecode('0 SLOAD PUSH1(1) ADD 0 SSTORE')
  for (let block = 0n; block < 8n; block++) {
    const state = new SharedMemoryState()
    state.set(SENDER, { nonce: 3n * block, balance: 1n << 100n })
    state.set(CONTRACT, { code: counter, slots: [[word(0n), word(100n * block)]] })
    machine.startBlock(environmentOf(Fork.Prague), state)
    const messages = [0n, 1n, 2n].map((i) =>
      messageTo(CONTRACT, { nonce: 3n * block + i, gasLimit: 100_000n, maxFeePerGas: 100n }),
    )
    const { tasks } = await executeParallel(machine, BlockMessages.of(machine, messages), {
      pool,
      workers: 1,
      backend: state.share(),
    })
    assert.is(tasks.refused(), undefined)
    assert.is(tasks.committed, 3)
    const contract = machine.diff().find(({ slots }) => slots.length > 0)!
    assert.equal(contract.slots, [[word(0n), word(100n * block + 3n)]])
  }
})

test.run()
