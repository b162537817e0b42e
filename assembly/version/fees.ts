import { BLOCK_TASKS, FEE_LOCATION, FEES_SUMMED, TASK_FEE, TASK_SIZE } from '../layout'
import { take } from '../runtime/chunk'
import * as u256 from '../u256'

/**
 * Every transaction adds to the balance of the block's fee recipient, and hardly any looks at it. As entries of one list these
 * amounts would make it the one place that all workers contend for; so each stays in its transaction's task, unless it is
 * too large for that, and whoever does look at the balance adds them up. Sums of what is committed are kept:
 *
 *    0  balance   of the fee recipient, with all that happened before `upTo`
 *   32  up to     a transaction
 */
const SUM_SIZE: u32 = 40
const UP_TO: usize = 32

/** What the running transaction leaves in its task. */
export let fee: u64 = 0

export function resetFee(): void {
  fee = 0
}

/** Keeps an amount for the task if it is one for the fee recipient. */
export function keepFee(location: u32, amount: usize): bool {
  if (location != load<u32>(FEE_LOCATION)) return false
  if (load<u64>(amount, 8) | load<u64>(amount, 16) | load<u64>(amount, 24)) return false
  fee = load<u64>(amount)
  return true
}


@inline
function feeOf(index: u32): u64 {
  return atomic.load<u64>(<usize>load<u32>(BLOCK_TASKS) + <usize>index * TASK_SIZE + TASK_FEE)
}

/** Adds what transactions from `from` to before `until` have left in their tasks. `scratch` has room for a word. */
export function addFees(sum: usize, from: u32, until: u32, scratch: usize): void {
  for (let index = from; index < until; index++) {
    u256.setU64(scratch, feeOf(index))
    u256.add(sum, sum, scratch)
  }
}

/** Which transaction before `transaction` left something in its task last, or -1. */
export function newestFee(transaction: u32): i32 {
  for (let index = <i32>transaction - 1; index >= 0; index--) if (feeOf(index)) return index
  return -1
}

/** The last sum that was kept, or 0. */
@inline
export function summedFees(): usize {
  return atomic.load<u32>(FEES_SUMMED)
}


@inline
export function summedUpTo(sum: usize): u32 {
  return sum ? load<u32>(sum, UP_TO) : 0
}

/** Keeps a sum of committed transactions. False when the heap is full. */
export function keepSum(balance: usize, upTo: u32): bool {
  const sum = take(SUM_SIZE)
  if (!sum) return false
  u256.copy(sum, balance)
  store<u32>(sum, upTo, UP_TO)
  atomic.store<u32>(FEES_SUMMED, <u32>sum)
  return true
}
