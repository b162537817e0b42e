import type { Hex } from '../block/draft.js'
import type { ChainConfig } from '../chain/config.js'
import { bytesToHex, hexToBytes } from '../codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../codec/keccak.js'
import { type MemoryState, memoryState } from '../state/memory-state.js'
import { Fork } from '../types/fork.js'
import type { AccountDiff } from '../types/state.js'

/** A chain of the workloads' own, by the rules of Prague from its first block. */
export const WORKLOAD_CHAIN: ChainConfig = {
  chainId: 31_337n,
  blockForks: [],
  terminalTotalDifficulty: 0n,
  timeForks: [{ fork: Fork.Prague, time: 0n }],
  blobSchedules: [],
  depositContract: new Uint8Array(20),
}

export const DEPLOYER: Hex = addressOf('deployer', 0)
/** Who is paid for the blocks. */
export const COINBASE: Hex = addressOf('coinbase', 0)

const users: Hex[] = []
const recipients: Hex[] = []

/** Somebody who sends transactions. */
export function user(index: number): Hex {
  users[index] ??= addressOf('user', index)
  return users[index]
}

/** Somebody who only receives. */
export function recipient(index: number): Hex {
  recipients[index] ??= addressOf('recipient', index)
  return recipients[index]
}

const RICH = 10n ** 24n

/** The state before the first block: everybody has an account with a balance. */
export function createWorld(userCount: number, recipientCount: number): MemoryState {
  const state = memoryState()
  const accounts = [richAccount(DEPLOYER, RICH)]
  for (let index = 0; index < userCount; index++) accounts.push(richAccount(user(index), RICH))
  for (let index = 0; index < recipientCount; index++) accounts.push(richAccount(recipient(index), 1n))
  state.applyDiff(accounts)
  return state
}

function richAccount(address: Hex, balance: bigint): AccountDiff {
  return {
    address: hexToBytes(address),
    exists: true,
    nonce: 0n,
    balance,
    codeHash: KECCAK_EMPTY,
    storageCleared: false,
    slots: [],
  }
}

function addressOf(kind: string, index: number): Hex {
  return bytesToHex(keccak256(new TextEncoder().encode(`${kind} ${index}`)).slice(12)) as Hex
}
