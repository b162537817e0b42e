import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { fixtureNetwork } from '../src/chain/fixture-network.js'
import { createEngine, type DraftBlock, type Engine } from '../src/engine.js'
import { AbortedError } from '../src/scheduler/errors.js'
import { WorkerPool } from '../src/worker/pool.js'
import { blockOf, CHAIN, count, dawdle, engineState, mixedBlock, transfer, USERS } from './support/engine-blocks.js'
import { suite } from './support/suite.js'
import { settled } from './support/threads.js'

const test = suite('engine-pool')

const MEMORY = 2 ** 29
const WORKERS = 2
const FORKS = ['Berlin', 'London', 'Shanghai', 'Cancun', 'Prague', 'Osaka']
const BLOCKS = 6

/** Blocks of a chain, each on top of the one before: what they come to. */
async function advance(engine: Engine, blocks: readonly DraftBlock[]): Promise<unknown[]> {
  const outcomes: unknown[] = []
  for (const block of blocks) {
    const executed = await settled(engine.executeBlock(block), 'a block beside others')
    const { stateRoot, receiptsRoot, gasUsed } = executed
    outcomes.push([stateRoot, receiptsRoot, gasUsed])
    executed.commit()
  }
  return outcomes
}

test('engines of different chains and states share one pool, and each block is as if it had been alone', async () => {
  const pool = new WorkerPool(WORKERS)
  const blocks = Array.from({ length: BLOCKS }, (_, index) => ({
    ...mixedBlock(40 + 7 * index, 3_000),
    number: BigInt(index),
  }))
  const chains = FORKS.map((fork, index) => ({
    chain: fixtureNetwork(fork),
    state: () => engineState(BigInt(1000 * index)),
  }))
  try {
    const alone: unknown[] = []
    for (const { chain, state } of chains) {
      const engine = createEngine({ chain, state: state(), workers: 0, memory: MEMORY })
      alone.push(await advance(engine, blocks))
      await engine.close()
    }
    const engines = chains.map(({ chain, state }) =>
      createEngine({ chain, state: state(), workers: WORKERS, pool, mode: 'parallel', memory: MEMORY }),
    )
    const together = await Promise.all(engines.map((engine) => advance(engine, blocks)))
    await Promise.all(engines.map((engine) => engine.close()))
    assert.equal(together, alone)
    // Different chains, so that an answer that went to the wrong one would be seen.
    assert.is(new Set(together.map(String)).size, FORKS.length)
  } finally {
    await pool.close()
  }
})

/** Much longer than what the blocks of the other engine take. */
const SLOW_BLOCKS: [name: string, block: DraftBlock][] = [
  ['one transaction without end', blockOf([dawdle(0, 2 ** 33)])],
  [
    'a thousand long transactions',
    blockOf(Array.from({ length: 1000 }, (_, index) => dawdle(index % USERS, 1_000_000))),
  ],
]
const BESIDE = 12
/** Transactions of the slow block that may be committed while the other engine executes one small block: it gets some of the time. */
const GENEROUS = 60

for (const [name, slow] of SLOW_BLOCKS) {
  test(`an engine that executes ${name} does not starve another one on the same threads`, async () => {
    const pool = new WorkerPool(WORKERS)
    const options = { chain: CHAIN, workers: WORKERS, pool, mode: 'parallel', memory: MEMORY } as const
    const [first, second] = [
      createEngine({ ...options, state: engineState() }),
      createEngine({ ...options, state: engineState() }),
    ]
    try {
      const small = blockOf([transfer(1), count(2), transfer(3), count(4)])
      const alone = await second.executeBlock(small)
      alone.discard()
      const abort = new AbortController()
      let committed = 0
      let isOver = false
      const running = first.executeBlock(slow, { signal: abort.signal, onCommit: () => void committed++ }).then(
        () => undefined,
        (error: unknown) => error,
      )
      void running.then(() => {
        isOver = true
      })
      for (let block = 0; block < BESIDE; block++) {
        const executed = await settled(second.executeBlock(small), 'a small block beside a slow one')
        assert.is(executed.stateRoot, alone.stateRoot)
        executed.discard()
      }
      assert.not(isOver, 'expected the slow block to be the slower one')
      assert.ok(
        committed < BESIDE * GENEROUS,
        `expected a share of the threads, got it after ${committed} transactions`,
      )
      abort.abort()
      assert.instance(await settled(running, 'the slow block'), AbortedError)
    } finally {
      await Promise.all([first.close(), second.close()])
      await pool.close()
    }
  })
}

test('a block that waits for threads is aborted while it waits', async () => {
  const pool = new WorkerPool(1)
  const options = { chain: CHAIN, workers: 1, pool, mode: 'parallel', memory: MEMORY } as const
  const [first, second] = [
    createEngine({ ...options, state: engineState() }),
    createEngine({ ...options, state: engineState() }),
  ]
  try {
    const [long, short] = [new AbortController(), new AbortController()]
    let isOver = false
    const running = first
      .executeBlock(blockOf([dawdle(0, 2 ** 33)]), { signal: long.signal })
      .catch((error: unknown) => {
        isOver = true
        return error
      })
    const waiting = second
      .executeBlock(blockOf([transfer(1)]), { signal: short.signal })
      .catch((error: unknown) => error)
    // Until it stands in the queue.
    await sleep(30)
    short.abort()
    assert.instance(await settled(waiting, 'the block that waits'), AbortedError)
    assert.not(isOver)
    await settled(second.close(), 'closing')
    long.abort()
    assert.instance(await settled(running, 'the long block'), AbortedError)
    const executed = await settled(first.executeBlock(blockOf([transfer(1)])), 'the block after')
    executed.discard()
  } finally {
    await Promise.all([first.close(), second.close()])
    await pool.close()
  }
})

test.run()
