import { accounts, slots } from '../runtime/arena'
import { take } from '../runtime/chunk'
import {
  ACCOUNT_SIZE,
  accountsFilledTo,
  BASE_BALANCE,
  BASE_CODE,
  BASE_EXISTS,
  BASE_GENERATION,
  BASE_NONCE,
  dependsOn,
  HAS_STORAGE,
  LOCATION,
} from '../state/account'
import { SLOT_LOCATION, SLOT_ORIGINAL, SLOT_OWNER, SLOT_READ, SLOT_SIZE, slotsFilledTo } from '../state/storage'
import * as u256 from '../u256'
import { BALANCE, CODE, FIELDS, LIFE, LIFE_EXISTS, LIFE_GENERATION, LIFE_HAS_STORAGE, NONCE, record } from './location'
import { newest, readBalance, readSlot } from './versions'

/**
 * What an execution depends on: locations and the values seen there. Values and not versions, because an execution that
 * would see the same values again would do the same again, whoever wrote them; and because a balance may be a sum of deltas
 * that has no one version.
 *
 *    0  location     of the field or slot
 *    4  kind         LIFE, BALANCE, NONCE, CODE or SLOT
 *    8  generation   slots: the life of the account that was seen
 *   16  value
 */
export const READ_SIZE: usize = 48
export const LOCATION_SEEN: usize = 0
const KIND: usize = 4
const GENERATION_SEEN: usize = 8
const VALUE: usize = 16
const SLOT: u32 = FIELDS

/** Where the last recorded set begins and how many reads it has. */
export let reads: usize = 0
export let readCount: u32 = 0

function count(): u32 {
  let n: u32 = 0
  for (let account = accounts; account < accountsFilledTo(); account += ACCOUNT_SIZE) {
    for (let field: u32 = 0; field < FIELDS; field++) n += dependsOn(account, field) ? 1 : 0
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
  reads = take(<u32>READ_SIZE * readCount)
  if (!reads) {
    const isEmpty = readCount == 0
    // Whoever validates must not look for them at address 0.
    readCount = 0
    return isEmpty
  }
  let at = reads
  for (let account = accounts; account < accountsFilledTo(); account += ACCOUNT_SIZE) {
    for (let field: u32 = 0; field < FIELDS; field++) {
      if (!dependsOn(account, field)) continue
      store<u32>(at, load<u32>(account, LOCATION) + field, LOCATION_SEEN)
      store<u32>(at, field, KIND)
      copyField(at + VALUE, account, field)
      at += READ_SIZE
    }
  }
  for (let slot = slots; slot < slotsFilledTo(); slot += SLOT_SIZE) {
    if (!isRead(slot)) continue
    store<u32>(at, load<u32>(slot, SLOT_LOCATION), LOCATION_SEEN)
    store<u32>(at, SLOT, KIND)
    store<u32>(at, load<u32>(<usize>load<u32>(slot, SLOT_OWNER), BASE_GENERATION), GENERATION_SEEN)
    u256.copy(at + VALUE, slot + SLOT_ORIGINAL)
    at += READ_SIZE
  }
  return true
}

function copyField(out: usize, account: usize, field: u32): void {
  switch (field) {
    case BALANCE: {
      u256.copy(out, account + BASE_BALANCE)
      break
    }
    case NONCE: {
      store<u64>(out, load<u64>(account, BASE_NONCE))
      break
    }
    case CODE: {
      store<u32>(out, load<u32>(account, BASE_CODE))
      break
    }
    default: {
      store<u32>(out, load<u32>(account, BASE_EXISTS), LIFE_EXISTS)
      store<u32>(out, load<u32>(account, BASE_GENERATION), LIFE_GENERATION)
      store<u32>(out, load<u32>(account, HAS_STORAGE), LIFE_HAS_STORAGE)
    }
  }
}

/**
 * Whether `transaction` would see now what it saw then. Gives 0 or the first location where it would not. `scratch` has room
 * for a word.
 */
export function changedRead(set: usize, size: u32, transaction: u32, scratch: usize): u32 {
  for (let at = set, end = set + READ_SIZE * size; at < end; at += READ_SIZE) {
    if (!isSame(at, transaction, scratch)) return load<u32>(at, LOCATION_SEEN)
  }
  return 0
}

function isSame(read: usize, transaction: u32, scratch: usize): bool {
  const location = load<u32>(read, LOCATION_SEEN)
  const seen = read + VALUE
  const kind = load<u32>(read, KIND)
  if (kind == SLOT) {
    readSlot(location, transaction, load<u32>(read, GENERATION_SEEN), scratch)
    return u256.eq(scratch, seen)
  }
  if (kind == BALANCE) {
    readBalance(location, transaction, scratch)
    return u256.eq(scratch, seen)
  }
  const cell = newest(location, transaction)
  const now = cell ? cell : record(location)
  if (kind == NONCE) return load<u64>(now) == load<u64>(seen)
  if (kind == CODE) return load<u32>(now) == load<u32>(seen)
  return (
    load<u32>(now, LIFE_EXISTS) == load<u32>(seen, LIFE_EXISTS) &&
    load<u32>(now, LIFE_GENERATION) == load<u32>(seen, LIFE_GENERATION) &&
    load<u32>(now, LIFE_HAS_STORAGE) == load<u32>(seen, LIFE_HAS_STORAGE)
  )
}
