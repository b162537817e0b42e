import { bytesToHex } from '../../src/codec/hex.js'
import { createEngine, type DraftBlock, type Engine, type EngineOptions, type ExecutedBlock } from '../../src/engine.js'
import { type MemoryState, memoryState } from '../../src/state/memory-state.js'
import type { Account, AsyncStateBackend, StateBackend, StateDiff } from '../../src/types/state.js'
import { WORKLOAD_CHAIN } from '../../src/workload/world.js'
import { bytecode, word } from '../support/bytecode.js'
import { address } from '../support/machine.js'
import { Random } from '../support/random.js'

/** Sequential in the calling thread, and on two worker threads. */
export const WORKERS: readonly number[] = [0, 2]

/** Adds one to the slot of its caller and to slot 0, and logs both. */
export const COUNTER: Uint8Array = address(0x2000)
const PAYEE = address(0x2001)
export const SENDERS: readonly Uint8Array[] = Array.from({ length: 12 }, (_, i) => address(0x1000 + i))

export interface Subject {
  state: MemoryState
  block: DraftBlock
}

/** A small block whose transactions ask for accounts, slots and a code. */
export function countingBlock(gasLimit = 200_000n): Subject {
  const state = memoryState()
  for (const sender of SENDERS) state.set(sender, { balance: 10n ** 18n, nonce: 3n })
  const code = bytecode(`
    CALLER SLOAD 1 ADD DUP1 0 MSTORE CALLER SSTORE
    0 SLOAD 1 ADD DUP1 32 MSTORE 0 SSTORE 64 0 LOG0`)
  const slots = [word(0n), ...SENDERS.map((sender) => Uint8Array.of(...new Uint8Array(12), ...sender))]
  state.set(COUNTER, { nonce: 1n, code, slots: slots.map((key, i) => [key, word(BigInt(100 + i))]) })
  const gas = { gasLimit, gasPrice: 1n }
  const transactions = Array.from({ length: 4 * SENDERS.length }, (_, i) => {
    const from = bytesToHex(SENDERS[(i * 5) % SENDERS.length]!) as `0x${string}`
    const to = bytesToHex(i % 4 === 3 ? PAYEE : COUNTER) as `0x${string}`
    return { from, to, ...gas }
  })
  return {
    state,
    block: { number: 20_000_000n, timestamp: 1_720_000_000n, gasLimit: 10n ** 9n, baseFee: 0n, transactions },
  }
}

export function engineOn(state: EngineOptions['state'], workers: number): Engine {
  const mode = workers === 0 ? 'sequential' : 'parallel'
  return createEngine({ chain: WORKLOAD_CHAIN, state, workers, mode, memory: 2 ** 29 })
}

export async function withEngine<T>(
  state: EngineOptions['state'],
  workers: number,
  run: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = engineOn(state, workers)
  try {
    return await run(engine)
  } finally {
    await engine.close()
  }
}

/** All that a block came to but its state root, in an order that does not depend on how it was executed. */
export function outcomeOf({ receipts, gasUsed, logsBloom, receiptsRoot, diff }: ExecutedBlock): unknown {
  return { receipts, gasUsed, logsBloom, receiptsRoot, diff: sorted(diff) }
}

function sorted(diff: StateDiff): unknown[] {
  const lines = diff.map(({ address, slots, codeHash, code, ...rest }) => ({
    address: bytesToHex(address),
    codeHash: bytesToHex(codeHash),
    code: code && bytesToHex(code),
    slots: slots.map(([key, value]) => `${bytesToHex(key)} ${bytesToHex(value)}`).sort(),
    ...rest,
  }))
  return lines.sort((a, b) => (a.address < b.address ? -1 : 1))
}

/** What the same blocks come to on a state in memory, one after the other. */
export async function expectedOutcomes(state: MemoryState, blocks: readonly DraftBlock[]): Promise<unknown[]> {
  return withEngine(state.clone(), 0, (engine) => committed(engine, blocks))
}

export async function committed(engine: Engine, blocks: readonly DraftBlock[]): Promise<unknown[]> {
  const outcomes: unknown[] = []
  for (const block of blocks) {
    const executed = await engine.executeBlock(block)
    outcomes.push(outcomeOf(executed))
    executed.commit()
  }
  return outcomes
}

export type Delay = () => Promise<unknown>

const random = new Random(1)

export function milliseconds(most: number): Delay {
  return () => new Promise((resolve) => setTimeout(resolve, 1 + (random.below(1000) / 1000) * most))
}

export const soon: Delay = () => new Promise((resolve) => setImmediate(resolve))

/** The state as a source that answers later. */
export function later(state: StateBackend, delay: Delay = soon): AsyncStateBackend {
  return {
    account: async (at) => {
      await delay()
      return state.account(at)
    },
    slot: async (at, key) => {
      await delay()
      return state.slot(at, key)
    },
    code: async (hash) => {
      await delay()
      return state.code(hash)
    },
  }
}

/** The same state as one that only reads, and answers at once. */
export function atOnce(state: StateBackend): AsyncStateBackend {
  return {
    account: (at): Account | undefined => state.account(at),
    slot: (at, key) => state.slot(at, key),
    code: (hash) => state.code(hash),
  }
}
