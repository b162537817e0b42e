import { COLD_SLOT_COST, SSTORE_SENTRY_GAS, WARM_ACCESS_COST } from '../fork/costs'
import { Fork } from '../fork/fork'
import { chargesColdAccess, storesNeedSentryGas } from '../fork/rules'
import { storeCost, storeRefund } from '../fork/storage-gas'
import { addRefund, isStatic, self } from '../interpreter/frame'
import { charge, halt, OUT_OF_GAS } from '../interpreter/gas'
import { dependOnSlot, setSlot, SLOT_ORIGINAL, SLOT_VALUE, slotAt, transientAt, warmSlot } from '../state/storage'
import { Status } from '../status'
import * as u256 from '../u256'

export function sload(sp: usize, gas: i64, fork: Fork): i64 {
  // STACK
  const slot = slotAt(self(), sp)
  dependOnSlot(slot)

  // GAS
  if (chargesColdAccess(fork) && warmSlot(slot)) gas = charge(gas, COLD_SLOT_COST - WARM_ACCESS_COST)

  // OPERATION
  u256.copy(sp, slot + SLOT_VALUE)
  return gas
}

export function sstore(sp: usize, gas: i64, fork: Fork): i64 {
  if (isStatic()) return halt(Status.WriteProtection)
  if (storesNeedSentryGas(fork) && gas <= SSTORE_SENTRY_GAS) return OUT_OF_GAS

  // STACK
  const slot = slotAt(self(), sp)
  dependOnSlot(slot)
  const value = sp + 32
  const current = slot + SLOT_VALUE
  const original = slot + SLOT_ORIGINAL

  // GAS
  if (chargesColdAccess(fork) && warmSlot(slot)) {
    gas = charge(gas, COLD_SLOT_COST)
    if (gas < 0) return gas
  }
  const originalIsZero = u256.isZero(original)
  const originalIsCurrent = u256.eq(original, current)
  const currentIsZero = u256.isZero(current)
  const currentIsNew = u256.eq(current, value)
  gas = charge(gas, storeCost(fork, originalIsZero, originalIsCurrent, currentIsZero, currentIsNew))
  if (gas < 0 || currentIsNew) return gas
  addRefund(
    storeRefund(
      fork,
      originalIsZero,
      originalIsCurrent,
      u256.eq(original, value),
      currentIsZero,
      currentIsNew,
      u256.isZero(value),
    ),
  )

  // OPERATION
  setSlot(slot, value)
  return gas
}

export function tload(sp: usize): void {
  u256.copy(sp, transientAt(self(), sp) + SLOT_VALUE)
}

export function tstore(sp: usize): void {
  setSlot(transientAt(self(), sp), sp + 32)
}
