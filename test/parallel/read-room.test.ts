import * as assert from 'uvu/assert'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { readConstants } from '../../src/wasm/instantiate.js'
import { layout } from '../../src/wasm/layout.js'
import type { Machine } from '../../src/wasm/machine.js'
import { outcomeOfTasks, sequentially } from '../support/same.js'
import { finish, SENDERS, workerOf, workloadOf } from '../support/steps.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'
import type { Workload } from '../support/workload.js'

const test = suite('parallel/read-room')

const ROUNDS = 40
const COUNT = ROUNDS * SENDERS.length
const WORKED = 2
const [FREE, TAKEN] = [0, 99]
const HEAP_START = readConstants().get('HEAP_START')!

interface Opened {
  machine: Machine
  workload: Workload
  tasks: BlockTasks
}

async function withBlock(use: (opened: Opened) => void): Promise<void> {
  await withWorkers(1, async (machine) => {
    const rounds = Array.from({ length: ROUNDS }, (_, nonce) => workloadOf(() => ({ nonce: BigInt(nonce) })))
    const workload = { ...rounds[0]!, messages: rounds.flatMap(({ messages }) => messages) }
    const expected = sequentially(machine, workload)
    machine.startBlock(workload.environment, workload.state)
    const tasks = BlockTasks.open(machine, BlockMessages.of(machine, workload.messages))
    use({ machine, workload, tasks })
    tasks.announce(COUNT)
    finish(workerOf(machine, 1), 2 * COUNT)
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
}

/** Executes more transactions, none of which is committed meanwhile. */
function execute({ machine, tasks }: Opened, count: number, core = workerOf(machine, 1)): void {
  tasks.announce(count)
  machine.words.setU32(layout.COMMIT_LOCK, TAKEN)
  // Ends: each step but the last one executes a task.
  while (core.step() === WORKED);
  machine.words.setU32(layout.COMMIT_LOCK, FREE)
}

/** Where the reads of executed transactions are, and how many of those are in a room. None is in the place of another. */
function lookAtReads({ machine: { words }, tasks }: Opened): { places: number[]; inRooms: number } {
  const uncommitted = Array.from({ length: tasks.announced - tasks.committed }, (_, i) => tasks.at(tasks.committed + i))
  const places = uncommitted.map((task) => words.u32(task + layout.TASK_READS))
  const ranges = uncommitted
    .map((task, i) => [places[i]!, places[i]! + words.u32(task + layout.TASK_READ_COUNT) * layout.READ_SIZE] as const)
    .sort(([a], [b]) => a - b)
  for (const [i, [start, end]] of ranges.entries()) {
    assert.ok(start > 0 && end > start, `${start} to ${end}`)
    if (i > 0) assert.ok(start >= ranges[i - 1]![1], `${start} is before ${ranges[i - 1]![1]}`)
  }
  return { places, inRooms: places.filter((place) => place < words.u32(HEAP_START)).length }
}

test('while nothing is committed rooms are used once, and then the heap', async () => {
  await withBlock((opened) => {
    execute(opened, COUNT)
    const { inRooms } = lookAtReads(opened)
    assert.ok(inRooms > 60 && inRooms < COUNT, `${inRooms} in rooms`)
  })
})

test('rooms serve again when all who had left something there are committed', async () => {
  await withBlock((opened) => {
    const { machine, tasks } = opened
    const core = workerOf(machine, 1)
    const seen = new Set<number>()
    const again = new Set<number>()
    while (tasks.announced < COUNT) {
      execute(opened, 16, core)
      const { places, inRooms } = lookAtReads(opened)
      assert.is(inRooms, 16)
      for (const place of places) (seen.has(place) ? again : seen).add(place)
      core.step()
      assert.is(tasks.committed, tasks.announced)
    }
    assert.ok(again.size > 60, `${again.size} again`)
  })
})

test('who comes after another worker, or after a death, leaves alone what is not committed', async () => {
  for (const hasDied of [false, true]) {
    await withBlock((opened) => {
      const { machine } = opened
      execute(opened, 40)
      const { places, inRooms } = lookAtReads(opened)
      assert.is(inRooms, 40)
      if (hasDied) machine.core.recover()
      execute(opened, 40)
      const after = lookAtReads(opened)
      assert.equal(after.places.slice(0, 40), places)
      assert.is(after.inRooms, 40)
    })
  }
})

test.run()
