import { keccak256 } from '../hash/keccak256'
import { EMPTY_CODE } from './encode'
import { ROOT, TRANSFER } from './layout'
import { AT_ONCE, lookAtPaths, note } from './look'
import {
  BALANCE,
  CODE_HASH,
  CONTRACT,
  copy32,
  createContract,
  drop,
  Kind,
  NONCE,
  own,
  STORAGE,
  STORAGE_IS_STALE,
  VALUE,
} from './node'
import { dropSlots, find, remove, touch } from './tree'

/**
 * A change of an account, as the host writes it. Changes stand one behind the other, at multiples of eight bytes:
 *
 *     0 address, its hash once that is known · 32 nonce u64 · 40 balance, the lowest limb first · 72 code hash
 *   104 flags u32 · 108 count of slots u32 · 112 slots {key, its hash once that is known · value, the highest byte first}
 */
const NEW_NONCE: usize = 32
const NEW_BALANCE: usize = 40
const NEW_CODE_HASH: usize = 72
const FLAGS: usize = 104
const SLOT_COUNT: usize = 108
const SLOTS: usize = 112
const SLOT_SIZE: usize = 64
const SLOT_VALUE: usize = 32

const EXISTS: u32 = 1
const STORAGE_CLEARED: u32 = 2
/** Otherwise no code hash is written. */
const HAS_CODE: u32 = 4


@inline
function endOf(change: usize): usize {
  return change + SLOTS + <usize>load<u32>(change, SLOT_COUNT) * SLOT_SIZE
}

/** Makes the tries agree with the changes in the transfer area, which end at `end`. */
export function apply(end: usize): void {
  let first = TRANSFER
  // Ends: each turn takes a change at least.
  while (first < end) {
    let next = first
    let count: u32 = 0
    for (; next < end && count < AT_ONCE; next = endOf(next)) {
      hashKeys(next)
      note(count++, next)
    }
    lookAtPaths(count)
    for (; first < next; first = endOf(first)) {
      if (load<u32>(first, FLAGS) & EXISTS) update(first)
      else destroy(first)
    }
  }
}

function hashKeys(change: usize): void {
  keccak256(change, change, 20)
  const end = endOf(change)
  for (let slot = change + SLOTS; slot < end; slot += SLOT_SIZE) keccak256(slot, slot, 32)
}

function destroy(key: usize): void {
  const leaf = find(ROOT, key)
  if (!leaf) return
  remove(ROOT, key)
  const contract = <usize>load<u32>(leaf, CONTRACT)
  if (contract) {
    const storage = <usize>load<u32>(contract, STORAGE)
    if (storage) dropSlots(storage)
    drop(contract)
  }
  drop(leaf)
}

function update(change: usize): void {
  const leaf = touch(ROOT, change, Kind.Account)
  store<u64>(leaf, load<u64>(change, NEW_NONCE), NONCE)
  copy32(leaf + BALANCE, change + NEW_BALANCE)
  const flags = load<u32>(change, FLAGS)
  let contract = <usize>load<u32>(leaf, CONTRACT)
  if (contract) {
    own(contract)
  } else {
    if (!(flags & HAS_CODE) && !load<u32>(change, SLOT_COUNT)) return
    contract = createContract()
    store<u32>(leaf, <u32>contract, CONTRACT)
  }
  copy32(contract + CODE_HASH, flags & HAS_CODE ? change + NEW_CODE_HASH : EMPTY_CODE)
  updateStorage(contract, change)
  if (flags & HAS_CODE || load<u32>(contract, STORAGE)) return
  store<u32>(leaf, 0, CONTRACT)
  drop(contract)
}

function updateStorage(contract: usize, change: usize): void {
  const root = contract + STORAGE
  if (load<u32>(change, FLAGS) & STORAGE_CLEARED && load<u32>(root)) {
    dropSlots(load<u32>(root))
    store<u32>(root, 0)
    store<u32>(contract, 1, STORAGE_IS_STALE)
  }
  const end = endOf(change)
  for (let slot = change + SLOTS; slot < end; slot += SLOT_SIZE) {
    store<u32>(contract, 1, STORAGE_IS_STALE)
    if (isZero(slot + SLOT_VALUE)) {
      const leaf = find(root, slot)
      if (!leaf) continue
      remove(root, slot)
      drop(leaf)
    } else {
      copy32(touch(root, slot, Kind.Slot) + VALUE, slot + SLOT_VALUE)
    }
  }
}


@inline
function isZero(value: usize): bool {
  return !(load<u64>(value) | load<u64>(value, 8) | load<u64>(value, 16) | load<u64>(value, 24))
}
