import * as assert from 'uvu/assert'
import { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { Fork } from '../../src/types/fork.js'
import { Status } from '../../src/types/status.js'
import { type CoreExports, type HostImports, instantiate } from '../../src/wasm/instantiate.js'
import { layout } from '../../src/wasm/layout.js'
import type { Machine } from '../../src/wasm/machine.js'
import { bytecode, word } from '../support/bytecode.js'
import { address, environmentOf, messageTo, stateOf } from '../support/machine.js'
import { outcomeOfTasks, sequentially } from '../support/same.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'
import type { Workload } from '../support/workload.js'
import { CONTRACTS, COUNTER, MIXER } from '../support/workload-contracts.js'

const test = suite('parallel/recover')

const DONE = 0
const PAUSED = 2
const CLOSED = 0xffff_ffff
const EXECUTED = 2
const LOOP = address(0x200)

type Host = Partial<HostImports>

/** A worker of the machine in this thread. What the host is asked goes through `host` first. */
function workerOf(machine: Machine, arena: number, host: Host = {}): CoreExports {
  const nothing = () => undefined
  const imports = { ...machine.answers(), traceStep: nothing, traceCost: nothing, traceExit: nothing, ...host }
  const core = instantiate('release', machine.memory, imports)
  core.enter(arena)
  core.dropChunk()
  return core
}

const senders = Array.from({ length: 8 }, (_, i) => address(i))

function workloadOf(changes: (index: number) => Parameters<typeof messageTo>[1] & { to?: Uint8Array }): Workload {
  const messages = senders.map((sender, index) => {
    const { to = COUNTER, ...rest } = changes(index)
    return messageTo(to, { sender, gasLimit: 500_000n, ...rest })
  })
  const loop = bytecode('0 SLOAD POP 3000000 again: 1 SWAP1 SUB DUP1 @again JUMPI 1 SLOAD 1 ADD 1 SSTORE')
  const accounts = senders.map((sender): [Uint8Array, object] => [sender, { balance: 10n ** 18n }])
  const state = stateOf([...accounts, ...CONTRACTS, [LOOP, { nonce: 1n, code: loop, slots: [[word(1n), word(7n)]] }]])
  return { seed: 0, environment: environmentOf(Fork.Prague, { baseFee: 0n, gasLimit: 10n ** 12n }), state, messages }
}

/** Opens the workload as the machine's block, with everything written. */
function open(machine: Machine, workload: Workload): BlockTasks {
  machine.startBlock(workload.environment, workload.state)
  const tasks = new BlockTasks(machine, workload.messages, 64)
  tasks.write(workload.messages.length)
  return tasks
}

function finish(core: CoreExports, most = 200): void {
  for (let steps = 0; steps < most; steps++) if (core.step() === DONE) return
  throw new Error(`the block did not end within ${most} steps`)
}

test('whoever dies between a commit and the closing of its lists leaves nobody waiting', async () => {
  await withWorkers(2, async (machine) => {
    // One sender: every transaction waits for the one before.
    const workload = workloadOf((index) => ({ sender: senders[0]!, nonce: BigInt(index) }))
    const expected = sequentially(machine, workload)
    const tasks = open(machine, workload)
    const { words } = machine
    const dead = workerOf(machine, 1)
    while (tasks.committed < 3) dead.step()
    for (let index = 0; index < tasks.committed; index++) {
      words.setU32(tasks.at(index) + layout.TASK_DEPENDENTS, 0)
    }
    machine.core.recover()
    for (let index = 0; index < tasks.committed; index++) {
      assert.is(words.u32(tasks.at(index) + layout.TASK_DEPENDENTS), CLOSED)
    }
    finish(workerOf(machine, 2))
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

test('a transaction that a pause stopped half-way is executed again, and not refused', async () => {
  await withWorkers(2, async (machine) => {
    const workload = workloadOf((index) => (index === 0 ? { to: LOOP, gasLimit: 90_000_000n } : {}))
    const expected = sequentially(machine, workload)
    const tasks = open(machine, workload)
    const { words } = machine
    const stopped = workerOf(machine, 1, {
      slot: (owner, key, out) => {
        words.setU32(layout.BLOCK_ABORTED, PAUSED)
        machine.answers().slot(owner, key, out)
      },
    })
    assert.is(stopped.step(), 2)
    assert.is(words.u32(tasks.at(0) + layout.TASK_STATUS), Status.Aborted)
    assert.is(stopped.step(), DONE)
    machine.core.recover()
    words.setU32(layout.BLOCK_ABORTED, 0)
    finish(workerOf(machine, 2))
    tasks.close()
    assert.is(tasks.refused(), undefined)
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

test('a committer that dies while it repeats a transaction leaves estimates, which nobody waits for after the recovery', async () => {
  await withWorkers(3, async (machine) => {
    // What transaction 1 writes depends on what transaction 0 leaves.
    const workload = workloadOf(() => ({ to: MIXER, data: Uint8Array.of(...word(1n), ...word(1n)) }))
    const expected = sequentially(machine, workload)
    const tasks = open(machine, workload)
    let dies = false
    const second = workerOf(machine, 2)
    // Before the first one has published anything, the second one executes transaction 1.
    let isFirst = true
    const first = workerOf(machine, 1, {
      now: () => {
        if (dies) throw new Error('dies')
        if (isFirst) {
          isFirst = false
          second.step()
          dies = true
          return 0
        }
        return 0
      },
    })
    // Dies at the end of transaction 0 already, which is executed again by the third one.
    assert.throws(() => first.step(), 'dies')
    assert.is(machine.words.u32(tasks.at(1) + layout.TASK_STATE), EXECUTED)
    machine.core.recover()
    dies = false
    let calls = 0
    const third = workerOf(machine, 3, {
      // When it has nothing else to do it commits, and begins the repetition of transaction 1, which does not end.
      now: () => {
        if (machine.words.u32(layout.COMMIT_LOCK) === 4 && ++calls === 2) throw new Error('dies as committer')
        return 0
      },
    })
    assert.throws(() => finish(third), 'dies as committer')
    assert.is(machine.words.u32(layout.COMMIT_LOCK), 4)
    machine.core.recover()
    finish(workerOf(machine, 1))
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

test('records that were taken and never published are passed over, whatever an earlier block left in them', async () => {
  await withWorkers(1, async (machine) => {
    const workload = workloadOf(() => ({}))
    const { words } = machine
    // Fills the table with changed accounts and slots.
    const crowded = workloadOf((index) => ({ to: MIXER, data: Uint8Array.of(...word(BigInt(index)), ...word(9n)) }))
    sequentially(machine, crowded)
    const expected = sequentially(machine, workload)
    for (const taken of [1, 2, 3, 5, 8]) {
      sequentially(machine, crowded)
      const tasks = open(machine, workload)
      const core = workerOf(machine, 1)
      core.step()
      words.setU32(layout.LOCATION_COUNT, words.u32(layout.LOCATION_COUNT) + taken * layout.FIELDS)
      machine.core.recover()
      finish(core)
      tasks.close()
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected, `${taken} records`)
    }
  })
})

test.run()
