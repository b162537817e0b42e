import { Fork } from '../fork/fork'
import { removesEmptyAccounts } from '../fork/rules'
import { accounts, slots } from '../runtime/arena'
import { context, SPARE } from '../transaction/context'
import * as u256 from '../u256'
import {
  BALANCE,
  PART_CODE,
  PART_EXISTENCE,
  PART_NONCE,
  STATE,
  STATE_CODE,
  STATE_EXISTS,
  STATE_GENERATION,
  STATE_HAS_STORAGE,
  STATE_NONCE,
  STATE_PARTS,
} from '../version/location'
import { keepFee } from '../version/fees'
import { DELTA, FULL } from '../version/versions'
import { mayAdd, writeValue } from '../version/write-set'
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
  DESTRUCTED,
  EXISTS,
  finalCode,
  finalNonce,
  has,
  HAS_STORAGE,
  isBalanceSeen,
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
  if (!isBalanceSeen(account) && !u256.isZero(account + CHANGE_CELL)) return false
  return isEmpty(account)
}

function publishAccount(account: usize, fork: Fork): void {
  const location = load<u32>(account, LOCATION)
  if (has(account, DESTRUCTED) || isSwept(account, fork)) {
    depend(account, PART_EXISTENCE)
    if (load<u32>(account, BASE_EXISTS) || has(account, DESTRUCTED)) remove(account, location)
    return
  }
  const nonce = finalNonce(account)
  const code = finalCode(account)
  const balanceChanged = !u256.isZero(account + CHANGE_CELL)
  const begins = !load<u32>(account, BASE_EXISTS) && (balanceChanged || has(account, EXISTS))
  const changed =
    (begins ? PART_EXISTENCE : 0) |
    (nonce != load<u64>(account, BASE_NONCE) ? PART_NONCE : 0) |
    (code != load<u32>(account, BASE_CODE) ? PART_CODE : 0)
  if (changed) {
    // All of it is written, so that whoever reads has to look at one version only: with parts that were not looked at before.
    depend(account, STATE_PARTS)
    fillState(nonce, code, 1, load<u32>(account, BASE_GENERATION), load<u32>(account, HAS_STORAGE))
    writeValue(location + STATE, context() + SPARE, changed, FULL)
  }
  if (balanceChanged) {
    // Even a mere credit goes to this life of the account: had it ended, the credit would begin a new one.
    depend(account, PART_EXISTENCE)
    publishBalance(account, location + BALANCE)
  }
}

/** A balance that nobody looked at was only credited: two such credits commute, so the amount is written and not the sum. */
function publishBalance(account: usize, location: u32): void {
  if (isBalanceSeen(account) || !mayAdd()) writeValue(location, balanceOf(account), 0, FULL)
  else if (!keepFee(location, account + CHANGE_CELL)) writeValue(location, account + CHANGE_CELL, 0, DELTA)
}

function fillState(nonce: u64, code: u32, exists: u32, generation: u32, hasStorage: u32): void {
  const value = context() + SPARE
  store<u64>(value, nonce, STATE_NONCE)
  store<u32>(value, code, STATE_CODE)
  store<u32>(value, exists, STATE_EXISTS)
  store<u32>(value, generation, STATE_GENERATION)
  store<u32>(value, hasStorage, STATE_HAS_STORAGE)
}

/** Ends the account's life: whatever it stored belongs to an older generation now. */
function remove(account: usize, location: u32): void {
  noteRemoved(account)
  fillState(0, 0, 0, load<u32>(account, BASE_GENERATION) + 1, 0)
  writeValue(location + STATE, context() + SPARE, STATE_PARTS, FULL)
  const nothing = context() + SPARE
  u256.zero(nothing)
  writeValue(location + BALANCE, nothing, 0, FULL)
}

function publishSlot(slot: usize): void {
  const location = load<u32>(slot, SLOT_LOCATION)
  if (!location || u256.eq(slot + SLOT_VALUE, slot + SLOT_ORIGINAL)) return
  const owner = <usize>load<u32>(slot, SLOT_OWNER)
  if (!isRemoved(owner)) writeValue(location, slot + SLOT_VALUE, load<u32>(owner, BASE_GENERATION), FULL)
}
