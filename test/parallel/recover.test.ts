import * as assert from 'uvu/assert'
import { Status } from '../../src/types/status.js'
import { layout } from '../../src/wasm/layout.js'
import { word } from '../support/bytecode.js'
import { outcomeOfTasks, sequentially } from '../support/same.js'
import { DONE, finish, LOOP, openTasks, SENDERS, workerOf, workloadOf } from '../support/steps.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'
import { MIXER } from '../support/workload-contracts.js'

const test = suite('parallel/recover')

const PAUSED = 2
const CLOSED = 0xffff_ffff
const EXECUTED = 2

test('whoever dies between a commit and the closing of its lists leaves nobody waiting', async () => {
  await withWorkers(2, async (machine) => {
    // One sender: every transaction waits for the one before.
    const workload = workloadOf((index) => ({ sender: SENDERS[0]!, nonce: BigInt(index) }))
    const expected = sequentially(machine, workload)
    const tasks = openTasks(machine, workload)
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
    const tasks = openTasks(machine, workload)
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
    const tasks = openTasks(machine, workload)
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
      const tasks = openTasks(machine, workload)
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
