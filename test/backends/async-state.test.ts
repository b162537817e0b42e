import * as assert from 'uvu/assert'
import {
  CONSOLIDATION_REQUEST_ADDRESS,
  HISTORY_STORAGE_ADDRESS,
  WITHDRAWAL_REQUEST_ADDRESS,
} from '../../src/block/system-calls.js'
import { createEngine } from '../../src/engine.js'
import { InputError, StateBackendError } from '../../src/errors.js'
import { AbortedError } from '../../src/scheduler/errors.js'
import { SourcedState } from '../../src/state/sourced-state.js'
import type { AsyncStateBackend } from '../../src/types/state.js'
import { WorkerPool } from '../../src/worker/pool.js'
import { prepareWorkload } from '../../src/workload/prepare.js'
import { SCENARIOS } from '../../src/workload/scenario.js'
import { WORKLOAD_CHAIN } from '../../src/workload/world.js'
import { bytecode, word } from '../support/bytecode.js'
import { suite } from '../support/suite.js'
import { addressAt, TestChain, transfer } from '../support/test-chain.js'
import { settled } from '../support/threads.js'
import {
  atOnce,
  COUNTER,
  committed,
  countingBlock,
  engineOn,
  expectedOutcomes,
  later,
  milliseconds,
  outcomeOf,
  SENDERS,
  WORKERS,
  withEngine,
} from './subject.js'

const test = suite('backends/async-state')

const hex = (bytes: Uint8Array): `0x${string}` => `0x${Buffer.from(bytes).toString('hex')}`

function succeeded(): never {
  throw new Error('expected a failure, got a success')
}

/** As AbortSignal.timeout, but that the process waits for it. */
function abortedAfter(ms: number): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), ms)
  return controller.signal
}

/** Counts how often each question is asked. */
function counted(source: AsyncStateBackend): { source: AsyncStateBackend; asked: Map<string, number> } {
  const asked = new Map<string, number>()
  const count = (...parts: Uint8Array[]) => {
    const name = parts.map(hex).join(' ')
    asked.set(name, (asked.get(name) ?? 0) + 1)
  }
  return {
    asked,
    source: {
      account: (at) => {
        count(at)
        return source.account(at)
      },
      slot: (at, key) => {
        count(at, key)
        return source.slot(at, key)
      },
      code: (hash) => {
        count(hash)
        return source.code(hash)
      },
    },
  }
}

test('a block of DeFi transactions, and the block after it, come to the same from every kind of source', async () => {
  const { state, block } = await prepareWorkload(SCENARIOS['mixed-hot']!, { transactions: 120 })
  const blocks = [block, block]
  const expected = await expectedOutcomes(state, blocks)
  for (const workers of WORKERS) {
    for (const source of [later(state), atOnce(state), later(state, milliseconds(2))]) {
      const got = await withEngine(source, workers, (engine) => committed(engine, blocks))
      assert.equal(got, expected, `${workers} workers`)
    }
  }
})

for (const workers of WORKERS) {
  test(`${workers} workers: the state root of a source without tries is not known`, async () => {
    const { state, block } = countingBlock()
    await withEngine(later(state), workers, async (engine) => {
      const executed = await engine.executeBlock(block)
      assert.is(executed.stateRoot, '0x')
      assert.is(engine.state.root().length, 0)
    })
  })

  test(`${workers} workers: each question is asked once, however many ask it`, async () => {
    const { state, block } = countingBlock()
    const { source, asked } = counted(later(state))
    await withEngine(source, workers, (engine) => committed(engine, [block, block, block]))
    assert.ok(asked.size > SENDERS.length)
    assert.equal(
      [...asked].filter(([, times]) => times !== 1),
      [],
    )
  })

  test(`${workers} workers: what was discarded, or refused, is not state`, async () => {
    const { state, block } = countingBlock()
    const [expected] = await expectedOutcomes(state, [block])
    await withEngine(later(state), workers, async (engine) => {
      const first = await engine.executeBlock(block)
      first.discard()
      const [one, ...rest] = block.transactions
      const spoilt = { ...block, transactions: [...rest, { ...one!, nonce: 99n }] }
      await engine.executeBlock(spoilt).then(succeeded, () => undefined)
      assert.equal(outcomeOf(await engine.executeBlock(block)), expected)
    })
  })

  test(`${workers} workers: a source that has taken over the diffs is read instead of them`, async () => {
    const { state, block } = countingBlock()
    const expected = await expectedOutcomes(state, [block, block, block])
    const database = state.clone()
    const { source, asked } = counted(later(database))
    await withEngine(source, workers, async (engine) => {
      const got: unknown[] = []
      for (let i = 0; i < 3; i++) {
        const executed = await engine.executeBlock(block)
        got.push(outcomeOf(executed))
        executed.commit()
        database.applyDiff(executed.diff)
        ;(engine.state as SourcedState).rebase()
      }
      assert.equal(got, expected)
      assert.is(asked.get(hex(COUNTER)), 3)
    })
  })

  test(`${workers} workers: system contracts and withdrawals wait for what they need`, async () => {
    const looks = bytecode('0 SLOAD 1 SLOAD 2 SLOAD ADD ADD 1 ADD DUP1 0 SSTORE 0 MSTORE 32 0 RETURN')
    const slots = [1n, 2n].map((key) => [word(key), word(7n)] as const)
    const chain = new TestChain('Prague', [
      ...[HISTORY_STORAGE_ADDRESS, WITHDRAWAL_REQUEST_ADDRESS, CONSOLIDATION_REQUEST_ADDRESS].map(
        (at) => [at, { nonce: 1n, code: looks, slots }] as const,
      ),
      [addressAt(0xbb), { balance: 1n }],
    ])
    const { header: parent } = chain.chain.head
    const before = chain.chain.head.state
    const withdrawals = [1, 2, 3].map((index) => ({
      index: BigInt(index),
      validatorIndex: 1n,
      address: addressAt(0xa0 + index),
      amount: 5n,
    }))
    const { block, result } = chain.add({ transactions: [transfer({ value: 3n })], withdrawals })
    const mode = workers === 0 ? 'sequential' : 'parallel'
    const options = { chain: chain.config, workers, mode, memory: 2 ** 29, head: parent } as const
    const engine = createEngine({ ...options, state: later(before) })
    try {
      const executed = await engine.executeBlock(block)
      assert.is(executed.receiptsRoot, hex(result.receiptsRoot))
      // What it changed, applied to the tries that the source does not have, gives the root that the header has.
      const after = before.clone()
      after.applyDiff(executed.diff)
      assert.is(hex(after.root()), hex(block.header.stateRoot))
    } finally {
      await engine.close()
    }
  })

  test(`${workers} workers: a source that never answers keeps a block only until it is aborted`, async () => {
    const { state, block } = countingBlock()
    const [expected] = await expectedOutcomes(state, [block])
    let isSilent = true
    const silence = new Promise<never>(() => undefined)
    const source = later(state, () => (isSilent ? silence : Promise.resolve()))
    const reach: ((part: AsyncStateBackend) => AsyncStateBackend)[] = [
      (all) => all,
      (all) => ({ ...all, account: (at) => state.account(at) }),
      (all) => ({ ...all, account: (at) => state.account(at), code: (hash) => state.code(hash) }),
    ]
    for (const narrowed of reach) {
      isSilent = true
      await withEngine(narrowed(source), workers, async (engine) => {
        const aborting = settled(engine.executeBlock(block, { signal: abortedAfter(100) }), 'the aborted block')
        const error = await aborting.then(succeeded, (reason: unknown) => reason)
        assert.instance(error, AbortedError)
        isSilent = false
        assert.equal(outcomeOf(await engine.executeBlock(block)), expected)
      })
    }
  })

  test(`${workers} workers: an engine that is closed does not wait for its source`, async () => {
    const { state, block } = countingBlock()
    const silence = new Promise<never>(() => undefined)
    const engine = engineOn({ ...atOnce(state), slot: () => silence }, workers)
    const executing = engine.executeBlock(block).then(succeeded, (reason: unknown) => reason)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await engine.close()
    assert.instance(await executing, AbortedError)
  })
}

test("a thread that is terminated while it waits for an answer is replaced, and the answer is nobody's", async () => {
  const { state, block } = countingBlock()
  const [expected] = await expectedOutcomes(state, [block])
  const pool = new WorkerPool(2)
  let killings = 0
  let deaths = 0
  try {
    // Whether the thread that is ended was at work on a transaction is chance.
    for (let round = 0; round < 12 || (deaths < 3 && round < 200); round++) {
      const source = later(state, milliseconds(4))
      // Only slots are waited for: all else is known before threads begin.
      const engine = createEngine({
        chain: WORKLOAD_CHAIN,
        state: source,
        workers: 2,
        mode: 'parallel',
        memory: 2 ** 29,
        pool,
      })
      const slots = { ...source }
      source.slot = (at, key) => {
        if (round % 2 === 0 && killings <= round) {
          killings++
          void pool.workers[round % 4 === 0 ? 0 : 1]?.terminate()
        }
        return slots.slot(at, key)
      }
      try {
        const executed = await engine.executeBlock(block)
        assert.equal(outcomeOf(executed), expected, `round ${round}`)
        deaths += executed.statistics!.deaths
      } finally {
        await engine.close()
      }
    }
  } finally {
    await pool.close()
  }
  assert.ok(deaths >= 3, `${deaths} deaths at a transaction of ${killings} threads`)
})

test('call: a state that makes one wait is asked by callAsync, and refused by call until it knows', async () => {
  const { state } = countingBlock()
  const call = { from: hex(SENDERS[0]!), to: hex(COUNTER), gasLimit: 100_000n }
  const expected = await withEngine(state.clone(), 0, async (engine) => engine.call(call))
  await withEngine(later(state), 0, async (engine) => {
    let caught: unknown
    try {
      engine.call(call)
    } catch (error) {
      caught = error
    }
    assert.instance(caught, StateBackendError)
    assert.match((caught as Error).message, /account 0x[0-9a-f]{40}: expected an answer at once, got a promise/)
    assert.equal(await engine.callAsync(call), expected)
    assert.equal(engine.call(call), expected)
  })
})

test('callAsync: a signal ends the waiting', async () => {
  const { state } = countingBlock()
  const silence = new Promise<never>(() => undefined)
  await withEngine({ ...atOnce(state), code: () => silence }, 0, async (engine) => {
    const call = { from: hex(SENDERS[0]!), to: hex(COUNTER), gasLimit: 100_000n }
    const calling = engine.callAsync(call, {}, { signal: abortedAfter(30) })
    assert.instance(await calling.then(succeeded, (reason: unknown) => reason), AbortedError)
    assert.ok(engine.call({ ...call, to: hex(SENDERS[1]!) }).success)
  })
})

test('draft: one that is committed after another is refused', () => {
  const { state } = countingBlock()
  const sourced = new SourcedState(atOnce(state))
  const [first, second] = [sourced.draft(), sourced.draft()]
  first.commit()
  assert.throws(
    () => second.commit(),
    (error: unknown) => error instanceof InputError && error.code === 'StaleDraft',
  )
})

test.run()
