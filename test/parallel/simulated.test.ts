import * as assert from 'uvu/assert'
import { Random } from '../support/random.js'
import { outcomeOfTasks, sequentially } from '../support/same.js'
import { SimulatedWorkers } from '../support/simulated-workers.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'
import { randomWorkload } from '../support/workload.js'

const test = suite('parallel/simulated')

const FULL = process.env.HEDDLE_FULL === '1'
const BLOCKS = FULL ? 10_000 : 300
const SEED = Number(process.env.HEDDLE_SEED ?? 1)

for (const { workers, deaths } of [
  { workers: 2, deaths: 0 },
  { workers: 5, deaths: 0 },
  { workers: 2, deaths: 2 },
  { workers: 5, deaths: 6 },
]) {
  test(`${workers} workers that take turns inside their transactions, and die there up to ${deaths} times, do as one does`, async () => {
    let overtakings = 0
    let died = 0
    await withWorkers(
      workers,
      async (machine) => {
        const simulated = new SimulatedWorkers(machine)
        for (let i = 0; i < BLOCKS; i++) {
          const seed = SEED * 1_000_003 + workers * 100_000 + i
          const workload = randomWorkload(seed)
          const expected = sequentially(machine, workload)
          const run = simulated.execute(workload, { random: new Random(seed), workers, deaths })
          assert.equal(outcomeOfTasks(machine, workload, run.tasks), expected, `seed ${seed}`)
          overtakings += run.overtakings
          died += run.deaths
        }
      },
      SEED,
    )
    assert.ok(overtakings > BLOCKS, `expected workers to overtake one another, got ${overtakings} times`)
    assert.ok(died >= (deaths * BLOCKS) / 4, `expected workers to die, got ${died} deaths`)
  })
}

test.run()
