import { Fork } from './fork'

/**
 * What SSTORE costs and refunds, by the slot's value at the start of the transaction (original), now (current) and after
 * (new). Three regimes: the plain one, net metering (EIP-1283 in Constantinople alone, EIP-2200 with the later prices).
 */
export const SET_COST: i64 = 20000
export const RESET_COST: i64 = 5000

/** Reading a slot as part of a store: what a store that changes nothing, or changes again, costs. */
@inline
export function dirtyStoreCost(fork: Fork): i64 {
  return fork >= Fork.Berlin ? 100 : fork >= Fork.Istanbul ? 800 : 200
}


@inline
export function usesNetMetering(fork: Fork): bool {
  return fork == Fork.Constantinople || fork >= Fork.Istanbul
}

/** From Berlin on the 2100 for a cold slot are charged apart. */
@inline
export function resetCost(fork: Fork): i64 {
  return fork >= Fork.Berlin ? 2900 : RESET_COST
}


@inline
export function clearRefund(fork: Fork): i64 {
  return fork >= Fork.London ? 4800 : 15000
}

export function storeCost(
  fork: Fork,
  originalIsZero: bool,
  originalIsCurrent: bool,
  currentIsZero: bool,
  currentIsNew: bool,
): i64 {
  if (!usesNetMetering(fork)) return currentIsZero && !currentIsNew ? SET_COST : RESET_COST
  if (currentIsNew || !originalIsCurrent) return dirtyStoreCost(fork)
  return originalIsZero ? SET_COST : resetCost(fork)
}

export function storeRefund(
  fork: Fork,
  originalIsZero: bool,
  originalIsCurrent: bool,
  originalIsNew: bool,
  currentIsZero: bool,
  currentIsNew: bool,
  newIsZero: bool,
): i64 {
  if (currentIsNew) return 0
  if (!usesNetMetering(fork) || originalIsCurrent) return !currentIsZero && newIsZero ? clearRefund(fork) : 0
  let refund: i64 = 0
  if (!originalIsZero) {
    if (currentIsZero) refund -= clearRefund(fork)
    else if (newIsZero) refund += clearRefund(fork)
  }
  if (originalIsNew) refund += (originalIsZero ? SET_COST : resetCost(fork)) - dirtyStoreCost(fork)
  return refund
}
