import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { WorkerDeathError } from '../../src/scheduler/errors.js'
import { executeParallel, type ParallelOptions } from '../../src/scheduler/parallel.js'
import type { Machine } from '../../src/wasm/machine.js'
import type { WorkerPool } from '../../src/worker/pool.js'
import type { Fault } from '../../src/worker/protocol.js'
import { Random } from '../support/random.js'
import { type BlockOutcome, outcomeOfTasks, sequentially } from '../support/same.js'
import { suite } from '../support/suite.js'
import { settled, threadCount, threadsAreGone } from '../support/threads.js'
import { withWorkers } from '../support/workers.js'
import { randomWorkload, type Workload } from '../support/workload.js'

const test = suite('parallel/deaths')

const FULL = process.env.HEDDLE_FULL === '1'
/** Blocks in which a worker dies. */
const HIT = FULL ? 1_000 : 40
const SEED = Number(process.env.HEDDLE_SEED ?? 1)
/** Where nobody happens to die in so many blocks for each one in which somebody does, something is wrong with the deaths. */
const PATIENCE = 30
/** How much larger the process may be after all those deaths than after the first few. */
const GROWTH = 2 ** 28

type Dying = Pick<ParallelOptions, 'fault' | 'perturb' | 'takesPart' | 'cores'>

/** A block with something to do for everybody, and all of it in the block. */
function busyWorkload(machine: Machine, seed: number): { workload: Workload; expected: BlockOutcome } {
  // Ends: every third seed or so will do.
  while (true) {
    const workload = randomWorkload(seed++)
    if (workload.messages.length < 40) continue
    const expected = sequentially(machine, workload)
    if (expected.refused === undefined) return { workload, expected }
  }
}

/** One block of the pool's workers. How many rounds it took: one more than deaths interrupted it. */
async function roundsOf(
  machine: Machine,
  pool: WorkerPool,
  workload: Workload,
  expected: BlockOutcome,
  { fault = () => undefined, ...options }: Dying,
): Promise<number> {
  let rounds = 1
  machine.startBlock(workload.environment, workload.state)
  const counted = (worker: number, attempt: number) => {
    rounds = Math.max(rounds, attempt)
    return fault(worker, attempt)
  }
  const run = executeParallel(machine, BlockMessages.of(machine, workload.messages), {
    ...options,
    fault: counted,
    pool,
    workers: pool.threads,
  })
  const { tasks } = await settled(run, `block of seed ${workload.seed}`)
  assert.equal(outcomeOfTasks(machine, workload, tasks), expected, `block of seed ${workload.seed}`)
  return rounds
}

const PLACES: [name: string, fault: (place: number) => Fault][] = [
  ['between two tasks', (afterSlices) => ({ afterSlices })],
  ['with a question in the middle of a transaction', (afterQuestions) => ({ afterQuestions })],
]

for (const [name, faultAt] of PLACES) {
  test(`a thread that dies ${name}, the first time or any later, changes nothing`, async () => {
    // Tasks are short: were slices not one task each, few blocks would have a second one.
    const perturb = SEED
    await withWorkers(2, async (machine, pool) => {
      const { workload, expected } = busyWorkload(machine, SEED)
      let hits = 0
      for (let place = 0; place < (FULL ? 200 : 8); place++) {
        for (const victim of [0, 1]) {
          const fault: Dying['fault'] = (worker, attempt) =>
            attempt === 1 && worker === victim ? faultAt(place) : undefined
          hits += (await roundsOf(machine, pool, workload, expected, { fault, perturb })) - 1
        }
      }
      // Which worker gets how far is chance, but one of them begins something.
      assert.ok(hits > 0, 'expected workers to die, got no death')
    })
  })
}

test('every thread of the pool dies at once, again and again', async () => {
  await withWorkers(3, async (machine, pool) => {
    for (let block = 0; block < 3; block++) {
      const { workload, expected } = busyWorkload(machine, SEED + 1000 * block)
      const fault: Dying['fault'] = (_, attempt) => (attempt <= 4 ? { afterSlices: attempt } : undefined)
      assert.ok((await roundsOf(machine, pool, workload, expected, { fault, perturb: block })) >= 2)
    }
  })
})

test('a transaction that kills every thread that begins it ends the block, and the next block is right', async () => {
  await withWorkers(2, async (machine, pool) => {
    const { workload, expected } = busyWorkload(machine, SEED)
    machine.startBlock(workload.environment, workload.state)
    const options = { pool, workers: 2, fault: () => ({ afterQuestions: 0 }), perturb: 1 }
    const error = await settled(
      executeParallel(machine, BlockMessages.of(machine, workload.messages), options),
      'deadly block',
    ).catch((thrown: unknown) => thrown)
    assert.instance(error, WorkerDeathError)
    assert.is((error as WorkerDeathError).code, 'WorkerDeath')
    assert.is(await roundsOf(machine, pool, workload, expected, {}), 1)
  })
})

/** A thread of the pool, whichever, is ended from outside a random while after this. */
async function endOne(pool: WorkerPool, random: Random): Promise<void> {
  const victim = random.below(pool.threads)
  await sleep(random.below(4))
  // There may be none just now.
  await pool.workers[victim]?.terminate()
}

test(`${HIT} blocks in which a worker dies at a random moment come out as in order, and nothing is left behind`, async () => {
  const threads = threadCount()
  const random = new Random(SEED)
  for (const workers of [2, 4]) {
    await withWorkers(workers, async (machine, pool) => {
      let size = 0
      let blocks = 0
      for (let hits = 0; hits < HIT / 2; blocks++) {
        assert.ok(blocks < (HIT * PATIENCE) / 2, `expected ${HIT / 2} deaths, got ${hits} in ${blocks} blocks`)
        const workload = randomWorkload(random.bits())
        const expected = sequentially(machine, workload)
        const place = random.below(Math.ceil(workload.messages.length / workers))
        const victim = random.below(workers)
        const way = random.below(3)
        const fault: Dying['fault'] = (worker, attempt) =>
          way < 2 && attempt === 1 && worker === victim ? PLACES[way]![1](place) : undefined
        const ending = way === 2 ? endOne(pool, random) : undefined
        // With the calling thread at work, too, in every other block.
        const shared = { takesPart: blocks % 2 === 1, cores: workers }
        const options = { fault, perturb: random.bits(), ...shared }
        const rounds = await roundsOf(machine, pool, workload, expected, options)
        await ending
        if (rounds === 1) continue
        hits++
        if (hits === HIT / 4) size = process.memoryUsage.rss()
      }
      const growth = process.memoryUsage.rss() - size
      assert.ok(growth < GROWTH, `expected the memory to stay as it is, got ${growth} bytes more`)
      if (FULL) console.log(`${HIT / 2} of ${blocks} blocks on ${workers} workers lost one, ${growth >> 20} MB more`)
    })
  }
  assert.ok(await threadsAreGone(threads), `expected ${threads} threads as before, got ${threadCount()}`)
})

test.run()
