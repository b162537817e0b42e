import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { DraftTransaction, Hex } from '../src/block/draft.js'
import { mainnet } from '../src/chain/networks.js'
import { bytesToHex } from '../src/codec/hex.js'
import { createEngine, type DraftBlock, type Engine } from '../src/engine.js'
import { HeddleError } from '../src/errors.js'
import type { EngineState } from '../src/state/backend.js'
import { type MemoryState, memoryState } from '../src/state/memory-state.js'
import type { Message } from '../src/types/transaction.js'
import { WorkerPool } from '../src/worker/pool.js'
import { bytecode, word } from './support/bytecode.js'
import { CONTRACT, SENDER, SMALL_MEMORY } from './support/machine.js'
import { suite } from './support/suite.js'
import { randomWorkload } from './support/workload.js'

const test = suite('engine-chain')

const MEMORY = 2 ** 29
const hexOf = (bytes: Uint8Array) => bytesToHex(bytes) as Hex

type End = 'commit' | 'discard' | 'abort' | 'fault' | 'call' | 'change'

interface Turn {
  seed: number
  end: End
}

const turns = fc.array(
  fc.record<Turn>({
    seed: fc.integer({ min: 0, max: 1 << 30 }),
    end: fc.constantFrom('commit', 'commit', 'commit', 'commit', 'discard', 'abort', 'fault', 'call', 'change'),
  }),
  { minLength: 2, maxLength: 8 },
)

/** The accounts of a random workload, twice. */
function twoStates(seed: number): [MemoryState, MemoryState] {
  const { state } = randomWorkload(seed)
  const states: [MemoryState, MemoryState] = [memoryState(), memoryState()]
  for (const at of state.addresses()) {
    const { nonce, balance, codeHash } = state.account(at)!
    for (const each of states) each.set(at, { nonce, balance, code: state.code(codeHash), slots: state.slots(at) })
  }
  return states
}

function draftOf({ type, sender, to, nonce, ...message }: Message, first: bigint): DraftTransaction {
  const { gasLimit, value, data, maxFeePerGas, maxPriorityFeePerGas, accessList } = message
  return {
    from: hexOf(sender),
    ...(to === undefined ? {} : { to: hexOf(to) }),
    ...(nonce === undefined ? {} : { nonce: nonce + first }),
    gasLimit,
    value,
    data,
    ...(type < 2 ? { gasPrice: maxFeePerGas } : { maxFeePerGas, maxPriorityFeePerGas }),
    accessList: accessList.map((entry) => ({
      address: hexOf(entry.address),
      storageKeys: entry.storageKeys.map(hexOf),
    })),
  }
}

/** A random block whose senders go on with the nonces that they have. */
function blockOn(state: MemoryState, seed: number): DraftBlock {
  const { environment, messages } = randomWorkload(seed)
  const transactions = messages
    .filter((message) => message.authorizations.length === 0)
    .map((message) => draftOf(message, state.account(message.sender)?.nonce ?? 0n))
  const { coinbase, baseFee, gasLimit } = environment
  const number = 23_000_000n
  return { number, timestamp: 1_750_000_000n, gasLimit, baseFee, coinbase: hexOf(coinbase), transactions }
}

/** A state that can fail, and that is asked for every single value. */
class Asked {
  readonly state: MemoryState
  /** How many questions are answered before one is not. */
  answers = Number.POSITIVE_INFINITY
  questions = 0

  constructor(state: MemoryState) {
    this.state = state
  }

  face(): EngineState {
    const { state } = this
    const count = () => {
      this.questions++
      if (this.answers-- <= 0) throw new Error('the disk is on fire')
    }
    return {
      get version() {
        return state.version
      },
      account: (at) => {
        count()
        return state.account(at)
      },
      slot: (at, key) => {
        count()
        return state.slot(at, key)
      },
      code: (hash) => {
        count()
        return state.code(hash)
      },
      root: () => state.root(),
      draft: () => state.draft(),
    }
  }
}

/** Nobody knows of it whether it has changed: it is read anew for each block. */
function unknown(state: MemoryState): EngineState {
  let version = 0
  return {
    get version() {
      return version++
    },
    account: (at) => state.account(at),
    slot: (at, key) => state.slot(at, key),
    code: (hash) => state.code(hash),
    root: () => state.root(),
    draft: () => state.draft(),
  }
}

interface Pair {
  engine: Engine
  reference: Engine
  asked: Asked
  expected: MemoryState
}

async function outcomeOf(engine: Engine, block: DraftBlock) {
  try {
    const executed = await engine.executeBlock(block)
    const { receipts, gasUsed, receiptsRoot, stateRoot, commit, discard } = executed
    return { commit, discard, outcome: { receipts, gasUsed, receiptsRoot, stateRoot } }
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error
    return { outcome: { code: error.code, details: error.details } }
  }
}

/** Both engines take the block; what one of them has been through besides must not show. */
async function take({ engine, reference, asked, expected }: Pair, { seed, end }: Turn): Promise<boolean> {
  const block = blockOn(expected, seed)
  if (end === 'abort') {
    const abort = new AbortController()
    const options = { signal: abort.signal, onCommit: () => abort.abort() }
    const aborted = await engine.executeBlock(block, options).catch((error: unknown) => error)
    if (aborted !== undefined && !(aborted instanceof Error)) (aborted as { discard(): void }).discard()
  }
  if (end === 'fault') {
    asked.answers = seed % 7
    const failed = await engine.executeBlock(block).catch((error: unknown) => error)
    asked.answers = Number.POSITIVE_INFINITY
    // It may have known all that it had to.
    if (!(failed instanceof Error)) (failed as { discard(): void }).discard()
  }
  if (end === 'call') {
    const { to, data } = block.transactions.find((each) => each.to !== undefined) ?? {}
    const call = { from: hexOf(SENDER), gasLimit: 500_000n, ...(to && { to }), ...(data && { data }) }
    const header = { number: block.number!, timestamp: block.timestamp! }
    assert.equal(engine.call(call, header), reference.call(call, header))
  }
  const [mine, theirs] = [await outcomeOf(engine, block), await outcomeOf(reference, block)]
  assert.equal(mine.outcome, theirs.outcome, `block of seed ${seed}`)
  const settles = end === 'discard' ? 'discard' : 'commit'
  mine[settles]?.()
  theirs[settles]?.()
  assert.equal(engine.state.root(), reference.state.root())
  if (end === 'change') for (const state of [asked.state, expected]) state.set(SENDER, { balance: BigInt(seed) })
  return settles === 'commit' && mine.commit !== undefined
}

for (const [workers, mode, runs] of [
  [0, 'sequential', 25],
  [2, 'parallel', 15],
] as const) {
  for (const isAsked of [false, true]) {
    const title = isAsked ? 'a state that is asked and may fail' : 'a state in memory'
    test(`${mode}, ${title}: blocks that come and go leave the next ones what a fresh engine makes of them`, async () => {
      const pool = workers === 0 ? undefined : new WorkerPool(workers)
      let committed = 0
      let questions = 0
      const property = fc.asyncProperty(turns, async (chain) => {
        const [state, expected] = twoStates(chain[0]!.seed)
        const asked = new Asked(state)
        const engine = createEngine({
          chain: mainnet,
          state: isAsked ? asked.face() : state,
          workers,
          mode,
          memory: MEMORY,
          ...(pool === undefined ? {} : { pool }),
        })
        const reference = createEngine({ chain: mainnet, state: unknown(expected), workers: 0, memory: SMALL_MEMORY })
        try {
          for (const turn of chain) committed += (await take({ engine, reference, asked, expected }, turn)) ? 1 : 0
        } finally {
          await Promise.all([engine.close(), reference.close()])
        }
        questions += asked.questions
      })
      try {
        await fc.assert(property, { seed: 20_261_121, numRuns: runs })
      } finally {
        await pool?.close()
      }
      assert.ok(committed > 2 * runs, `${committed} committed`)
      assert.is(questions > 0, isAsked)
    })
  }

  test(`${mode}: a block that has no room beside what is known of the state is executed without`, async () => {
    const state = lookingState()
    const memory = workers === 0 ? SMALL_MEMORY : MEMORY
    const engine = createEngine({ chain: mainnet, state, workers, mode, memory })
    // Each account takes two locations, and there are so many of them.
    const accounts = 2 ** Math.floor(Math.log2(memory / 16 / 64)) / 2
    const counts = [0.4, 0.8, 0.7].map((share) => Math.floor((accounts * share) / 1000))
    let next = 0
    try {
      for (const count of counts) {
        const from = hexOf(SENDER)
        const transactions = Array.from({ length: count }, () => {
          return { from, to: hexOf(CONTRACT), data: lookAt(1000, 1000 * next++), gasLimit: 4_000_000n, gasPrice: 0n }
        })
        const block: DraftBlock = { number: 23_000_000n, timestamp: 1_750_000_000n, gasLimit: 10n ** 10n, transactions }
        const seen: number[] = []
        const executed = await engine.executeBlock(block, { onCommit: ({ index }) => seen.push(index) })
        assert.is(executed.receipts.length, count)
        assert.ok(executed.receipts.every(({ success }) => success))
        assert.ok(executed.gasUsed > 2_600_000n * BigInt(count))
        assert.ok(seen.every((index, at) => index === at))
        executed.commit()
      }
      assert.is(state.account(SENDER)?.nonce, BigInt(next))
    } finally {
      await engine.close()
    }
  })
}

/** A contract that looks at the balances of as many accounts as it is told, from a number on. */
function lookingState(): MemoryState {
  const state = memoryState()
  state.set(SENDER, { balance: 10n ** 18n })
  state.set(CONTRACT, {
    code: bytecode(`
      0 CALLDATALOAD loop: DUP1 ISZERO @done JUMPI DUP1 32 CALLDATALOAD ADD BALANCE POP 1 SWAP1 SUB @loop JUMP
      done: 1 0 MSTORE 32 0 RETURN
    `),
  })
  return state
}

function lookAt(count: number, from: number): Hex {
  return bytesToHex(Uint8Array.of(...word(BigInt(count)), ...word(BigInt(0x100000 + from)))) as Hex
}

test('a call that has no room beside what is known of the state is executed without', async () => {
  const state = lookingState()
  const engine = createEngine({ chain: mainnet, state, workers: 0, memory: SMALL_MEMORY })
  const header = { number: 23_000_000n, timestamp: 1_750_000_000n, gasLimit: 10n ** 10n }
  const look = (count: number, from: number) => {
    return engine.call(
      { from: hexOf(SENDER), to: hexOf(CONTRACT), data: lookAt(count, from), gasLimit: 10n ** 9n },
      header,
    )
  }
  // There is room for 65,536 accounts, and for some 36,000 in one call.
  assert.is(look(32_000, 0).output.at(-1), '1')
  assert.is(look(34_000, 32_000).output.at(-1), '1')
  await refusedFor(() => look(50_000, 0), 'MemoryLimit')
  assert.is(look(8_000, 0).output.at(-1), '1')
  await engine.close()
})

async function refusedFor(run: () => unknown, code: string): Promise<void> {
  let caught: unknown
  try {
    await run()
  } catch (error) {
    caught = error
  }
  assert.instance(caught, HeddleError)
  assert.is((caught as HeddleError).code, code)
}

test.run()
