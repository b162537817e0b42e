import * as assert from 'uvu/assert'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import { Random } from '../support/random.js'
import { assertSame, outcomeOfTasks, sequentially } from '../support/same.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'
import { randomWorkload, type Workload } from '../support/workload.js'

const test = suite('parallel/random-blocks')

const FULL = process.env.HEDDLE_FULL === '1'
const BLOCKS = FULL ? 10_000 : 600
const SEED = Number(process.env.HEDDLE_SEED ?? 1)

/** With some transactions that may take longer than the calling thread may be kept. */
function withLong(workload: Workload, random: Random): Workload {
  const messages = workload.messages.map((message) =>
    random.chance(0.1) ? { ...message, gasLimit: 3_000_001n } : message,
  )
  return { ...workload, messages }
}

for (const workers of [2, 4]) {
  test(`random blocks: ${BLOCKS / 2} on ${workers} workers that dawdle come out as in order`, async () => {
    const random = new Random(SEED * 100 + workers)
    let conflicts = 0
    await withWorkers(
      workers,
      async (machine, pool) => {
        for (let i = 0; i < BLOCKS / 2; i++) {
          const perturbed = random.chance(0.8) ? { perturb: random.bits() } : {}
          const shared = { takesPart: random.chance(0.5), cores: random.chance(0.5) ? 2 : 64 }
          const options = { pool, workers, record: random.chance(0.5), ...shared, ...perturbed }
          const workload = randomWorkload(random.bits())
          const block = random.chance(0.3) ? withLong(workload, random) : workload
          const statistics = await assertSame(machine, block, options)
          conflicts += statistics.conflicts.length
        }
      },
      SEED,
    )
    // Else nothing was ever executed on what then turned out not to be so, and equality would be worth nothing.
    assert.ok(conflicts > 0, 'expected conflicts, got none')
  })
}

test('random blocks: as tasks in order they come out as one by one', async () => {
  await withWorkers(0, async (machine) => {
    for (let seed = 0; seed < BLOCKS / 6; seed++) {
      const workload = randomWorkload(SEED * 1000 + seed)
      const expected = sequentially(machine, workload)
      machine.startBlock(workload.environment, workload.state)
      const tasks = await executeSequential(machine, BlockMessages.of(machine, workload.messages), {})
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected, `seed ${workload.seed}`)
    }
  })
})

test('random blocks: transactions end in many ways, and blocks are refused for many reasons', async () => {
  const endings = new Set<string>()
  const refusals = new Set<string>()
  await withWorkers(0, async (machine) => {
    for (let seed = 0; seed < 300; seed++) {
      const { transactions, refused } = sequentially(machine, randomWorkload(seed))
      for (const line of transactions) endings.add(line.split(' ')[0]!)
      if (refused !== undefined) refusals.add(refused.code)
    }
  })
  const expected = [
    'Stop',
    'Return',
    'SelfDestruct',
    'Revert',
    'OutOfGas',
    'InvalidJump',
    'DesignatedInvalid',
    'CreateCollision',
  ]
  for (const ending of expected) assert.ok(endings.has(ending), `expected a transaction to end with ${ending}`)
  for (const code of [
    'NonceTooLow',
    'NonceTooHigh',
    'InsufficientFunds',
    'IntrinsicGas',
    'BlockGasLimit',
    'SenderNotExternal',
  ]) {
    assert.ok(refusals.has(code), `expected a block to be refused for ${code}`)
  }
})

test.run()
