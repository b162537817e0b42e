import * as assert from 'uvu/assert'
import type { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { layout } from '../../src/wasm/layout.js'
import type { Machine } from '../../src/wasm/machine.js'
import { outcomeOfTasks, sequentially } from '../support/same.js'
import { finish, LOOP, openTasks, workerOf, workloadOf } from '../support/steps.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'

const test = suite('parallel/alone')

const WORKED = 2
const IDLE = 1
const NOBODY = 0
const HELD = 1
/** All count in the same slot. */
const WORKLOAD = workloadOf(() => ({ gasLimit: 300_000n, value: 1n }))
const COUNT = WORKLOAD.messages.length

/** Whether a transaction has left versions: who was alone has not. */
function hasVersions({ words }: Machine, tasks: BlockTasks): boolean[] {
  return Array.from({ length: COUNT }, (_, index) => words.u32(tasks.at(index) + layout.TASK_CHAIN) !== 0)
}

test('a worker that nobody joins executes the block in order, commits as it goes, and leaves no versions', async () => {
  await withWorkers(2, async (machine) => {
    const expected = sequentially(machine, WORKLOAD)
    const tasks = openTasks(machine, WORKLOAD, 0)
    const worker = workerOf(machine, 1)
    for (let index = 0; index < COUNT; index++) {
      assert.is(worker.step(), WORKED)
      assert.is(tasks.committed, index + 1)
    }
    finish(worker)
    tasks.close()
    assert.equal(hasVersions(machine, tasks), new Array(COUNT).fill(false))
    assert.equal(outcomeOfTasks(machine, WORKLOAD, tasks), expected)
  })
})

test('who comes waits until the one that is alone has left off, and from then on both leave versions', async () => {
  await withWorkers(2, async (machine) => {
    const expected = sequentially(machine, WORKLOAD)
    const tasks = openTasks(machine, WORKLOAD, 0)
    const second = workerOf(machine, 2)
    let asked = -1
    const first = workerOf(machine, 1, {
      accounts: () => 0,
      account: (address, out) => {
        // In the middle of the first transaction.
        if (asked < 0) asked = second.step()
        machine.answers().account(address, out)
      },
    })
    assert.is(first.step(), WORKED)
    assert.is(asked, IDLE)
    assert.is(tasks.committed, 1)
    first.step()
    assert.is(machine.words.u32(layout.BLOCK_ALONE), layout.SHARED)
    second.step()
    finish(first)
    finish(second)
    tasks.close()
    assert.equal(hasVersions(machine, tasks), [false, ...new Array(COUNT - 1).fill(true)])
    assert.equal(outcomeOfTasks(machine, WORKLOAD, tasks), expected)
  })
})

test('who leaves hands back what it has not begun, and the next one may be alone as well', async () => {
  await withWorkers(2, async (machine) => {
    const expected = sequentially(machine, WORKLOAD)
    const tasks = openTasks(machine, WORKLOAD, 0)
    assert.is(workerOf(machine, 1).work(0), 0)
    assert.is(tasks.committed, 1)
    assert.is(machine.words.u32(layout.BLOCK_CURSOR), 1)
    assert.is(machine.words.u32(layout.BLOCK_ALONE), NOBODY)
    finish(workerOf(machine, 2))
    tasks.close()
    assert.equal(hasVersions(machine, tasks), new Array(COUNT).fill(false))
    assert.equal(outcomeOfTasks(machine, WORKLOAD, tasks), expected)
  })
})

test('before a transaction that may be long the block is shared', async () => {
  await withWorkers(2, async (machine) => {
    const long = 2
    const workload = workloadOf((index) =>
      index === long ? { to: LOOP, gasLimit: 90_000_000n } : { gasLimit: 300_000n },
    )
    const expected = sequentially(machine, workload)
    const tasks = openTasks(machine, workload, 0)
    const worker = workerOf(machine, 1)
    for (let step = 0; step <= long; step++) {
      assert.is(machine.words.u32(layout.BLOCK_ALONE), step === 0 ? NOBODY : 2)
      worker.step()
    }
    assert.is(machine.words.u32(layout.BLOCK_ALONE), layout.SHARED)
    assert.is(tasks.committed, long)
    finish(worker)
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

test('a transaction whose worker dies in its middle is executed again', async () => {
  await withWorkers(2, async (machine) => {
    const expected = sequentially(machine, WORKLOAD)
    let deaths = 0
    // At each call of the host, until a worker lives long enough for all of them.
    for (let calls = 1; deaths === calls - 1; calls++) {
      const tasks = openTasks(machine, WORKLOAD, 0)
      let left = calls
      const answers = machine.answers()
      const mayDie = () => {
        if (--left === 0) throw new Error('dies')
      }
      const dead = workerOf(machine, 1, {
        accounts: () => 0,
        account: (address, out) => {
          mayDie()
          answers.account(address, out)
        },
        slot: (address, key, out) => {
          mayDie()
          answers.slot(address, key, out)
        },
      })
      try {
        finish(dead)
      } catch (error) {
        assert.is((error as Error).message, 'dies')
        deaths++
        assert.is(machine.words.u32(tasks.at(tasks.committed) + layout.TASK_STATE), HELD)
        machine.core.recover()
        assert.is(machine.words.u32(layout.BLOCK_ALONE), layout.SHARED)
        finish(workerOf(machine, 2))
      }
      tasks.close()
      assert.equal(outcomeOfTasks(machine, WORKLOAD, tasks), expected, `after ${calls} calls`)
    }
    assert.ok(deaths > COUNT)
  })
})

test('what a worker wrote only in part before it died is written again from its log, and its transaction is committed', async () => {
  await withWorkers(2, async (machine) => {
    const { words } = machine
    const expected = sequentially(machine, WORKLOAD)
    for (let committed = 1; committed <= COUNT; committed++) {
      const tasks = openTasks(machine, WORKLOAD, 0)
      const dead = workerOf(machine, 1)
      while (tasks.committed < committed) dead.step()
      // Back to the moment before the last of its stores: all that it wrote is still as it was, or half there.
      const ENTRY = 40
      const [from, until] = [words.u32(layout.REDO_LOG), words.u32(layout.REDO_END)]
      assert.ok(until > from)
      let spoilt = 0
      for (let at = from; at < until; at += ENTRY) {
        const location = words.u32(at)
        const isBalance = location % 2 === 1
        if (!isBalance) continue
        words.setWord(words.u32(layout.LOCATIONS) + location * layout.LOCATION_SIZE, 0xbadn)
        spoilt++
      }
      assert.ok(spoilt > 0)
      // As if it had died between the mark of a location and the head of the list of those.
      words.setU32(layout.DIRTY_LIST, layout.NO_MORE)
      words.setU32(layout.BLOCK_COMMITTED, committed - 1)
      words.setU32(tasks.at(committed - 1) + layout.TASK_STATE, HELD)
      machine.core.recover()
      assert.is(tasks.committed, committed)
      finish(workerOf(machine, 2))
      tasks.close()
      assert.equal(outcomeOfTasks(machine, WORKLOAD, tasks), expected, `${committed} transactions`)
    }
  })
})

test.run()
