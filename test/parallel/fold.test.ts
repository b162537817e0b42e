import * as assert from 'uvu/assert'
import type { BlockTasks } from '../../src/scheduler/block-tasks.js'
import type { CoreExports } from '../../src/wasm/instantiate.js'
import { layout } from '../../src/wasm/layout.js'
import type { Machine } from '../../src/wasm/machine.js'
import { Random } from '../support/random.js'
import { type BlockOutcome, outcomeOfTasks, sequentially } from '../support/same.js'
import { openTasks, workerOf } from '../support/steps.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'
import { randomWorkload, type Workload } from '../support/workload.js'

const test = suite('parallel/fold')

const WORKED = 2

interface Committed {
  workload: Workload
  expected: BlockOutcome
  tasks: BlockTasks
  core: CoreExports
}

/** Blocks that are committed as a whole, and not folded yet. */
async function eachCommitted(use: (machine: Machine, committed: Committed) => void): Promise<void> {
  await withWorkers(1, async (machine) => {
    for (let seed = 1, used = 0; used < 12; seed++) {
      const workload = randomWorkload(seed)
      const expected = sequentially(machine, workload)
      if (expected.refused !== undefined) continue
      used++
      const tasks = openTasks(machine, workload)
      const core = workerOf(machine, 1)
      tasks.keepVersions()
      // Ends: each step but the last one does something.
      while (core.step() === WORKED);
      assert.is(tasks.committed, workload.messages.length)
      machine.words.setU32(layout.BLOCK_KEEPS_VERSIONS, 0)
      use(machine, { workload, expected, tasks, core })
    }
  })
}

function fold(core: CoreExports): void {
  // Ends: each step takes a chunk of entries.
  while (core.step() === WORKED);
}

/** Where the lists of all that the block wrote are, and what they begin with. */
function listsOf({ words }: Machine, tasks: BlockTasks): Map<number, number> {
  const lists = new Map<number, number>()
  for (let index = 0; index < tasks.committed; index++) {
    for (let entry = words.u32(tasks.at(index) + layout.TASK_CHAIN); entry !== 0; ) {
      const list =
        words.u32(layout.LOCATIONS) + words.u32(entry + layout.ENTRY_LOCATION) * layout.LOCATION_SIZE + layout.VERSIONS
      lists.set(list, words.u32(list))
      entry = words.u32(entry + layout.ENTRY_CHAIN)
    }
  }
  return lists
}

test('fold: workers leave no list, and nothing to do for the host', async () => {
  await eachCommitted((machine, { workload, expected, tasks, core }) => {
    const { words } = machine
    fold(core)
    assert.ok([...listsOf(machine, tasks).values()].every((first) => first === 0))
    // Without the lists nobody could do it again.
    words.setU32(layout.BLOCK_FOLDED, 0)
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

for (const [what, skip] of [
  ['the fee recipient', (newest: number) => newest],
  ['a chunk', () => 0],
] as const) {
  test(`fold: ${what}, whose worker died before it did anything, is left to the host`, async () => {
    await eachCommitted((machine, { workload, expected, tasks, core }) => {
      const { words } = machine
      if (what === 'a chunk') core.step()
      words.setU32(layout.BLOCK_FOLD_CURSOR, skip(words.u32(layout.ENTRY_CHUNKS)))
      fold(core)
      tasks.close()
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
    })
  })
}

for (const [who, again] of [
  ['another worker', (core: CoreExports) => fold(core)],
  ['the host', () => undefined],
] as const) {
  test(`fold: what a worker wrote and died before it dropped the lists, or told of the change, is done again by ${who}`, async () => {
    const random = new Random(7)
    await eachCommitted((machine, { workload, expected, tasks, core }) => {
      const { words } = machine
      const lists = listsOf(machine, tasks)
      const before = words.u32(layout.DIRTY_LIST)
      fold(core)
      for (const [list, first] of lists) if (random.chance(0.5)) words.setU32(list, first)
      words.setU32(layout.DIRTY_LIST, before)
      machine.core.recover()
      again(core)
      tasks.close()
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
    })
  })
}

test('fold: a block that ends early is closed by the host, up to where it was committed', async () => {
  await withWorkers(1, async (machine) => {
    let refused = 0
    for (let seed = 1; refused < 6; seed++) {
      const workload = randomWorkload(seed)
      const expected = sequentially(machine, workload)
      if (expected.refused === undefined) continue
      refused++
      const tasks = openTasks(machine, workload)
      fold(workerOf(machine, 1))
      assert.is(machine.words.u32(layout.BLOCK_FOLDED), 0)
      tasks.close()
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
    }
  })
})

test.run()
