import { Fork } from '../fork/fork'
import { removesEmptyAccounts } from '../fork/rules'
import { accounts, slots } from '../runtime/arena'
import { context, SPARE } from '../transaction/context'
import * as u256 from '../u256'
import { BALANCE, CODE, LIFE, LIFE_EXISTS, LIFE_GENERATION, LIFE_HAS_STORAGE, NONCE } from '../version/location'
import { DELTA, FULL } from '../version/versions'
import { isSpeculative, writeValue } from '../version/write-set'
import {
  ACCOUNT_SIZE,
  accountsFilledTo,
  balanceOf,
  CHANGE_CELL,
  BASE_CODE,
  BASE_EXISTS,
  BASE_GENERATION,
  BASE_NONCE,
  depend,
  dependsOn,
  DESTRUCTED,
  EXISTS,
  finalCode,
  finalNonce,
  has,
  HAS_STORAGE,
  isEmpty,
  isRemoved,
  isTouched,
  LOCATION,
  noteRemoved,
} from './account'
import { SLOT_LOCATION, SLOT_ORIGINAL, SLOT_OWNER, SLOT_SIZE, SLOT_VALUE, slotsFilledTo } from './storage'

/** Makes the transaction's view the state, or its versions: what it changed is written, and nothing else is. */
export function publish(fork: Fork): void {
  const end = accountsFilledTo()
  for (let account = accounts; account < end; account += ACCOUNT_SIZE) publishAccount(account, fork)
  const slotsEnd = slotsFilledTo()
  for (let slot = slots; slot < slotsEnd; slot += SLOT_SIZE) publishSlot(slot)
}

/** EIP-161: empty, and touched by this transaction. Who was only credited something is not empty, whatever else it is. */
function isSwept(account: usize, fork: Fork): bool {
  if (!removesEmptyAccounts(fork) || !isTouched(account)) return false
  if (!dependsOn(account, BALANCE) && !u256.isZero(account + CHANGE_CELL)) return false
  return isEmpty(account)
}

function publishAccount(account: usize, fork: Fork): void {
  const location = load<u32>(account, LOCATION)
  if (has(account, DESTRUCTED) || isSwept(account, fork)) {
    depend(account, LIFE)
    if (load<u32>(account, BASE_EXISTS) || has(account, DESTRUCTED)) remove(account, location)
    return
  }
  const nonce = finalNonce(account)
  const code = finalCode(account)
  const value = context() + SPARE
  const existed = load<u32>(account, BASE_EXISTS) != 0
  const balanceChanged = !u256.isZero(account + CHANGE_CELL)
  const changes =
    balanceChanged ||
    nonce != load<u64>(account, BASE_NONCE) ||
    code != load<u32>(account, BASE_CODE) ||
    has(account, EXISTS) != existed
  if (!changes) return
  // Even a mere credit goes to this life of the account: had it ended, the credit would begin a new one.
  depend(account, LIFE)
  if (!existed) writeLife(location, 1, load<u32>(account, BASE_GENERATION), load<u32>(account, HAS_STORAGE))
  if (balanceChanged) publishBalance(account, location + BALANCE)
  if (nonce != load<u64>(account, BASE_NONCE)) {
    u256.setU64(value, nonce)
    writeValue(location + NONCE, value, 0, FULL)
  }
  if (code != load<u32>(account, BASE_CODE)) {
    u256.setU64(value, code)
    writeValue(location + CODE, value, 0, FULL)
  }
}

/** A balance that nobody looked at was only credited: two such credits commute, so the amount is written and not the sum. */
function publishBalance(account: usize, location: u32): void {
  if (dependsOn(account, BALANCE) || !isSpeculative()) writeValue(location, balanceOf(account), 0, FULL)
  else writeValue(location, account + CHANGE_CELL, 0, DELTA)
}

function writeLife(location: u32, exists: u32, generation: u32, hasStorage: u32): void {
  const value = context() + SPARE
  u256.zero(value)
  store<u32>(value, exists, LIFE_EXISTS)
  store<u32>(value, generation, LIFE_GENERATION)
  store<u32>(value, hasStorage, LIFE_HAS_STORAGE)
  writeValue(location + LIFE, value, 0, FULL)
}

/** Ends the account's life: whatever it stored belongs to an older generation now. */
function remove(account: usize, location: u32): void {
  noteRemoved(account)
  writeLife(location, 0, load<u32>(account, BASE_GENERATION) + 1, 0)
  const nothing = context() + SPARE
  u256.zero(nothing)
  writeValue(location + BALANCE, nothing, 0, FULL)
  writeValue(location + NONCE, nothing, 0, FULL)
  writeValue(location + CODE, nothing, 0, FULL)
}

function publishSlot(slot: usize): void {
  const location = load<u32>(slot, SLOT_LOCATION)
  if (!location || u256.eq(slot + SLOT_VALUE, slot + SLOT_ORIGINAL)) return
  const owner = <usize>load<u32>(slot, SLOT_OWNER)
  if (!isRemoved(owner)) writeValue(location, slot + SLOT_VALUE, load<u32>(owner, BASE_GENERATION), FULL)
}
