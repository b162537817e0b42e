import {
  CHANGE_BALANCE,
  CHANGE_CODE,
  CHANGE_CODE_HASH,
  CHANGE_CODE_IS_NEW,
  CHANGE_CONTINUES,
  CHANGE_EXISTS,
  CHANGE_FLAGS,
  CHANGE_HAS_CODE,
  CHANGE_NONCE,
  CHANGE_SIZE,
  CHANGE_SLOT_COUNT,
  CHANGE_STORAGE_CLEARED,
  CHANGED_SLOT_SIZE,
  CHANGED_SLOT_VALUE,
} from '../change'
import { DIRTY_LIST } from '../layout'
import * as u256 from '../u256'
import { NO_MORE } from './dirty'
import {
  CHANGES,
  CODE_IS_NEW,
  DIRTY,
  GENERATION,
  isBalance,
  KEY,
  OWNER,
  record,
  SECOND,
  SETTLED_GENERATION,
  STATE_CODE,
  STATE_EXISTS,
  STATE_NONCE,
  STATE_VALUE,
  storeAddress,
} from './location'

/**
 * Tells what the block changed, each account once. What has changed is on one list, in no order: first the slots on it are put on
 * lists of their accounts, then accounts are written one by one as the list comes to something of them. Workers are not at work.
 */

/** How far the list has been written, and whether the account there has been begun. */
let place: u32 = NO_MORE
let isBegun: bool = false

/** To be called before `writeChanges`. */
export function gatherChanges(): void {
  // First, since somebody may have stopped half-way.
  for (let at = load<u32>(DIRTY_LIST); at != NO_MORE; at = next(at)) store<u32>(accountOf(at), 0, CHANGES)
  for (let at = load<u32>(DIRTY_LIST); at != NO_MORE; at = next(at)) gather(at)
  place = load<u32>(DIRTY_LIST)
  isBegun = false
}

/** Writes as many as there is room for, at least one if that is any; gives where they end: at `start` when all have been written. */
export function writeChanges(start: usize, end: usize): usize {
  let at = start
  // Ends: each turn leaves less on a list.
  while (place != NO_MORE) {
    const account = accountOf(place)
    let slot = load<u32>(account, CHANGES)
    if (!slot) {
      place = next(place)
      continue
    }
    if (at + CHANGE_SIZE + (slot == NO_MORE ? 0 : CHANGED_SLOT_SIZE) > end) return at
    writeAccount(at, account)
    let count: u32 = 0
    let to = at + CHANGE_SIZE
    for (; slot != NO_MORE && to + CHANGED_SLOT_SIZE <= end; to += CHANGED_SLOT_SIZE) {
      u256.storeBytes(to, record(slot) + KEY)
      u256.storeBytes(to + CHANGED_SLOT_VALUE, record(slot) + SECOND)
      slot = load<u32>(record(slot), CHANGES)
      count++
    }
    store<u32>(at, count, CHANGE_SLOT_COUNT)
    isBegun = slot != NO_MORE
    store<u32>(account, isBegun ? slot : 0, CHANGES)
    at = to
  }
  return at
}


@inline
function next(location: u32): u32 {
  return load<u32>(record(location), DIRTY)
}

/** The record of the account that the location is of. */
function accountOf(location: u32): usize {
  const at = record(location)
  if (isBalance(location)) return record(location - 1)
  const owner = load<u32>(at, OWNER)
  return owner ? record(owner) : at
}

/** Slots of an earlier life of the account are nobody's. */
function gather(location: u32): void {
  const account = accountOf(location)
  const first = load<u32>(account, CHANGES)
  const at = record(location)
  if (isBalance(location) || at == account) {
    if (!first) store<u32>(account, NO_MORE, CHANGES)
  } else if (load<u32>(at, GENERATION) == load<u32>(account, GENERATION)) {
    store<u32>(at, first ? first : NO_MORE, CHANGES)
    store<u32>(account, location, CHANGES)
  }
}

function writeAccount(at: usize, account: usize): void {
  const state = account + STATE_VALUE
  const code = load<u32>(state, STATE_CODE)
  // In the last 20 of 32 bytes.
  storeAddress(at - 12, account)
  store<u32>(at, code, CHANGE_CODE)
  store<u64>(at, load<u64>(state, STATE_NONCE), CHANGE_NONCE)
  u256.copy(at + CHANGE_BALANCE, account + SECOND)
  if (code) memory.copy(at + CHANGE_CODE_HASH, code, 32)
  store<u32>(at, flagsOf(account, state, code), CHANGE_FLAGS)
}

function flagsOf(account: usize, state: usize, code: u32): u32 {
  const flags = (load<u32>(state, STATE_EXISTS) ? CHANGE_EXISTS : 0) | (code ? CHANGE_HAS_CODE : 0)
  if (isBegun) return flags | CHANGE_CONTINUES
  const isCleared = load<u32>(account, GENERATION) != load<u32>(account, SETTLED_GENERATION)
  const isNew = load<u32>(account, CODE_IS_NEW) != 0
  return flags | (isCleared ? CHANGE_STORAGE_CLEARED : 0) | (isNew ? CHANGE_CODE_IS_NEW : 0)
}
