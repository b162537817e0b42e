import { Fork } from '../types/fork.js'

const ETHER = 10n ** 18n

/** What proof of work paid, newest first; from Paris on blocks are rewarded elsewhere. */
const BLOCK_REWARD: readonly [since: Fork, wei: bigint][] = [
  [Fork.Paris, 0n],
  [Fork.Constantinople, 2n * ETHER],
  [Fork.Byzantium, 3n * ETHER],
  [Fork.Frontier, 5n * ETHER],
]

/** An uncle may be up to seven generations older than its nephew, and loses an eighth of the reward for each. */
const UNCLE_SHARES = 8n
const NEPHEW_SHARE = 32n

export interface Reward {
  address: Uint8Array
  amount: bigint
}

export interface RewardedHeader {
  number: bigint
  coinbase: Uint8Array
}

export function blockReward(fork: Fork): bigint {
  return BLOCK_REWARD.find(([since]) => fork >= since)![1]
}

/**
 * Whom to credit after the last transaction: every uncle's miner, then the block's. `base` replaces the reward of the
 * fork (the transition tool lets its caller choose). Before Paris the credit touches the account even when it is zero.
 */
export function blockRewards(
  fork: Fork,
  header: RewardedHeader,
  uncles: readonly RewardedHeader[],
  base: bigint = blockReward(fork),
): Reward[] {
  if (fork >= Fork.Paris && base === 0n) return []
  const rewards = uncles.map(({ number, coinbase }) => ({
    address: coinbase,
    amount: (base * (number + UNCLE_SHARES - header.number)) / UNCLE_SHARES,
  }))
  rewards.push({ address: header.coinbase, amount: base + (base / NEPHEW_SHARE) * BigInt(uncles.length) })
  return rewards
}
