import * as assert from 'uvu/assert'
import { workloadSubject } from '../../bench/block/subject.js'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { layout } from '../../src/wasm/layout.js'
import { createMachine } from '../../src/wasm/machine.js'
import { workerOf } from '../support/steps.js'
import { suite } from '../support/suite.js'

const test = suite('parallel/slices')

test('one worker that pauses after every few tasks still executes in order, and nothing twice', async () => {
  const { environment, state, messages } = await workloadSubject('mixed-hot', 400)
  const machine = createMachine({ workers: 1 })
  const core = workerOf(machine, 1)
  machine.startBlock(environment, state)
  const tasks = BlockTasks.open(machine, BlockMessages.of(machine, messages))
  tasks.announce(messages.length)
  let pauses = 0
  while (!core.work(3)) pauses++
  const executions = messages.map((_, index) => machine.words.u32(tasks.at(index) + layout.TASK_EXECUTIONS))
  tasks.close()
  assert.ok(pauses > messages.length / 8, `${pauses} pauses`)
  assert.is(Math.max(...executions), 1)
})

test.run()
