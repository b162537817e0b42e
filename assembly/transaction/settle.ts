import { Fork } from '../fork/fork'
import { hasCalldataFloor, refundQuotient } from '../fork/rules'
import { frame, GAS, refund } from '../interpreter/frame'
import { BLOCK_BLOBS_USED, BLOCK_COINBASE, BLOCK_FORK, BLOCK_GAS_USED, TX_BLOBS, TX_GAS_LIMIT } from '../layout'
import { accountAt, balanceOf, credit, debit } from '../state/account'
import { forgetTransaction } from '../state/forget'
import { limit } from '../state/limit'
import { publish } from '../state/publish'
import { Status } from '../status'
import * as u256 from '../u256'
import { isSpeculative } from '../version/write-set'
import { context, EFFECTIVE_GAS_PRICE, isCharged, PRIORITY_PRICE, SPARE, transaction } from './context'
import { floorGas } from './intrinsic-gas'

/** Gas used by the last settled transaction, after refunds. */
export let gasUsed: u64 = 0

/** Ends a transaction whose frames have ended: refunds, fees, removal of what is dead, and its effects become state. */
export function settle(sender: usize): void {
  const fork: Fork = load<u32>(BLOCK_FORK)
  const gasLimit = <i64>load<u64>(transaction, TX_GAS_LIMIT)
  let used = gasLimit - load<i64>(frame, GAS)
  if (isCharged()) {
    used -= min(refund, used / refundQuotient(fork))
    if (hasCalldataFloor(fork)) used = max(used, floorGas(transaction))
    payBack(sender, gasLimit - used)
    payRecipient(used)
    // There was no room for the recipient, perhaps.
    if (limit != Status.Running) return
    if (!isSpeculative()) useRoom(<u64>used)
  }
  gasUsed = <u64>used
  publish(fork)
}

/** In a parallel run whoever commits keeps these accounts, because only then the order is known. */
function useRoom(gas: u64): void {
  store<u64>(BLOCK_GAS_USED, load<u64>(BLOCK_GAS_USED) + gas)
  store<u32>(BLOCK_BLOBS_USED, load<u32>(BLOCK_BLOBS_USED) + load<u32>(transaction, TX_BLOBS))
}

function payBack(sender: usize, gas: i64): void {
  const amount = context() + SPARE
  u256.setU64(amount, gas)
  u256.mul(amount, amount, context() + EFFECTIVE_GAS_PRICE)
  credit(sender, amount)
}

/** Even a fee of zero touches the recipient. */
function payRecipient(gas: i64): void {
  const amount = context() + SPARE
  u256.setU64(amount, gas)
  u256.mul(amount, amount, context() + PRIORITY_PRICE)
  credit(accountAt(BLOCK_COINBASE), amount)
}

/** Makes it state, unless a limit was met: that one, or Status.Running. */
function publishOutside(): Status {
  if (limit == Status.Running) publish(load<u32>(BLOCK_FORK))
  return limit
}

/** Credits an account outside any transaction: withdrawals, rewards. A credit of zero is a touch. */
export function creditOutside(address: usize, amount: usize): Status {
  forgetTransaction()
  credit(accountAt(address), amount)
  return publishOutside()
}

/** Moves all that one account has to another, outside any transaction: the irregular state change of the DAO fork. */
export function drainOutside(from: usize, to: usize): Status {
  forgetTransaction()
  const source = accountAt(from)
  const amount = context() + SPARE
  u256.copy(amount, balanceOf(source))
  debit(source, amount)
  credit(accountAt(to), amount)
  return publishOutside()
}
