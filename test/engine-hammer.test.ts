import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { fixtureNetwork } from '../src/chain/fixture-network.js'
import { createEngine, type Engine, type ExecutedBlock } from '../src/engine.js'
import { AbortedError, WorkerDeathError } from '../src/scheduler/errors.js'
import type { EngineState } from '../src/state/backend.js'
import type { MemoryState } from '../src/state/memory-state.js'
import { WorkerPool } from '../src/worker/pool.js'
import { blockOf, count, dawdle, engineState, mixedBlock, transfer } from './support/engine-blocks.js'
import { Random } from './support/random.js'
import { suite } from './support/suite.js'
import { settled, threadCount, threadsAreGone } from './support/threads.js'

const test = suite('engine-hammer')

const FULL = process.env.HEDDLE_FULL === '1'
const ROUNDS = FULL ? 100 : 12
const ENGINES = FULL ? 8 : 5
const SEED = Number(process.env.HEDDLE_SEED ?? 1)
const MEMORY = 2 ** 30
const FORKS = ['London', 'Cancun', 'Prague', 'Osaka']
/** Blocks on threads that others keep ending may fail that way; so many attempts in a row do not. */
const ATTEMPTS = 20

const BLOCKS = [
  mixedBlock(30, 2_000),
  mixedBlock(90, 500),
  blockOf(Array.from({ length: 60 }, (_, index) => transfer(index))),
  blockOf(Array.from({ length: 40 }, (_, index) => count(index))),
  blockOf([dawdle(1, 300_000), count(2), dawdle(3, 100_000), count(4)]),
]

interface Outcome {
  stateRoot: string
  receiptsRoot: string
}

function outcomeOf({ stateRoot, receiptsRoot }: ExecutedBlock): Outcome {
  return { stateRoot, receiptsRoot }
}

/** A state that threads have to ask for. */
function unshared(state: MemoryState): EngineState {
  return {
    account: (address) => state.account(address),
    slot: (address, key) => state.slot(address, key),
    code: (hash) => state.code(hash),
    root: () => state.root(),
    draft: () => state.draft(),
  }
}

/** One chain: an engine that comes and goes while its state goes on, and what its next blocks come to. */
class Chain {
  readonly #random: Random
  readonly #pool: WorkerPool
  readonly #chain: ReturnType<typeof fixtureNetwork>
  readonly #alone: Engine
  #engine: Engine
  aborted = 0
  died = 0
  done = 0

  constructor(seed: number, pool: WorkerPool) {
    this.#random = new Random(seed)
    this.#pool = pool
    this.#chain = fixtureNetwork(FORKS[seed % FORKS.length]!)
    this.#alone = createEngine({ chain: this.#chain, state: engineState(BigInt(seed)), workers: 0, memory: MEMORY })
    const state = engineState(BigInt(seed))
    this.#engine = this.#open(seed % 2 === 0 ? state : unshared(state))
  }

  #open(state: Engine['state']): Engine {
    const workers = this.#random.between(1, 3)
    return createEngine({ chain: this.#chain, state, workers, pool: this.#pool, mode: 'parallel', memory: MEMORY })
  }

  /** A block that is begun and aborted as chance will have it until it comes through, or the engine is closed over it. */
  async round(): Promise<void> {
    const random = this.#random
    const block = random.pick(BLOCKS)
    const expected = await this.#alone.executeBlock(block)
    const before = this.#engine.state.root()
    for (let attempts = 0; ; attempts++) {
      assert.ok(attempts < ATTEMPTS, `expected a block to come through, got nothing in ${attempts} attempts`)
      const executed = await this.#attempt(block, random.chance(0.5) && attempts < ATTEMPTS / 2)
      if (executed === undefined) {
        assert.equal(this.#engine.state.root(), before)
        continue
      }
      assert.equal(outcomeOf(executed), outcomeOf(expected))
      const keeps = random.chance(0.7)
      for (const each of [executed, expected]) keeps ? each.commit() : each.discard()
      break
    }
    this.done++
    if (!random.chance(0.15)) return
    const { state } = this.#engine
    await settled(this.#engine.close(), 'closing')
    this.#engine = this.#open(state)
  }

  async #attempt(block: (typeof BLOCKS)[number], isAborted: boolean): Promise<ExecutedBlock | undefined> {
    const abort = new AbortController()
    const timer = isAborted ? setTimeout(() => abort.abort(), this.#random.below(12)) : undefined
    try {
      return await settled(this.#engine.executeBlock(block, { signal: abort.signal }), 'a block')
    } catch (error) {
      if (error instanceof WorkerDeathError) this.died++
      else if (error instanceof AbortedError && isAborted) this.aborted++
      else throw error
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  async close(): Promise<void> {
    await settled(Promise.all([this.#engine.close(), this.#alone.close()]), 'closing')
  }
}

/** Ends threads of the pool at random moments until it is told to stop. */
async function endThreads(pool: WorkerPool, random: Random, isOver: () => boolean): Promise<number> {
  let ended = 0
  while (!isOver()) {
    await sleep(random.between(5, 60))
    const victim = pool.workers[random.below(pool.threads)]
    if (victim === undefined) continue
    await victim.terminate()
    ended++
  }
  return ended
}

for (const { threads, deadly } of [
  { threads: 2, deadly: false },
  { threads: 2, deadly: true },
  { threads: 3, deadly: true },
]) {
  const name = `${ENGINES} engines on ${threads} threads, with aborts${deadly ? ' and deaths' : ''}`
  test(`${name}: every block that comes through is right, and nothing hangs or is left behind`, async () => {
    const before = threadCount()
    const pool = new WorkerPool(threads)
    const chains = Array.from({ length: ENGINES }, (_, index) => new Chain(SEED * 100 + 10 * threads + index, pool))
    let isOver = false
    const ending = deadly ? endThreads(pool, new Random(SEED), () => isOver) : undefined
    try {
      await Promise.all(
        chains.map(async (chain) => {
          for (let round = 0; round < ROUNDS; round++) await chain.round()
        }),
      )
    } finally {
      isOver = true
      await ending
      await Promise.all(chains.map((chain) => chain.close()))
      await pool.close()
    }
    assert.is(
      chains.reduce((sum, { done }) => sum + done, 0),
      ENGINES * ROUNDS,
    )
    // What the process starts once for all may have come with the first of these; it is not one for each thread that died.
    if (before !== undefined)
      assert.ok(await threadsAreGone(before + 8), `expected some ${before} threads, got ${threadCount()}`)
    if (!FULL) return
    const sum = (count: (chain: Chain) => number) => chains.reduce((total, chain) => total + count(chain), 0)
    const [aborted, died] = [sum((chain) => chain.aborted), sum((chain) => chain.died)]
    console.log(`${name}: ${aborted} blocks aborted, ${died} failed, ${(await ending) ?? 0} threads ended`)
  })
}

test.run()
