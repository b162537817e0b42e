import type { DraftTransaction, Hex } from '../../src/block/draft.js'
import type { ChainConfig } from '../../src/chain/config.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import type { DraftBlock } from '../../src/engine.js'
import type { Alloc } from '../../src/state/alloc.js'
import { type MemoryState, memoryState } from '../../src/state/memory-state.js'
import { bytecode, hex } from './bytecode.js'
import { address } from './machine.js'

/** Blocks for engines: some take no time, some take as long as a test likes, and one transaction may depend on another. */
export const USERS = 200
export const COUNTER: Hex = addressAt(0x301)
const LOOP: Hex = addressAt(0x302)
const ETHER = 10n ** 18n

/** Adds one to slot 0 and logs it. */
const counter = bytecode('0 SLOAD 1 ADD DUP1 0 MSTORE 0 SSTORE 32 0 LOG0')
/** Goes round as often as its argument says; then adds one to the slot of its caller. */
const loop = bytecode('0 CALLDATALOAD again: 1 SWAP1 SUB DUP1 @again JUMPI CALLER SLOAD 1 ADD CALLER SSTORE')

export const CHAIN: ChainConfig = fixtureNetwork('Prague')

export function addressAt(last: number): Hex {
  return hex(address(last)) as Hex
}

/** Everybody is rich, and counters begin at `start`. */
export function engineState(start = 1n): MemoryState {
  const alloc: Record<string, Alloc[string]> = {
    [COUNTER]: { balance: '0', nonce: '1', code: hex(counter), storage: { '0x0': `0x${start.toString(16)}` } },
    [LOOP]: { balance: '0', nonce: '1', code: hex(loop) },
  }
  for (let user = 0; user < USERS; user++) alloc[addressAt(user)] = { balance: String(ETHER) }
  return memoryState(alloc)
}

export function blockOf(transactions: DraftTransaction[]): DraftBlock {
  return { number: 1n, timestamp: 1_700_000_000n, gasLimit: 10n ** 15n, baseFee: 0n, transactions }
}

export function transfer(user: number, value = 1n): DraftTransaction {
  return { from: addressAt(user), to: addressAt(0x1000 + user), value, gasLimit: 21_000n, gasPrice: 1n }
}

export function count(user: number): DraftTransaction {
  return { from: addressAt(user), to: COUNTER, gasLimit: 100_000n, gasPrice: 1n }
}

/** A million rounds take some ten milliseconds. */
export function dawdle(user: number, rounds: number): DraftTransaction {
  const data = `0x${rounds.toString(16).padStart(64, '0')}` as Hex
  return { from: addressAt(user), to: LOOP, data, gasLimit: 100_000n + 40n * BigInt(rounds), gasPrice: 1n }
}

/** Some of everything, `size` of them. */
export function mixedBlock(size: number, rounds = 20_000): DraftBlock {
  const kinds = [transfer, count, (user: number) => dawdle(user, rounds)]
  return blockOf(Array.from({ length: size }, (_, index) => kinds[index % kinds.length]!(index % USERS)))
}
