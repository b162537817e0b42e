import { bigIntToBytes } from '../../src/codec/bytes.js'
import { KECCAK_EMPTY } from '../../src/codec/keccak.js'
import { encodeAccount } from '../../src/trie/secure.js'
import { EMPTY_ROOT } from '../../src/trie/sorted.js'
import type { StateDiff } from '../../src/types/state.js'

/** An account without code and storage, as everybody's first. */
export interface Update {
  address: Uint8Array
  balance: bigint
}

/** Prime, and no divisor of any number of accounts: steps of it meet every account before one comes again. */
const STRIDE = 7919

const addressOf = (index: number): Uint8Array => bigIntToBytes(BigInt(index) * 0x9e3779b97f4a7c15n + 1n, 20)

export function firstUpdates(accounts: number): Update[] {
  return Array.from({ length: accounts }, (_, index) => ({ address: addressOf(index), balance: BigInt(index) + 1n }))
}

/** `changed` accounts of `accounts`, others in every round, with balances that they never had. */
export function roundUpdates(accounts: number, changed: number, round: number): Update[] {
  return Array.from({ length: changed }, (_, index) => ({
    address: addressOf(((round * changed + index) * STRIDE) % accounts),
    balance: 10n ** 18n * BigInt(round + 2) + BigInt(index),
  }))
}

export function toDiff(updates: readonly Update[]): StateDiff {
  return updates.map(({ address, balance }) => ({
    address,
    exists: true,
    nonce: 1n,
    balance,
    codeHash: KECCAK_EMPTY,
    storageCleared: false,
    slots: [],
  }))
}

export function toEntries(updates: readonly Update[]): [address: Uint8Array, account: Uint8Array][] {
  return updates.map(({ address, balance }) => [
    address,
    encodeAccount({ nonce: 1n, balance, storageRoot: EMPTY_ROOT, codeHash: KECCAK_EMPTY }),
  ])
}
