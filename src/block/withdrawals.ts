import type { Withdrawal } from '../types/header.js'
import type { Reward } from './rewards.js'

const WEI_PER_GWEI = 1_000_000_000n

/** Whom to credit for the withdrawals, in their order. A credit of zero still touches its account. */
export function withdrawalCredits(withdrawals: readonly Withdrawal[]): Reward[] {
  return withdrawals.map(({ address, amount }) => ({ address, amount: amount * WEI_PER_GWEI }))
}
