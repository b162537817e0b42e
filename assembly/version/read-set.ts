import { accounts, slots } from '../runtime/arena'
import {
  ACCOUNT_SIZE,
  accountsFilledTo,
  BASE_BALANCE,
  BASE_CODE,
  BASE_EXISTS,
  BASE_GENERATION,
  BASE_NONCE,
  HAS_STORAGE,
  LOCATION,
  partsSeen,
} from '../state/account'
import { SLOT_LOCATION, SLOT_ORIGINAL, SLOT_OWNER, SLOT_READ, SLOT_SIZE, slotsFilledTo } from '../state/storage'
import * as u256 from '../u256'
import {
  BALANCE,
  PART_BALANCE,
  PART_CODE,
  PART_EXISTENCE,
  PART_NONCE,
  PART_SLOT,
  STATE,
  STATE_CODE,
  STATE_EXISTS,
  STATE_GENERATION,
  STATE_HAS_STORAGE,
  STATE_NONCE,
  STATE_PARTS,
} from './location'
import { position } from './position'
import { takeReads } from './read-room'
import { readBalance, readSlot, readState } from './versions'

/**
 * What an execution depends on: locations and the values seen there. Values and not versions, because an execution that
 * would see the same values again would do the same again, whoever wrote them; and because a balance may be a sum of deltas
 * that has no one version.
 *
 *    0  location
 *    4  parts        PART_SLOT, PART_BALANCE, or those of the account's state that were looked at
 *    8  generation   slots: the life of the account that was seen
 *   16  value
 */
export const READ_SIZE: usize = 48
export const LOCATION_SEEN: usize = 0
export const PARTS_SEEN: usize = 4
const GENERATION_SEEN: usize = 8
const VALUE: usize = 16

/** Where the last recorded set begins and how many reads it has. */
export let reads: usize = 0
export let readCount: u32 = 0

/** Of the read that `changedRead` gave: what has changed. */
export let changedPart: u32 = 0

function count(): u32 {
  let n: u32 = 0
  for (let account = accounts; account < accountsFilledTo(); account += ACCOUNT_SIZE) {
    const parts = partsSeen(account)
    n += (parts & STATE_PARTS ? 1 : 0) + (parts & PART_BALANCE ? 1 : 0)
  }
  for (let slot = slots; slot < slotsFilledTo(); slot += SLOT_SIZE) n += isRead(slot) ? 1 : 0
  return n
}


@inline
function isRead(slot: usize): bool {
  return load<u32>(slot, SLOT_LOCATION) != 0 && load<u32>(slot, SLOT_READ) != 0
}

/** Copies the dependencies of the transaction's view into the heap. False when that is full. */
export function recordReads(): bool {
  readCount = count()
  reads = readCount ? takeReads(<u32>READ_SIZE * readCount, position) : 0
  if (!reads) {
    const isEmpty = readCount == 0
    // Whoever validates must not look for them at address 0.
    readCount = 0
    return isEmpty
  }
  let at = reads
  for (let account = accounts; account < accountsFilledTo(); account += ACCOUNT_SIZE) {
    const parts = partsSeen(account)
    if (parts & STATE_PARTS) {
      store<u32>(at, load<u32>(account, LOCATION) + STATE, LOCATION_SEEN)
      store<u32>(at, parts & STATE_PARTS, PARTS_SEEN)
      copyState(at + VALUE, account)
      at += READ_SIZE
    }
    if (parts & PART_BALANCE) {
      store<u32>(at, load<u32>(account, LOCATION) + BALANCE, LOCATION_SEEN)
      store<u32>(at, PART_BALANCE, PARTS_SEEN)
      u256.copy(at + VALUE, account + BASE_BALANCE)
      at += READ_SIZE
    }
  }
  for (let slot = slots; slot < slotsFilledTo(); slot += SLOT_SIZE) {
    if (!isRead(slot)) continue
    store<u32>(at, load<u32>(slot, SLOT_LOCATION), LOCATION_SEEN)
    store<u32>(at, PART_SLOT, PARTS_SEEN)
    store<u32>(at, load<u32>(<usize>load<u32>(slot, SLOT_OWNER), BASE_GENERATION), GENERATION_SEEN)
    u256.copy(at + VALUE, slot + SLOT_ORIGINAL)
    at += READ_SIZE
  }
  return true
}

function copyState(out: usize, account: usize): void {
  store<u64>(out, load<u64>(account, BASE_NONCE), STATE_NONCE)
  store<u32>(out, load<u32>(account, BASE_CODE), STATE_CODE)
  store<u32>(out, load<u32>(account, BASE_EXISTS), STATE_EXISTS)
  store<u32>(out, load<u32>(account, BASE_GENERATION), STATE_GENERATION)
  store<u32>(out, load<u32>(account, HAS_STORAGE), STATE_HAS_STORAGE)
}

/**
 * Whether `transaction` would see now what it saw then. Gives 0 or the first location where it would not. `scratch` has room
 * for a word.
 */
export function changedRead(set: usize, size: u32, transaction: u32, scratch: usize): u32 {
  for (let at = set, end = set + READ_SIZE * size; at < end; at += READ_SIZE) {
    changedPart = changed(at, transaction, scratch)
    if (changedPart) return load<u32>(at, LOCATION_SEEN)
  }
  return 0
}

/** Which part of a read is not as it was, or 0. */
function changed(read: usize, transaction: u32, scratch: usize): u32 {
  const location = load<u32>(read, LOCATION_SEEN)
  const seen = read + VALUE
  const parts = load<u32>(read, PARTS_SEEN)
  if (parts & STATE_PARTS) return changedState(parts, seen, readState(location, transaction))
  if (parts == PART_SLOT) readSlot(location, transaction, load<u32>(read, GENERATION_SEEN), scratch)
  else readBalance(location, transaction, scratch)
  return u256.eq(scratch, seen) ? 0 : parts
}

function changedState(parts: u32, seen: usize, now: usize): u32 {
  if (parts & PART_EXISTENCE) {
    const isSame =
      load<u32>(now, STATE_EXISTS) == load<u32>(seen, STATE_EXISTS) &&
      load<u32>(now, STATE_GENERATION) == load<u32>(seen, STATE_GENERATION) &&
      load<u32>(now, STATE_HAS_STORAGE) == load<u32>(seen, STATE_HAS_STORAGE)
    if (!isSame) return PART_EXISTENCE
  }
  if (parts & PART_NONCE && load<u64>(now, STATE_NONCE) != load<u64>(seen, STATE_NONCE)) return PART_NONCE
  return parts & PART_CODE && load<u32>(now, STATE_CODE) != load<u32>(seen, STATE_CODE) ? PART_CODE : 0
}
