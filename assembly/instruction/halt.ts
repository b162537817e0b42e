import { CALL_NEW_ACCOUNT_COST, COLD_ACCOUNT_COST, SELFDESTRUCT_REFUND } from '../fork/costs'
import { Fork } from '../fork/fork'
import {
  chargesColdAccess,
  chargesDestructBeneficiary,
  destroysOnlyCreated,
  refundsSelfdestruct,
  removesEmptyAccounts,
} from '../fork/rules'
import { addRefund, isStatic, self } from '../interpreter/frame'
import { charge, halt } from '../interpreter/gas'
import { memoryBase, reach } from '../interpreter/memory'
import { setOutput } from '../interpreter/return-data'
import { coldAccountCost } from '../state/access-list'
import { accountAt, balanceOf, CREATED, credit, debit, DESTRUCTED, exists, has, isEmpty, mark } from '../state/account'
import { scratchBase } from '../runtime/arena'
import { Status } from '../status'
import * as u256 from '../u256'

/** RETURN and REVERT. Stack: offset, length. */
export function output(sp: usize, gas: i64): i64 {
  gas = reach(gas, sp, sp + 32)
  if (gas >= 0) setOutput(memoryBase() + load<u32>(sp), load<u32>(sp, 32))
  return gas
}

const AMOUNT: usize = 4096

export function selfdestruct(sp: usize, gas: i64, fork: Fork): i64 {
  if (isStatic()) return halt(Status.WriteProtection)

  // STACK
  const own = self()
  const heir = accountAt(sp)
  const balance = balanceOf(own)

  // GAS
  if (chargesColdAccess(fork)) {
    const cold = coldAccountCost(heir, fork)
    gas = charge(gas, cold ? COLD_ACCOUNT_COST : 0)
    if (gas < 0) return gas
  }
  if (chargesDestructBeneficiary(fork)) {
    const isNew = removesEmptyAccounts(fork) ? !u256.isZero(balance) && isEmpty(heir) : !exists(heir)
    gas = charge(gas, isNew ? CALL_NEW_ACCOUNT_COST : 0)
    if (gas < 0) return gas
  }
  if (refundsSelfdestruct(fork) && !has(own, DESTRUCTED)) addRefund(SELFDESTRUCT_REFUND)

  // OPERATION: what is destroyed and its own heir burns its balance.
  const amount = scratchBase + AMOUNT
  u256.copy(amount, balance)
  const destroys = !destroysOnlyCreated(fork) || has(own, CREATED)
  if (destroys) {
    debit(own, amount)
    if (heir != own) credit(heir, amount)
    mark(own, DESTRUCTED)
  } else if (heir != own) {
    debit(own, amount)
    credit(heir, amount)
  }
  return gas
}
