import { slotEpoch, slots, slotsEnd, slotTable, slotTableCapacity } from '../runtime/arena'
import { hashSlot } from '../runtime/hash-table'
import { Status } from '../status'
import * as u256 from '../u256'
import { slotLocation } from '../version/location'
import { position } from '../version/position'
import { readSlot } from '../version/versions'
import { generationOf, LOCATION } from './account'
import { rememberCell, rememberWord } from './journal'
import { fail } from './limit'

/**
 * The transaction's own view of slots, persistent and transient in one table: a transient slot belongs to the account's
 * pointer plus one, starts at zero and is never published.
 *
 *    0  key
 *   32  value        cell
 *   64  original     at the start of the transaction
 *   96  owner        the account's view
 *  100  location     0 for a transient slot
 *  104  flags        word
 *  108  hash
 *  112  read         whether the transaction depends on the original value
 */
export const SLOT_SIZE: usize = 128
export const SLOT_VALUE: usize = 32
export const SLOT_ORIGINAL: usize = 64
export const SLOT_OWNER: usize = 96
export const SLOT_LOCATION: usize = 100
const SLOT_FLAGS: usize = 104
const SLOT_HASH: usize = 108
export const SLOT_READ: usize = 112

const WARM: u32 = 1
const TRANSIENT: u32 = 1
const SMALLEST_TABLE: u32 = 512

let epoch: u32 = 0
let mask: u32 = 0
let end: usize = 0

export function slotsFilledTo(): usize {
  return end
}

/**
 * Empties the table: entries of earlier transactions are told apart by their epoch. It is the arena's and not the instance's,
 * because another instance may have worked here since, and entries of both look alike.
 */
function beginEpoch(): void {
  epoch = load<u32>(slotEpoch) + 1
  // When it wraps round, old entries must really go.
  if (!epoch) {
    memory.fill(slotTable, 0, (<usize>slotTableCapacity) << 3)
    epoch = 1
  }
  store<u32>(slotEpoch, epoch)
}

export function resetSlots(): void {
  beginEpoch()
  mask = SMALLEST_TABLE - 1
  end = slots
}


@inline
function entryAt(at: u32): usize {
  return slotTable + ((<usize>at) << 3)
}

function place(slot: usize): void {
  let at = load<u32>(slot, SLOT_HASH) & mask
  // Ends: the table is at most half full.
  while (load<u32>(entryAt(at), 4) == epoch) at = (at + 1) & mask
  store<u32>(entryAt(at), <u32>slot)
  store<u32>(entryAt(at), epoch, 4)
}

function grow(): void {
  beginEpoch()
  mask = ((mask + 1) << 2) - 1
  for (let slot = slots; slot < end; slot += SLOT_SIZE) place(slot)
}

function add(owner: u32, key: usize, hash: u32): usize {
  if (end + SLOT_SIZE > slotsEnd || (<u32>((end - slots) / SLOT_SIZE)) << 2 > slotTableCapacity - 8) {
    fail(Status.MemoryLimit)
    return slots
  }
  const slot = end
  u256.copy(slot, key)
  store<u32>(slot, owner, SLOT_OWNER)
  store<u32>(slot, 0, SLOT_FLAGS)
  store<u32>(slot, hash, SLOT_HASH)
  store<u32>(slot, 0, SLOT_LOCATION)
  store<u32>(slot, 0, SLOT_READ)
  u256.zero(slot + SLOT_VALUE)
  if (!(owner & TRANSIENT)) {
    const location = slotLocation(load<u32>(<usize>owner, LOCATION), key)
    if (!location) {
      fail(Status.LocationLimit)
      return slots
    }
    store<u32>(slot, location, SLOT_LOCATION)
    readSlot(location, position, generationOf(<usize>owner), slot + SLOT_VALUE)
  }
  u256.copy(slot + SLOT_ORIGINAL, slot + SLOT_VALUE)
  end += SLOT_SIZE
  if ((<u32>((end - slots) / SLOT_SIZE)) << 1 > mask) grow()
  else place(slot)
  return slot
}

function find(owner: u32, key: usize): usize {
  const k0 = load<u64>(key)
  const k1 = load<u64>(key, 8)
  const k2 = load<u64>(key, 16)
  const k3 = load<u64>(key, 24)
  const hash = hashSlot(owner, k0, k1, k2, k3)
  let at = hash & mask
  // Ends: the table is at most half full.
  while (true) {
    const entry = entryAt(at)
    if (load<u32>(entry, 4) != epoch) return add(owner, key, hash)
    const slot = <usize>load<u32>(entry)
    if (
      load<u64>(slot) == k0 &&
      load<u64>(slot, 8) == k1 &&
      load<u64>(slot, 16) == k2 &&
      load<u64>(slot, 24) == k3 &&
      load<u32>(slot, SLOT_OWNER) == owner
    ) {
      return slot
    }
    at = (at + 1) & mask
  }
}

/** A slot of the account's persistent storage. */
@inline
export function slotAt(account: usize, key: usize): usize {
  return find(<u32>account, key)
}

/** EIP-1153: a slot that lasts as long as the transaction. */
@inline
export function transientAt(account: usize, key: usize): usize {
  return find((<u32>account) | TRANSIENT, key)
}

/** Looking at a slot's value, or at what storing there costs, makes the transaction depend on it; warming it does not. */
@inline
export function dependOnSlot(slot: usize): void {
  store<u32>(slot, 1, SLOT_READ)
}

export function setSlot(slot: usize, value: usize): void {
  rememberCell(slot + SLOT_VALUE)
  u256.copy(slot + SLOT_VALUE, value)
}

/** Whether this access is the first of the transaction; from now on it is not. */
export function warmSlot(slot: usize): bool {
  if (load<u32>(slot, SLOT_FLAGS) & WARM) return false
  rememberWord(slot + SLOT_FLAGS)
  store<u32>(slot, WARM, SLOT_FLAGS)
  return true
}
