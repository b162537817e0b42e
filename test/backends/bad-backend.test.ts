import * as assert from 'uvu/assert'
import { bytesToHex } from '../../src/codec/hex.js'
import type { Engine, EngineOptions } from '../../src/engine.js'
import { StateBackendError } from '../../src/errors.js'
import type { MemoryState } from '../../src/state/memory-state.js'
import { SourcedState } from '../../src/state/sourced-state.js'
import type { AsyncStateBackend } from '../../src/types/state.js'
import { suite } from '../support/suite.js'
import { type Fault, faulty, REASON, shareFaulty } from './faulty-backend.js'
import {
  committed,
  countingBlock,
  expectedOutcomes,
  later,
  milliseconds,
  outcomeOf,
  SENDERS,
  WORKERS,
  withEngine,
} from './subject.js'

const test = suite('backends/bad-backend')

type Source = EngineOptions['state']

/** The ways on which a fault reaches the core; `fault` tells what is wrong at the time. */
const WAYS: [name: string, source: (state: MemoryState, fault: () => Fault | undefined) => Source][] = [
  ['a source that answers at once', (state, fault) => changing(state, fault)],
  ['a source that answers later', (state, fault) => later(changing(state, fault))],
  [
    'a state of its own',
    (state, fault) => ({ ...changing(state, fault), root: () => state.root(), draft: () => state.draft() }),
  ],
  [
    'a source that threads open',
    (state, fault) => {
      const { account, ...rest } = changing(state, fault)
      // The engine asks for the nonces of the senders, and finds them good.
      const source = { ...rest, account: (at: Uint8Array) => state.account(at) }
      return { ...source, share: () => shareFaulty(state.share(), fault()) }
    },
  ],
]

function changing(state: MemoryState, fault: () => Fault | undefined) {
  let last: Fault | undefined
  let backend = faulty(state, undefined)
  const now = () => {
    if (fault() !== last) {
      last = fault()
      backend = faulty(state, last)
    }
    return backend
  }
  return {
    account: (at) => now().account(at),
    slot: (at, key) => now().slot(at, key),
    code: (hash) => now().code(hash),
  } satisfies AsyncStateBackend
}

const ACCOUNT = 'account 0x[0-9a-f]{40}'
const SLOT = 'slot 0x[0-9a-f]{64} of account 0x[0-9a-f]{40}'
const CODE = 'code with hash 0x[0-9a-f]{64}'

const FAULTS: [what: string, fault: Fault, code: string, message: string][] = [
  [
    'a negative balance',
    lie({ balance: -1n }),
    'InvalidAccount',
    `${ACCOUNT}: expected a balance below 2\\^256, got -1`,
  ],
  [
    'a balance of 2^256',
    lie({ balance: 1n << 256n }),
    'InvalidAccount',
    `${ACCOUNT}: expected a balance .* got 11579\\d+`,
  ],
  ['a balance that is no bigint', lie({ balance: 7 }), 'InvalidAccount', `${ACCOUNT}: expected a balance .* got 7`],
  [
    'a nonce of 2^64',
    lie({ nonce: 1n << 64n }),
    'InvalidAccount',
    `${ACCOUNT}: expected a nonce below 2\\^64, got 18446744073709551616`,
  ],
  [
    'a code hash of 31 bytes',
    lie({ codeHash: new Uint8Array(31) }),
    'InvalidAccount',
    `${ACCOUNT}: expected a code hash of 32 bytes, got 31 bytes`,
  ],
  [
    'no word about storage',
    lie({ hasStorage: undefined }),
    'InvalidAccount',
    `${ACCOUNT}: expected to be told whether it has storage, got undefined`,
  ],
  [
    'an account that is none',
    answer('account', 'rich'),
    'InvalidAccount',
    `${ACCOUNT}: expected an account or undefined, got rich`,
  ],
  ['a slot of 31 bytes', answer('slot', new Uint8Array(31)), 'InvalidSlot', `${SLOT}: expected 32 bytes, got 31 bytes`],
  ['a slot that is no bytes', answer('slot', 7n), 'InvalidSlot', `${SLOT}: expected 32 bytes, got 7`],
  [
    'another code than the hash says',
    answer('code', Uint8Array.of(0)),
    'InvalidCode',
    `${CODE}: expected bytes with that hash, got 1 bytes with hash 0x[0-9a-f]{64}`,
  ],
  ['no code', answer('code', undefined), 'InvalidCode', `${CODE}: expected the bytes of a code, got undefined`],
  [
    'no account but an error',
    { kind: 'throw', of: 'account' },
    'BackendFailed',
    `${ACCOUNT}: expected an answer, got ${REASON}`,
  ],
  [
    'no slot but an error',
    { kind: 'throw', of: 'slot' },
    'BackendFailed',
    `${SLOT}: expected an answer, got ${REASON}`,
  ],
  [
    'no code but an error',
    { kind: 'throw', of: 'code' },
    'BackendFailed',
    `${CODE}: expected an answer, got ${REASON}`,
  ],
]

function lie(fields: Record<string, unknown>): Fault {
  return { kind: 'account', fields }
}

function answer(of: 'account' | 'slot' | 'code', value: unknown): Fault {
  return { kind: 'answer', of, answer: value }
}

/** So that the next block asks everything anew. */
function forgetAnswers({ state }: Engine): void {
  if (state instanceof SourcedState) state.rebase()
}

async function failureOf(running: Promise<unknown>): Promise<StateBackendError> {
  const error: unknown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.instance(error, StateBackendError)
  return error as StateBackendError
}

for (const workers of WORKERS) {
  for (const [way, sourceOf] of WAYS) {
    // Without threads nobody opens anything.
    if (workers === 0 && way === 'a source that threads open') continue

    test(`${workers} workers: ${way} and gives what cannot be ends the block with an error that says what`, async () => {
      const { state, block } = countingBlock()
      const [expected] = await expectedOutcomes(state, [block])
      let fault: Fault | undefined
      await withEngine(
        sourceOf(state, () => fault),
        workers,
        async (engine) => {
          for (const [what, wrong, code, message] of FAULTS) {
            fault = wrong
            const error = await failureOf(engine.executeBlock(block))
            assert.is(error.code, code, what)
            assert.match(error.message, new RegExp(`^State backend: ${message}$`))
            fault = undefined
            const executed = await engine.executeBlock(block)
            assert.equal(outcomeOf(executed), expected, `the block after ${what}`)
            executed.discard()
            assert.is(engine.state.account(SENDERS[0]!)?.nonce, 3n)
            forgetAnswers(engine)
          }
        },
      )
    })

    test(`${workers} workers: ${way} and fails at one question ends the block, whichever it is, and not the next`, async () => {
      const { state, block } = countingBlock()
      const [expected] = await expectedOutcomes(state, [block])
      let fault: Fault | undefined
      // All questions once, and some behind the last: the block succeeds then.
      let failed = 0
      await withEngine(
        sourceOf(state, () => fault),
        workers,
        async (engine) => {
          for (let question = 1; question < 40; question += 3) {
            fault = { kind: 'throw-at', question }
            const first = await engine.executeBlock(block).then(
              (executed) => {
                executed.discard()
                return outcomeOf(executed)
              },
              (reason: unknown) => reason,
            )
            if (first instanceof StateBackendError) {
              failed++
              assert.is(first.code, 'BackendFailed')
              assert.match(
                first.message,
                new RegExp(`(${ACCOUNT}|${SLOT}|${CODE}): expected an answer, got ${REASON}$`),
              )
            } else assert.equal(first, expected)
            fault = undefined
            const second = await engine.executeBlock(block)
            assert.equal(outcomeOf(second), expected)
            second.discard()
            forgetAnswers(engine)
          }
        },
      )
      assert.ok(failed >= 4, `${failed} failed`)
    })
  }

  test(`${workers} workers: a source that takes 5 to 50 ms for each answer delays a block, and nothing else`, async () => {
    const { state, block } = countingBlock()
    const expected = await expectedOutcomes(state, [block])
    const slow = later(state, milliseconds(45))
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    try {
      await withEngine(slow, workers, async (engine) => assert.equal(await committed(engine, [block]), expected))
    } finally {
      clearInterval(timer)
    }
    // Some hundred where there is nothing else to do; none if it were held up.
    assert.ok(turns > 5, `the event loop turned ${turns} times`)
  })

  test(`${workers} workers: a source that changes its mind is taken at its first word`, async () => {
    const { state, block } = countingBlock()
    const expected = await expectedOutcomes(state, [block, block])
    const asked = new Set<string>()
    const fickle: AsyncStateBackend = {
      account: async (at) => {
        const account = state.account(at)
        const isFirst = !asked.has(bytesToHex(at))
        asked.add(bytesToHex(at))
        return isFirst ? account : { ...account!, balance: 1n, nonce: 77n }
      },
      slot: async (at, key) => {
        const isFirst = !asked.has(bytesToHex(key))
        asked.add(bytesToHex(key))
        return isFirst ? state.slot(at, key) : new Uint8Array(32).fill(9)
      },
      code: async (hash) => state.code(hash),
    }
    await withEngine(fickle, workers, async (engine) => {
      const first = await engine.executeBlock(block)
      assert.equal(outcomeOf(first), expected[0])
      first.discard()
      assert.equal(await committed(engine, [block, block]), expected)
    })
  })

  test(`${workers} workers: an account that denies its storage is believed: its slots are zero, and not asked for`, async () => {
    const { state, block } = countingBlock()
    const source = later(state)
    let slots = 0
    const denying: AsyncStateBackend = {
      ...source,
      account: async (at) => {
        const account = await source.account(at)
        return account && { ...account, hasStorage: false }
      },
      slot: (at, key) => {
        slots++
        return source.slot(at, key)
      },
    }
    await withEngine(denying, workers, async (engine) => {
      const { receipts } = await engine.executeBlock(block)
      assert.is(slots, 0)
      // The first counts are those of empty slots.
      assert.is(receipts[0]!.logs[0]!.data, `0x${'1'.padStart(64, '0')}${'1'.padStart(64, '0')}`)
    })
  })
}

for (const of of ['account', 'slot'] as const) {
  test(`2 workers: threads that are told different things of the same ${of} end the block, and not the next`, async () => {
    // So much that no thread has the block for itself at first.
    const { state, block } = countingBlock(500_000n)
    const [expected] = await expectedOutcomes(state, [block])
    for (let round = 0; round < 5; round++) {
      const meeting = new Int32Array(new SharedArrayBuffer(4))
      let fault: Fault | undefined = { kind: 'contradict', of, meeting }
      const source = { ...changing(state, () => undefined), share: () => shareFaulty(state.share(), fault) }
      await withEngine(source, 2, async (engine) => {
        const error = await failureOf(engine.executeBlock(block))
        assert.is(error.code, 'Contradiction')
        const asked = of === 'account' ? ACCOUNT : SLOT
        assert.match(
          error.message,
          new RegExp(`^State backend: ${asked}: expected the same answer for every thread, got`),
        )
        fault = undefined
        assert.equal(outcomeOf(await engine.executeBlock(block)), expected)
      })
    }
  })
}

test.run()
