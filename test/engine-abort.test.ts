import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createEngine, type Engine, type ExecutedBlock } from '../src/engine.js'
import { AbortedError } from '../src/scheduler/errors.js'
import type { Mode } from '../src/scheduler/policy.js'
import { WorkerPool } from '../src/worker/pool.js'
import { blockOf, CHAIN, count, dawdle, engineState, mixedBlock, transfer } from './support/engine-blocks.js'
import { Random } from './support/random.js'
import { suite } from './support/suite.js'
import { settled, threadCount, threadsAreGone } from './support/threads.js'

const test = suite('engine-abort')

const FULL = process.env.HEDDLE_FULL === '1'
const ROUNDS = FULL ? 300 : 25
const SEED = Number(process.env.HEDDLE_SEED ?? 1)
const MEMORY = 2 ** 30

const MODES: readonly { mode: Mode; workers: number }[] = [
  { mode: 'sequential', workers: 0 },
  { mode: 'parallel', workers: 1 },
  { mode: 'parallel', workers: 2 },
  { mode: 'parallel', workers: 4 },
]

async function withEngine(mode: Mode, workers: number, use: (engine: Engine) => Promise<void>): Promise<void> {
  const pool = new WorkerPool(Math.max(1, workers))
  const engine = createEngine({ chain: CHAIN, state: engineState(), workers, mode, pool, memory: MEMORY })
  try {
    await use(engine)
  } finally {
    await engine.close()
    await pool.close()
  }
}

/** What a block comes to on a state that nobody has touched. */
async function expectedOf(
  block: ReturnType<typeof blockOf>,
): Promise<Pick<ExecutedBlock, 'stateRoot' | 'receiptsRoot'>> {
  const engine = createEngine({ chain: CHAIN, state: engineState(), workers: 0, memory: MEMORY })
  const { stateRoot, receiptsRoot } = await engine.executeBlock(block)
  await engine.close()
  return { stateRoot, receiptsRoot }
}

const untouched = engineState().root()
const BLOCK = mixedBlock(120)
const EXPECTED = expectedOf(BLOCK)

/** The state is what it was, and the next block on the same engine is right. */
async function assertUnharmed(engine: Engine): Promise<void> {
  assert.equal(engine.state.root(), untouched)
  const executed = await settled(engine.executeBlock(BLOCK), 'the block after')
  const { stateRoot, receiptsRoot } = executed
  assert.equal({ stateRoot, receiptsRoot }, await EXPECTED)
  executed.discard()
  assert.equal(engine.state.root(), untouched)
}

function assertAborted(error: unknown): void {
  assert.instance(error, AbortedError)
  assert.is((error as AbortedError).code, 'Aborted')
  assert.match((error as AbortedError).message, /expected .*got/)
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('expected it to be rejected, but it was not')
}

for (const { mode, workers } of MODES) {
  const name = `${mode}, ${workers} workers`

  test(`${name}: a block that is aborted before it begins is not begun`, async () => {
    await withEngine(mode, workers, async (engine) => {
      for (const block of [BLOCK, blockOf([])]) {
        const commits: number[] = []
        const options = {
          signal: AbortSignal.abort(),
          onCommit: ({ index }: { index: number }) => void commits.push(index),
        }
        assertAborted(await errorOf(settled(engine.executeBlock(block, options), 'the aborted block')))
        assert.equal(commits, [])
      }
      await assertUnharmed(engine)
    })
  })

  test(`${name}: a block that is aborted in the middle of one long transaction ends soon, without effect`, async () => {
    await withEngine(mode, workers, async (engine) => {
      // Of some minutes.
      const endless = blockOf([count(0), transfer(1), dawdle(2, 2 ** 33), count(3)])
      const abort = new AbortController()
      const commits: number[] = []
      const running = engine.executeBlock(endless, {
        signal: abort.signal,
        onCommit: ({ index }) => void commits.push(index),
      })
      const error = errorOf(settled(running, 'the aborted block'))
      // By then the first two are committed, where anything is told at all.
      await sleep(50)
      const told = commits.length
      abort.abort()
      assertAborted(await error)
      assert.ok(commits.length <= 2, `expected at most 2 commits, got ${commits.length}`)
      await sleep(20)
      assert.ok(commits.length <= Math.max(told, 2), 'expected no commit after the end')
      await assertUnharmed(engine)
    })
  })

  test(`${name}: aborted at a random moment, a block is all there or not at all`, async () => {
    const random = new Random(SEED * 31 + workers)
    await withEngine(mode, workers, async (engine) => {
      for (let round = 0; round < ROUNDS; round++) {
        const abort = new AbortController()
        let isOver = false
        const running = settled(engine.executeBlock(BLOCK, { signal: abort.signal }), 'the aborted block')
        const turns = random.below(200)
        // By turns of the event loop and not by time, which passes differently on every machine.
        for (let turn = 0; turn < turns && !isOver; turn++) {
          await breathe()
          void running.then(
            () => {
              isOver = true
            },
            () => {
              isOver = true
            },
          )
        }
        abort.abort()
        const outcome = await running.catch((error: unknown) => error)
        if (outcome instanceof Error) {
          assertAborted(outcome)
        } else {
          const { stateRoot, receiptsRoot, discard } = outcome as ExecutedBlock
          assert.equal({ stateRoot, receiptsRoot }, await EXPECTED)
          discard()
        }
        if (round % 5 === 0) await assertUnharmed(engine)
      }
      // Before the first turn of the event loop.
      const early = new AbortController()
      const running = errorOf(settled(engine.executeBlock(BLOCK, { signal: early.signal }), 'the aborted block'))
      early.abort()
      assertAborted(await running)
      await assertUnharmed(engine)
    })
  })

  test(`${name}: aborted by the listener of any commit, the last one included, a block has no effect`, async () => {
    await withEngine(mode, workers, async (engine) => {
      const last = BLOCK.transactions.length - 1
      for (const at of [0, 1, 7, 40, last - 1, last]) {
        const abort = new AbortController()
        let told = 0
        const onCommit = ({ index }: { index: number }) => {
          told++
          if (index === at) abort.abort()
        }
        assertAborted(
          await errorOf(settled(engine.executeBlock(BLOCK, { signal: abort.signal, onCommit }), `abort at ${at}`)),
        )
        assert.ok(told > at)
        await assertUnharmed(engine)
      }
    })
  })

  test(`${name}: a signal after the block has ended changes nothing`, async () => {
    await withEngine(mode, workers, async (engine) => {
      const abort = new AbortController()
      const executed = await engine.executeBlock(BLOCK, { signal: abort.signal })
      abort.abort()
      executed.commit()
      assert.equal(Buffer.from(engine.state.root()).toString('hex'), (await EXPECTED).stateRoot.slice(2))
    })
  })
}

test('one signal for many blocks gathers no listeners', async () => {
  await withEngine('parallel', 2, async (engine) => {
    const { signal } = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = AbortSignal.prototype
    const add: typeof addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++
      addEventListener.apply(signal, args)
    }
    const remove: typeof removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--
      removeEventListener.apply(signal, args)
    }
    Object.assign(signal, { addEventListener: add, removeEventListener: remove })
    for (let block = 0; block < 5; block++) {
      const executed = await engine.executeBlock(blockOf([transfer(1), count(2)]), { signal })
      executed.discard()
    }
    assert.is(listeners, 0)
  })
})

test('blocks that are aborted leave no thread behind', async () => {
  // What the process starts once for all is there after the first ones.
  await withEngine('parallel', 2, assertUnharmed)
  const before = threadCount()
  for (let round = 0; round < 4; round++) {
    await withEngine('parallel', 2, async (engine) => {
      const abort = new AbortController()
      const running = errorOf(
        settled(engine.executeBlock(blockOf([dawdle(1, 2 ** 33)]), { signal: abort.signal }), 'endless'),
      )
      await sleep(10)
      abort.abort()
      assertAborted(await running)
    })
  }
  assert.ok(await threadsAreGone(before), `expected ${before} threads as before, got ${threadCount()}`)
})

test.run()
