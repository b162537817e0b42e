import * as assert from 'uvu/assert'
import { layout } from '../../src/wasm/layout.js'
import { outcomeOfTasks, sequentially } from '../support/same.js'
import { finish, openTasks, SENDERS, WITNESS, workerOf, workloadOf } from '../support/steps.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'

const test = suite('parallel/commit')

const EXECUTED = 2
/** Behind a read's location, kind and generation. */
const READ_VALUE = 16

test('commit: an execution that was validated is not looked at again, unless something was repeated since', async () => {
  await withWorkers(1, async (machine) => {
    const { words } = machine
    for (const repeated of [0, 1]) {
      const workload = workloadOf(() => ({}))
      const expected = sequentially(machine, workload)
      const tasks = openTasks(machine, workload)
      const core = workerOf(machine, 1)
      core.step()
      const first = tasks.at(0)
      const epoch = words.u32(layout.BLOCK_EPOCH)
      assert.is(words.u32(first + layout.TASK_STATE), EXECUTED)
      assert.is(words.u32(first + layout.TASK_VALIDATED), epoch + 1)
      // Whoever looked at it now would find that it saw something else.
      const seen = words.u32(first + layout.TASK_READS) + READ_VALUE
      words.setU32(seen, words.u32(seen) ^ 1)
      words.setU32(layout.BLOCK_EPOCH, epoch + repeated)
      finish(core)
      tasks.close()
      assert.is(words.u32(first + layout.TASK_EXECUTIONS), 1 + repeated)
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
    }
  })
})

test('commit: who was too early to be sure of an execution validates it when all before it are executed', async () => {
  await withWorkers(2, async (machine) => {
    const { words } = machine
    const workload = workloadOf((index) => ({ to: SENDERS[index]! }))
    const expected = sequentially(machine, workload)
    const tasks = openTasks(machine, workload)
    const early = workerOf(machine, 2)
    const validated = (index: number) => words.u32(tasks.at(index) + layout.TASK_VALIDATED)
    let isFirst = true
    const late = workerOf(machine, 1, {
      now: () => {
        if (isFirst) {
          isFirst = false
          early.step()
          early.step()
          assert.equal([1, 2].map(validated), [0, 0])
        }
        return 0
      },
    })
    late.step()
    early.step()
    const epoch = words.u32(layout.BLOCK_EPOCH)
    assert.equal([0, 1, 2].map(validated), [epoch + 1, epoch + 1, epoch + 1])
    assert.is(tasks.committed, 3)
    finish(early)
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

test('commit: a task validated before a recovery is looked at again after it', async () => {
  await withWorkers(1, async (machine) => {
    const { words } = machine
    const workload = workloadOf(() => ({}))
    const tasks = openTasks(machine, workload)
    const core = workerOf(machine, 1)
    core.step()
    machine.core.recover()
    assert.is.not(words.u32(tasks.at(0) + layout.TASK_VALIDATED), words.u32(layout.BLOCK_EPOCH) + 1)
    finish(core)
    tasks.close()
  })
})

test('deltas: many who read a balance that everybody adds to add up each amount once, and see what they would see in order', async () => {
  await withWorkers(1, async (machine) => {
    const { words } = machine
    const each = 40
    const fields = (index: number, isReader: boolean, nonce: number) => ({
      ...(isReader ? { to: WITNESS } : { to: SENDERS[(index + 1) % SENDERS.length]! }),
      nonce: BigInt(nonce),
      maxFeePerGas: isReader ? 0n : 3n,
      maxPriorityFeePerGas: isReader ? 0n : 3n,
    })
    // All pay, and then all look, who pay nothing and so leave no balance of their own.
    const rounds = Array.from({ length: 2 * each }, (_, nonce) =>
      workloadOf((index) => fields(index, nonce >= each, nonce)),
    )
    const workload = { ...rounds[0]!, messages: rounds.flatMap(({ messages }) => messages) }
    const expected = sequentially(machine, workload)
    const tasks = openTasks(machine, workload)
    tasks.keepVersions()
    finish(workerOf(machine, 1), 2000)
    const balance = machine.core.accountLocation(layout.BLOCK_COINBASE) + layout.BALANCE
    let sums = 0
    for (let index = 0; index < workload.messages.length; index++) {
      for (let entry = words.u32(tasks.at(index) + layout.TASK_CHAIN); entry !== 0; ) {
        const isSum = words.u32(words.u32(entry + layout.ENTRY_CELL) + layout.CELL_KIND) !== layout.DELTA
        if (words.u32(entry + layout.ENTRY_LOCATION) === balance && isSum) sums++
        entry = words.u32(entry + layout.ENTRY_CHAIN)
      }
    }
    // The first reader writes down what it added up; all others stop there.
    assert.is(sums, 1)
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

test.run()
