import { Fork } from '../fork/fork'
import { removesEmptyAccounts } from '../fork/rules'
import { accounts, slots } from '../runtime/arena'
import * as u256 from '../u256'
import {
  BALANCE,
  CODE,
  DIRTY,
  GENERATION,
  LIFE,
  LIFE_EXISTS,
  LIFE_GENERATION,
  LIFE_HAS_STORAGE,
  LOADED,
  NONCE,
  record,
} from '../version/location'
import {
  ACCOUNT_SIZE,
  accountsFilledTo,
  BALANCE_CELL,
  BASE_BALANCE,
  BASE_CODE,
  BASE_EXISTS,
  BASE_GENERATION,
  BASE_NONCE,
  DESTRUCTED,
  EXISTS,
  finalCode,
  finalNonce,
  has,
  isTouched,
  LOCATION,
} from './account'
import { SLOT_LOCATION, SLOT_ORIGINAL, SLOT_OWNER, SLOT_SIZE, SLOT_VALUE, slotsFilledTo } from './storage'

/** Makes the transaction's view the state: what it changed is written to the shared locations, and nothing else is. */
export function publish(fork: Fork): void {
  const end = accountsFilledTo()
  for (let account = accounts; account < end; account += ACCOUNT_SIZE) publishAccount(account, fork)
  const slotsEnd = slotsFilledTo()
  for (let slot = slots; slot < slotsEnd; slot += SLOT_SIZE) publishSlot(slot)
}

/** EIP-161: empty, and touched by this transaction. */
function isSwept(account: usize, fork: Fork): bool {
  return (
    removesEmptyAccounts(fork) &&
    isTouched(account) &&
    !finalNonce(account) &&
    !finalCode(account) &&
    u256.isZero(account + BALANCE_CELL)
  )
}


@inline
function change(location: u32): usize {
  const target = record(location)
  store<u32>(target, 1, DIRTY)
  return target
}

function publishAccount(account: usize, fork: Fork): void {
  const location = load<u32>(account, LOCATION)
  if (has(account, DESTRUCTED) || isSwept(account, fork)) {
    if (load<u32>(account, BASE_EXISTS) || has(account, DESTRUCTED)) remove(account, location)
    return
  }
  const nonce = finalNonce(account)
  const code = finalCode(account)
  if (has(account, EXISTS) != <bool>load<u32>(account, BASE_EXISTS)) store<u32>(change(location + LIFE), 1, LIFE_EXISTS)
  if (!u256.eq(account + BALANCE_CELL, account + BASE_BALANCE)) {
    u256.copy(change(location + BALANCE), account + BALANCE_CELL)
  }
  if (nonce != load<u64>(account, BASE_NONCE)) store<u64>(change(location + NONCE), nonce)
  if (code != load<u32>(account, BASE_CODE)) store<u32>(change(location + CODE), code)
}

/** Ends the account's life: whatever it stored belongs to an older generation now. */
function remove(account: usize, location: u32): void {
  const life = change(location + LIFE)
  store<u32>(life, 0, LIFE_EXISTS)
  store<u32>(life, load<u32>(account, BASE_GENERATION) + 1, LIFE_GENERATION)
  store<u32>(life, 0, LIFE_HAS_STORAGE)
  u256.zero(change(location + BALANCE))
  store<u64>(change(location + NONCE), 0)
  store<u32>(change(location + CODE), 0)
}

function publishSlot(slot: usize): void {
  const location = load<u32>(slot, SLOT_LOCATION)
  if (!location || u256.eq(slot + SLOT_VALUE, slot + SLOT_ORIGINAL)) return
  const owner = <usize>load<u32>(slot, SLOT_OWNER)
  // Its account was removed a moment ago.
  const life = record(load<u32>(owner, LOCATION) + LIFE)
  if (load<u32>(life, LIFE_GENERATION) != load<u32>(owner, BASE_GENERATION)) return
  const target = change(location)
  u256.copy(target, slot + SLOT_VALUE)
  store<u32>(target, load<u32>(owner, BASE_GENERATION), GENERATION)
  store<u32>(target, 1, LOADED)
}
