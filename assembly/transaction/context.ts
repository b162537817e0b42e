import { FLAG_UNCHARGED, TX_FLAGS } from '../layout'
import { scratchBase } from '../runtime/arena'

/**
 * The running transaction: `transaction` points at it as the host wrote it; what was derived from it is in the arena, behind
 * the scratch space.
 */
const CONTEXT: usize = 5120
export const ORIGIN: usize = 0
export const EFFECTIVE_GAS_PRICE: usize = 32
export const PRIORITY_PRICE: usize = 64
/** Two words. */
export const SPARE: usize = 96
/** Two words: the product of two. */
export const SPARE_2: usize = 160
export const SPARE_3: usize = 224

export let transaction: usize = 0

/** Its own, or else the one that its sender has. */
export let transactionNonce: u64 = 0

export function setTransaction(to: usize): void {
  transaction = to
}

export function setTransactionNonce(nonce: u64): void {
  transactionNonce = nonce
}


@inline
export function context(): usize {
  return scratchBase + CONTEXT
}

/** False for a call by the protocol itself or by a simulator: no validation, no nonce, no fees. */
@inline
export function isCharged(): bool {
  return !(load<u32>(transaction, TX_FLAGS) & FLAG_UNCHARGED)
}
