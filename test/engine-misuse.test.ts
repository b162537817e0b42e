import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createEngine, type Engine, type EngineOptions, EngineStateError, type ExecutedBlock } from '../src/engine.js'
import { type HeddleError, InputError, InvalidBlockError } from '../src/errors.js'
import { AbortedError } from '../src/scheduler/errors.js'
import { WorkerPool } from '../src/worker/pool.js'
import { addressAt, blockOf, CHAIN, count, dawdle, engineState, mixedBlock, transfer } from './support/engine-blocks.js'
import { suite } from './support/suite.js'
import { settled, threadCount, threadsAreGone } from './support/threads.js'

const test = suite('engine-misuse')

const MEMORY = 2 ** 30
const SMALL = blockOf([transfer(1), count(2), count(3)])
/** Of some minutes: nobody waits for its end. */
const ENDLESS = blockOf([transfer(1), dawdle(2, 2 ** 33), count(3)])

function engineOf(options: Partial<EngineOptions> = {}): Engine {
  return createEngine({ chain: CHAIN, state: engineState(), workers: 2, mode: 'parallel', memory: MEMORY, ...options })
}

async function withEngine(options: Partial<EngineOptions>, use: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = engineOf(options)
  try {
    await use(engine)
  } finally {
    await engine.close()
  }
}

async function errorOf(running: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof running === 'function' ? running() : settled(running, 'what is to be refused'))
  } catch (error) {
    return error
  }
  throw new Error('expected an error, got none')
}

async function refused(
  running: Promise<unknown> | (() => unknown),
  type: typeof HeddleError,
  code: string,
): Promise<void> {
  const error = await errorOf(running)
  assert.instance(error, type)
  assert.is((error as HeddleError).code, code)
  assert.match((error as HeddleError).message, /expected .*got/)
}

function same({ stateRoot, receiptsRoot, gasUsed }: ExecutedBlock): unknown {
  return { stateRoot, receiptsRoot, gasUsed }
}

const MODES: Partial<EngineOptions>[] = [
  { workers: 0, mode: 'sequential' },
  { workers: 2, mode: 'parallel' },
]

for (const options of MODES) {
  const name = `${options.mode}, ${options.workers} workers`

  test(`${name}: a second block at once is refused, and the first one comes out as if it had been alone`, async () => {
    await withEngine(options, async (engine) => {
      const block = mixedBlock(60)
      const alone = await engine.executeBlock(block)
      alone.discard()
      const first = engine.executeBlock(block)
      await refused(engine.executeBlock(SMALL), EngineStateError, 'EngineBusy')
      await refused(() => engine.call(transfer(1)), EngineStateError, 'EngineBusy')
      await sleep(1)
      // Whether the first one has ended by then is chance: then its outcome is in the way.
      const error = await errorOf(engine.executeBlock(SMALL))
      assert.instance(error, EngineStateError)
      const executed = await settled(first, 'the first block')
      assert.equal(same(executed), same(alone))
      await refused(engine.executeBlock(SMALL), EngineStateError, 'BlockPending')
      await refused(() => engine.call(transfer(1)), EngineStateError, 'BlockPending')
      executed.commit()
      assert.is(`0x${Buffer.from(engine.state.root()).toString('hex')}`, alone.stateRoot)
    })
  })

  test(`${name}: a block is committed or discarded once, and no other block in its place`, async () => {
    await withEngine(options, async (engine) => {
      const before = engine.state.root()
      const discarded = await engine.executeBlock(SMALL)
      discarded.discard()
      await refused(() => discarded.commit(), EngineStateError, 'BlockSettled')
      await refused(() => discarded.discard(), EngineStateError, 'BlockSettled')
      const pending = await engine.executeBlock(blockOf([count(5)]))
      await refused(() => discarded.commit(), EngineStateError, 'BlockSettled')
      await refused(() => discarded.discard(), EngineStateError, 'BlockSettled')
      assert.equal(engine.state.root(), before)
      pending.commit()
      await refused(() => pending.commit(), EngineStateError, 'BlockSettled')
      assert.is(`0x${Buffer.from(engine.state.root()).toString('hex')}`, pending.stateRoot)
    })
  })

  test(`${name}: closed while it executes, an engine aborts the block, and is closed when that has ended`, async () => {
    const engine = engineOf(options)
    const before = engine.state.root()
    const running = engine.executeBlock(ENDLESS)
    let hasEnded = false
    const error = errorOf(running).then((thrown) => {
      hasEnded = true
      return thrown
    })
    await sleep(20)
    await settled(engine.close(), 'closing')
    assert.instance(await error, AbortedError)
    assert.ok(hasEnded)
    assert.equal(engine.state.root(), before)
  })

  test(`${name}: closed by the listener of a commit, an engine aborts the block`, async () => {
    for (const at of [0, 2]) {
      const engine = engineOf(options)
      let closing: Promise<void> | undefined
      const onCommit = ({ index }: { index: number }) => {
        if (index === at) closing = engine.close()
      }
      assert.instance(await errorOf(engine.executeBlock(SMALL, { onCommit })), AbortedError)
      await settled(closing!, 'closing')
    }
  })

  test(`${name}: a closed engine refuses everything but to be closed again`, async () => {
    const engine = engineOf(options)
    const executed = await engine.executeBlock(SMALL)
    const before = engine.state.root()
    await Promise.all([engine.close(), engine.close()])
    await engine.close()
    await refused(engine.executeBlock(SMALL), EngineStateError, 'EngineClosed')
    await refused(() => engine.call(transfer(1)), EngineStateError, 'EngineClosed')
    await refused(() => executed.commit(), EngineStateError, 'EngineClosed')
    await refused(() => executed.discard(), EngineStateError, 'EngineClosed')
    assert.equal(engine.state.root(), before)
  })

  test(`${name}: what a listener throws fails the block, is told nothing more, and the next block is right`, async () => {
    await withEngine(options, async (engine) => {
      const block = mixedBlock(60)
      const before = engine.state.root()
      const alone = await engine.executeBlock(block)
      alone.discard()
      for (const at of [0, 1, 30, 59]) {
        const told: number[] = []
        const onCommit = ({ index }: { index: number }) => {
          told.push(index)
          if (index === at) throw new RangeError(`not ${index}`)
        }
        const error = await errorOf(engine.executeBlock(block, { onCommit }))
        assert.instance(error, RangeError)
        assert.is((error as Error).message, `not ${at}`)
        await sleep(3)
        assert.equal(
          told,
          Array.from({ length: at + 1 }, (_, index) => index),
        )
        assert.equal(engine.state.root(), before)
      }
      const executed = await engine.executeBlock(block)
      assert.equal(same(executed), same(alone))
    })
  })

  test(`${name}: a listener that uses the engine is told that it is busy`, async () => {
    await withEngine(options, async (engine) => {
      const errors: Promise<void>[] = []
      const onCommit = () => {
        errors.push(refused(engine.executeBlock(SMALL), EngineStateError, 'EngineBusy'))
        errors.push(refused(() => engine.call(transfer(1)), EngineStateError, 'EngineBusy'))
      }
      const executed = await engine.executeBlock(SMALL, { onCommit })
      assert.is(errors.length, 2 * SMALL.transactions.length)
      await Promise.all(errors)
      executed.commit()
    })
  })

  test(`${name}: after a block that is refused the next one is right`, async () => {
    await withEngine(options, async (engine) => {
      const alone = await engine.executeBlock(SMALL)
      alone.discard()
      const gap = { ...transfer(7), nonce: 9n }
      await refused(engine.executeBlock(blockOf([count(1), gap, count(2)])), InvalidBlockError, 'InvalidTransaction')
      await refused(engine.executeBlock(blockOf([{ ...transfer(1), from: '0x12' }])), InputError, 'InvalidHex')
      await refused(engine.executeBlock('0xc0'), InvalidBlockError, 'MalformedBlock')
      await refused(engine.executeBlock('0xc'), InputError, 'InvalidHex')
      for (const nothing of [undefined, null, 5, {}, []]) {
        await refused(engine.executeBlock(nothing as never), InputError, 'InvalidBlock')
      }
      const executed = await engine.executeBlock(SMALL)
      assert.equal(same(executed), same(alone))
    })
  })
}

test('workers and memory that do not go together are refused with what does', async () => {
  for (const [workers, memory] of [
    [-1, MEMORY],
    [0.5, MEMORY],
    [Number.NaN, MEMORY],
    [7, MEMORY],
    [31, undefined],
    [64, undefined],
  ] as const) {
    await refused(
      () => engineOf({ workers, ...(memory === undefined ? {} : { memory }) }),
      InputError,
      'InvalidWorkers',
    )
  }
  for (const memory of [-1, 0, 1 << 20, 2 ** 33, Number.NaN]) {
    await refused(() => engineOf({ workers: 0, memory }), InputError, 'InvalidMemory')
  }
})

test('an engine whose pool is closed under it fails its parallel blocks, and still answers calls', async () => {
  const pool = new WorkerPool(2)
  await withEngine({ pool }, async (engine) => {
    const executed = await engine.executeBlock(SMALL)
    executed.discard()
    const running = errorOf(engine.executeBlock(ENDLESS))
    await sleep(20)
    await pool.close()
    const error = await running
    assert.is((error as HeddleError).code, 'PoolClosed')
    const again = await errorOf(engine.executeBlock(SMALL))
    assert.is((again as HeddleError).code, 'PoolClosed')
    const { output } = engine.call({ from: addressAt(1), to: addressAt(0x301), gasLimit: 100_000n })
    assert.is(output, '0x')
  })
})

test('engines that come and go leave no thread behind, whichever is closed first', async () => {
  await withEngine({}, async (engine) => (await engine.executeBlock(SMALL)).discard())
  const before = threadCount()
  for (let round = 0; round < 3; round++) {
    const engines = [engineOf(), engineOf(), engineOf()]
    await Promise.all(engines.map(async (engine) => (await engine.executeBlock(SMALL)).discard()))
    const last = engines[round]!
    for (const engine of engines) if (engine !== last) await engine.close()
    ;(await last.executeBlock(SMALL)).commit()
    await last.close()
  }
  assert.ok(await threadsAreGone(before), `expected ${before} threads as before, got ${threadCount()}`)
})

test.run()
