import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { createAddress } from '../../src/codec/address.js'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { executeParallel } from '../../src/scheduler/parallel.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import { Standby } from '../../src/scheduler/standby.js'
import { type MemoryState, memoryState } from '../../src/state/memory-state.js'
import { Fork } from '../../src/types/fork.js'
import type { StateBackend } from '../../src/types/state.js'
import type { Message } from '../../src/types/transaction.js'
import { layout } from '../../src/wasm/layout.js'
import { createMachine, type Machine } from '../../src/wasm/machine.js'
import type { WorkerPool } from '../../src/worker/pool.js'
import { bytecode, hex, word } from '../support/bytecode.js'
import { address, CONTRACT, environmentOf, messageTo, SENDER, SMALL_MEMORY } from '../support/machine.js'
import { type BlockOn, type BlockOutcome, outcomeOfTasks, sequentially } from '../support/same.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'
import { randomWorkload } from '../support/workload.js'

const test = suite('parallel/warm-pages')

const WORKERS = 2

type Way = 'one by one' | 'in order' | 'on workers'
type End = 'commit' | 'discard' | 'abort' | 'call' | 'change'

/** A block of the chain, how it is executed, and what becomes of it. */
interface Turn {
  seed: number
  way: Way
  end: End
}

const turns = fc.array(
  fc.record<Turn>({
    seed: fc.integer({ min: 0, max: 1 << 30 }),
    way: fc.constantFrom('one by one', 'in order', 'on workers', 'on workers'),
    end: fc.constantFrom('commit', 'commit', 'commit', 'commit', 'discard', 'abort', 'call', 'change'),
  }),
  { minLength: 2, maxLength: 10 },
)

/** What the first block of a chain runs on: the accounts of its workload. */
function firstState(seed: number): MemoryState {
  const { state } = randomWorkload(seed)
  const first = memoryState()
  for (const at of state.addresses()) {
    const { nonce, balance, codeHash } = state.account(at)!
    first.set(at, { nonce, balance, code: state.code(codeHash), slots: state.slots(at) })
  }
  return first
}

/** The transactions of a random block, as if their senders had begun with the nonces that they have in this state. */
function blockOn(state: MemoryState, seed: number): BlockOn {
  const { environment, messages } = randomWorkload(seed)
  const nonceOf = (at: Uint8Array | undefined) => (at === undefined ? undefined : state.account(at)?.nonce) ?? 0n
  const later = (message: Message): Message => ({
    ...message,
    ...(message.nonce === undefined ? {} : { nonce: message.nonce + nonceOf(message.sender) }),
    authorizations: message.authorizations.map((each) => ({ ...each, nonce: each.nonce + nonceOf(each.authority) })),
  })
  return { seed, environment: { ...environment, fork: Fork.Prague }, state, messages: messages.map(later) }
}

/** One machine that keeps what it knows from block to block, and one that begins anew. */
class TwoMachines {
  readonly #warm: Machine
  readonly #cold: Machine
  readonly #pool: WorkerPool
  readonly #standby: Standby
  /** Blocks that began with what an earlier one had read. */
  warmBlocks = 0
  committed = 0

  constructor(warm: Machine, cold: Machine, pool: WorkerPool) {
    this.#warm = warm
    this.#cold = cold
    this.#pool = pool
    this.#standby = new Standby(warm, pool)
  }

  async take(state: MemoryState, { seed, way, end }: Turn): Promise<void> {
    const block = blockOn(state, seed)
    if (end === 'abort') return this.#abort(block)
    if (end === 'call') this.#call(state)
    const outcome = await this.#execute(block, way, seed)
    this.warmBlocks += this.#warm.isWarm ? 1 : 0
    assert.equal(outcome, sequentially(this.#cold, block), `block of seed ${seed}, ${way}`)
    if (end === 'commit' && outcome.refused === undefined) {
      state.applyDiff(this.#warm.diff())
      this.#warm.settle()
      this.committed++
    }
    if (end === 'change') state.set(SENDER, { balance: BigInt(seed) })
  }

  async #execute(block: BlockOn, way: Way, perturb: number): Promise<BlockOutcome> {
    const machine = this.#warm
    if (way === 'one by one') return sequentially(machine, block)
    machine.startBlock(block.environment, block.state)
    const messages = BlockMessages.of(machine, block.messages)
    if (way === 'in order') return outcomeOfTasks(machine, block, await executeSequential(machine, messages, {}))
    const backend = (block.state as MemoryState).share()
    const standby = perturb % 4 < 2 ? { standby: this.#standby } : {}
    const shared = { takesPart: perturb % 2 === 1, cores: WORKERS, ...standby }
    const options = { pool: this.#pool, workers: WORKERS, backend, perturb, ...shared }
    return outcomeOfTasks(machine, block, (await executeParallel(machine, messages, options)).tasks)
  }

  /** Ends a block on workers at some moment. */
  async #abort({ environment, state, messages }: BlockOn): Promise<void> {
    const abort = new AbortController()
    this.#warm.startBlock(environment, state)
    const options = { pool: this.#pool, workers: WORKERS, signal: abort.signal, onProgress: () => abort.abort() }
    await executeParallel(this.#warm, BlockMessages.of(this.#warm, messages), options).catch((error: Error) =>
      assert.match(error.message, /abort/),
    )
  }

  /** One that changes the state, and leaves the machine with what it made of it. */
  #call(state: MemoryState): void {
    this.#warm.startBlock(environmentOf(Fork.Prague), state)
    this.#warm.call(messageTo(address(0x5f), { sender: address(0), value: 3n }))
  }
}

test('blocks on what earlier ones have read do what they do on a state that is read anew', async () => {
  const cold = createMachine()
  await withWorkers(WORKERS, async (warm, pool) => {
    const machines = new TwoMachines(warm, cold, pool)
    const property = fc.asyncProperty(turns, async (chain) => {
      const state = firstState(chain[0]!.seed)
      for (const turn of chain) await machines.take(state, turn)
    })
    await fc.assert(property, { seed: 20_261_121, numRuns: 60 })
    assert.ok(machines.committed > 100, `${machines.committed} committed`)
    assert.ok(machines.warmBlocks > 80, `${machines.warmBlocks} on warm pages`)
  })
})

const environment = environmentOf(Fork.Prague, { baseFee: 0n })

/** A state that lists what it is asked for. */
function observed(state: MemoryState): { backend: StateBackend; asked: string[] } {
  const asked: string[] = []
  const backend: StateBackend = {
    account: (at) => {
      asked.push(hex(at))
      return state.account(at)
    },
    slot: (at, key) => {
      asked.push(`${hex(at)} ${hex(key)}`)
      return state.slot(at, key)
    },
    code: (hash) => {
      asked.push('code')
      return state.code(hash)
    },
  }
  return { backend, asked }
}

function counterState(): MemoryState {
  const state = memoryState()
  state.set(SENDER, { balance: 1n << 80n })
  state.set(CONTRACT, {
    nonce: 1n,
    code: bytecode('0 SLOAD PUSH1(1) ADD DUP1 0 SSTORE 0 MSTORE 32 0 RETURN'),
    slots: [[word(0n), word(7n)]],
  })
  return state
}

test('the second block asks only for what the first one has not read', () => {
  const state = counterState()
  const { backend, asked } = observed(state)
  const machine = createMachine({ memory: SMALL_MEMORY })
  const block = (nonce: bigint, to = CONTRACT) => {
    asked.length = 0
    machine.startBlock(environment, backend)
    const { output } = machine.transact(messageTo(to, { nonce }))
    return { output, questions: asked.length }
  }
  const commit = () => {
    state.applyDiff(machine.diff())
    machine.settle()
    assert.equal(machine.diff(), [])
  }
  const first = block(0n)
  assert.equal(first.output, word(8n))
  // Sender, contract, its code and slot, and who gets the fees.
  assert.is(first.questions, 5)
  commit()
  assert.equal(block(1n), { output: word(9n), questions: 0 })
  commit()
  assert.is(block(2n, address(0x77)).questions, 1)
  commit()
  // Not committed: what it made of the state is not the state.
  assert.equal(block(3n), { output: word(10n), questions: 0 })
  assert.equal(block(3n), { output: word(10n), questions: 5 })
})

test('what was forgotten thousands of blocks ago does not come back when its tag does', () => {
  const state = memoryState()
  state.set(SENDER, { balance: 1n << 80n })
  const machine = createMachine({ memory: SMALL_MEMORY })
  const recipients = Array.from({ length: 20 }, (_, index) => address(0x21 + index))
  const tag = () => machine.words.u32(layout.LOCATION_TAG)
  const block = (balance: bigint) => {
    for (const recipient of recipients) state.set(recipient, { balance })
    machine.startBlock(environment, state)
    for (const [index, to] of recipients.entries()) machine.transact(messageTo(to, { nonce: BigInt(index), value: 1n }))
    for (const recipient of recipients) assert.is(machine.changeOf(recipient)?.balance, balance + 1n)
  }
  block(5n)
  const first = tag()
  let blocks = 0
  do {
    machine.startBlock(environment, state)
    blocks++
  } while (tag() !== first)
  assert.ok(blocks > 1000, `${blocks} blocks`)
  // Round once more, so that the next block is one of the same tag.
  for (let turn = 1; turn < blocks; turn++) machine.startBlock(environment, state)
  block(7n)
  assert.is(tag(), first)
})

test('a state that somebody else has changed is read anew', () => {
  const state = counterState()
  const machine = createMachine({ memory: SMALL_MEMORY })
  machine.startBlock(environment, state)
  assert.equal(machine.call(messageTo(CONTRACT)).output, word(8n))
  state.applyDiff(machine.diff())
  machine.settle()
  state.applyDiff([{ ...state.account(CONTRACT)!, address: CONTRACT, exists: true, storageCleared: true, slots: [] }])
  machine.startBlock(environment, state)
  assert.equal(machine.call(messageTo(CONTRACT)).output, word(1n))
})

test('before Spurious Dragon: that an address without nonce and code has got storage is asked again', () => {
  const state = counterState()
  const { backend, asked } = observed(state)
  const machine = createMachine({ memory: SMALL_MEMORY })
  const created = createAddress(SENDER, 0n)
  machine.startBlock(environmentOf(Fork.Frontier), backend)
  machine.transact(messageTo(undefined, { data: bytecode('1 1 SSTORE') }))
  state.applyDiff(machine.diff())
  machine.settle()
  assert.is(state.account(created)?.hasStorage, true)
  asked.length = 0
  machine.startBlock(environmentOf(Fork.Frontier), backend)
  machine.transact(messageTo(created, { nonce: 1n }))
  assert.equal(asked, [hex(created)])
})

test('two hundred blocks in a row take the memory of one', async () => {
  const state = counterState()
  await withWorkers(WORKERS, async (machine, pool) => {
    const heapEnds = new Set<number>()
    for (let number = 0; number < 200; number++) {
      const { nonce } = state.account(SENDER)!
      const messages = Array.from({ length: 20 }, (_, index) => messageTo(CONTRACT, { nonce: nonce + BigInt(index) }))
      machine.startBlock(environment, state)
      assert.is(machine.isWarm, number > 0)
      if (number % 2 === 0) await executeSequential(machine, BlockMessages.of(machine, messages), {})
      else
        await executeParallel(machine, BlockMessages.of(machine, messages), {
          pool,
          workers: WORKERS,
          backend: state.share(),
        })
      // An allocation of nothing tells where the next one begins.
      heapEnds.add(machine.core.allocate(0) >>> 0)
      state.applyDiff(machine.diff())
      machine.settle()
    }
    assert.equal(state.slot(CONTRACT, word(0n)), word(4007n))
    const ends = [...heapEnds]
    assert.ok(Math.max(...ends) - Math.min(...ends) < 1 << 20, `${ends}`)
    assert.ok(machine.words.u32(layout.LOCATION_COUNT) < 100)
  })
})

test('pages that are half full are forgotten', () => {
  const state = memoryState()
  const machine = createMachine({ memory: SMALL_MEMORY })
  const kept: boolean[] = []
  let most = 0
  for (let number = 0; number < 12; number++) {
    machine.startBlock(environment, state)
    kept.push(machine.isWarm)
    for (let index = 0; index < 4000; index++) machine.credit(address(0x10000 + number * 4000 + index), 1n)
    most = Math.max(most, machine.words.u32(layout.LOCATION_COUNT))
    state.applyDiff(machine.diff())
    machine.settle()
  }
  assert.is(state.size().accounts, 48_000)
  assert.is(kept[1], true)
  // 2 locations for an account, and more than 65,536 of them are too many.
  assert.equal(
    kept.flatMap((isKept, number) => (isKept ? [] : [number])),
    [0, 9],
  )
  assert.is(most, 2 + 9 * 8000)
})

test.run()
