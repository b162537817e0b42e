import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { Crew, type CrewOptions } from '../../src/scheduler/crew.js'
import { executeParallel } from '../../src/scheduler/parallel.js'
import { layout } from '../../src/wasm/layout.js'
import type { Machine } from '../../src/wasm/machine.js'
import type { WorkerPool } from '../../src/worker/pool.js'
import type { WorkOutcome, WorkTask } from '../../src/worker/protocol.js'
import { assertSame, inParallel, outcomeOfTasks, sequentially } from '../support/same.js'
import { workerOf } from '../support/steps.js'
import { suite } from '../support/suite.js'
import { settled } from '../support/threads.js'
import { withWorkers } from '../support/workers.js'
import { randomWorkload, type Workload } from '../support/workload.js'

const test = suite('parallel/crew')

const FULL = process.env.HEDDLE_FULL === '1'
const SEED = Number(process.env.HEDDLE_SEED ?? 1)
/** Long enough for a thread to be at the door. */
const A_WHILE = 100

/** The turn of the door that the next block has. */
const nextTurn = ({ words }: Machine): number => words.u32(layout.BLOCK_DOOR) + 1

/** A block with something to do for everybody. */
function workloadOf(seed: number, least: number): Workload {
  // Ends: every third seed or so will do.
  for (let next = seed; ; next++) {
    const workload = randomWorkload(next)
    if (workload.messages.length >= least) return workload
  }
}

test('seat: only those come in who were called for this turn of the door, and only while it is open', async () => {
  await withWorkers(2, async (machine) => {
    const { core } = machine
    const first = workerOf(machine, 1)
    const turn = nextTurn(machine)
    core.openDoor()
    assert.is(first.sitDown(1, turn), 1)
    assert.is(core.isEmpty(turn), 0)
    core.closeDoor()
    assert.is(workerOf(machine, 2).sitDown(2, turn), 0, 'one that is late')
    assert.is(core.isEmpty(turn), 0)
    first.standUp(1, turn, 1.5, false)
    assert.is(core.isEmpty(turn), 1)
    assert.is(first.sitDown(1, turn), 0)
    assert.is(core.isEmpty(turn), 1)
  })
})

test('seat: of one who died in it the next block knows nothing, and who is late does not take it from its holder', async () => {
  await withWorkers(2, async (machine) => {
    const { core, words } = machine
    const busyOf = (worker: number) =>
      words.view.getFloat64(layout.SEATS + worker * layout.SEAT_SIZE + layout.SEAT_BUSY, true)
    const dead = nextTurn(machine)
    core.openDoor()
    assert.is(workerOf(machine, 1).sitDown(1, dead), 1)
    assert.is(workerOf(machine, 1).sitDown(1, dead), 1, 'who takes the place of a dead one')
    core.closeDoor()
    const turn = nextTurn(machine)
    core.openDoor()
    assert.is(core.isEmpty(turn), 1)
    const holder = workerOf(machine, 1)
    assert.is(holder.sitDown(1, turn), 1)
    assert.is(workerOf(machine, 1).sitDown(1, dead), 0)
    assert.is(core.isEmpty(turn), 0)
    holder.standUp(1, turn, 1.5, false)
    assert.is(holder.sitDown(1, turn), 1, 'who was needed elsewhere for a while')
    holder.standUp(1, turn, 2, false)
    assert.equal([busyOf(1), busyOf(2)], [3.5, 0])
    core.closeDoor()
    core.openDoor()
    assert.is(busyOf(1), 0)
  })
})

test('a worker stays when it may and all of the block is done', async () => {
  await withWorkers(1, async (machine) => {
    const { core, words } = machine
    const worker = workerOf(machine, 1)
    const leave = (mayStay: boolean, committed: number, aborted = 0): [stays: number, hasStayed: number] => {
      const turn = nextTurn(machine)
      core.openDoor()
      words.setU32(layout.BLOCK_COUNT, 3)
      words.setU32(layout.BLOCK_COMMITTED, committed)
      words.setU32(layout.BLOCK_ABORTED, aborted)
      assert.is(worker.sitDown(1, turn), 1)
      const stays = worker.standUp(1, turn, 1, mayStay)
      core.closeDoor()
      return [stays, core.hasStayed(1, turn)]
    }
    assert.equal(leave(true, 3), [1, 1])
    assert.equal(leave(false, 3), [0, 0])
    assert.equal(leave(true, 2), [0, 0])
    assert.equal(leave(true, 3, 1), [0, 0])
    words.setU32(layout.BLOCK_COUNT, 0)
  })
})

test('workers that are called before their block wait for it', async () => {
  await withWorkers(3, async (machine, pool) => {
    for (const workers of [1, 2, 3]) {
      const options: CrewOptions = { pool, workers, cores: 8 }
      const crew = new Crew(machine, options)
      await sleep(A_WHILE)
      const workload = workloadOf(SEED + workers, 40)
      // While they are waiting, the machine executes another block in the calling thread.
      const expected = sequentially(machine, workload)
      const { outcome, statistics } = await settled(inParallel(machine, workload, { ...options, crew }), 'block')
      assert.equal(outcome, expected)
      assert.ok(Math.max(...statistics.utilisation) > 0)
    }
  })
})

test('workers whose block does not come go away', async () => {
  await withWorkers(2, async (machine, pool) => {
    for (const wait of [0, A_WHILE]) {
      // More than there are threads: some of them wait for one.
      const crews = [
        new Crew(machine, { pool, workers: 2, cores: 8 }),
        new Crew(machine, { pool, workers: 2, cores: 8 }),
      ]
      await sleep(wait)
      for (const crew of crews) crew.dismiss()
      for (const crew of crews) await settled(crew.heardFrom(), 'dismissed crew', 10)
      await assertSame(machine, workloadOf(SEED, 40), { pool, workers: 2 })
    }
  })
})

test('threads that die at the door are replaced when it is open', async () => {
  await withWorkers(2, async (machine, pool) => {
    const options: CrewOptions = { pool, workers: 2, cores: 8 }
    for (let block = 0; block < 3; block++) {
      const workload = workloadOf(SEED + block, 40)
      const expected = sequentially(machine, workload)
      const crew = new Crew(machine, options)
      await sleep(A_WHILE)
      for (const thread of pool.workers) void thread.terminate()
      const { outcome } = await settled(inParallel(machine, workload, { ...options, crew }), 'block')
      assert.equal(outcome, expected)
    }
  })
})

test('a block does not end while somebody is at work on it', async () => {
  await withWorkers(2, async (machine, { pressure }) => {
    const atWork = workerOf(machine, 1)
    let hasLeft = false
    const run = async ({ arena, turn }: WorkTask): Promise<WorkOutcome> => {
      // The door is opened in the step that calls.
      await undefined
      assert.is(atWork.sitDown(arena, turn), 1)
      await sleep(A_WHILE)
      hasLeft = true
      atWork.standUp(arena, turn, 0, false)
      return { done: true }
    }
    const pool = { threads: 2, pressure, run } as unknown as WorkerPool
    const workload = workloadOf(SEED, 40)
    const expected = sequentially(machine, workload)
    const { outcome } = await inParallel(machine, workload, { pool, workers: 2, cores: 2, takesPart: true })
    assert.ok(hasLeft)
    assert.equal(outcome, expected)
  })
})

test('blocks follow each other however late their workers come and leave', async () => {
  await withWorkers(3, async (machine, pool) => {
    for (let block = 0; block < (FULL ? 20_000 : 400); block++) {
      // Short ones, which the calling thread has done when the others have just found the door.
      const workload = randomWorkload(SEED + block)
      workload.messages.length = Math.min(workload.messages.length, 1 + (block % 12))
      const expected = sequentially(machine, workload)
      const options = {
        pool,
        workers: 2 + (block % 2),
        cores: 2,
        takesPart: true,
        ...(block % 3 === 0 ? { perturb: SEED + block } : {}),
      }
      machine.startBlock(workload.environment, workload.state)
      const run = executeParallel(machine, BlockMessages.of(machine, workload.messages), options)
      const { tasks, heardFrom } = await settled(run, `block ${block}`)
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected, `block ${block}`)
      if (block % 5 === 0) await settled(heardFrom, `workers of block ${block}`)
    }
  })
})

test.run()
