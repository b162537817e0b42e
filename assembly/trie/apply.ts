import {
  CHANGE_BALANCE,
  CHANGE_CODE_HASH,
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


@inline
function endOf(change: usize): usize {
  return change + CHANGE_SIZE + <usize>load<u32>(change, CHANGE_SLOT_COUNT) * CHANGED_SLOT_SIZE
}

/** Makes the tries agree with the changes (change.ts) in the transfer area, which end at `end`; their keys become hashes. */
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
      if (load<u32>(first, CHANGE_FLAGS) & CHANGE_EXISTS) update(first)
      else destroy(first)
    }
  }
}

function hashKeys(change: usize): void {
  keccak256(change, change, 20)
  const end = endOf(change)
  for (let slot = change + CHANGE_SIZE; slot < end; slot += CHANGED_SLOT_SIZE) keccak256(slot, slot, 32)
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
  store<u64>(leaf, load<u64>(change, CHANGE_NONCE), NONCE)
  copy32(leaf + BALANCE, change + CHANGE_BALANCE)
  const flags = load<u32>(change, CHANGE_FLAGS)
  let contract = <usize>load<u32>(leaf, CONTRACT)
  if (contract) {
    own(contract)
  } else {
    if (!(flags & CHANGE_HAS_CODE) && !load<u32>(change, CHANGE_SLOT_COUNT)) return
    contract = createContract()
    store<u32>(leaf, <u32>contract, CONTRACT)
  }
  copy32(contract + CODE_HASH, flags & CHANGE_HAS_CODE ? change + CHANGE_CODE_HASH : EMPTY_CODE)
  updateStorage(contract, change)
  if (flags & CHANGE_HAS_CODE || load<u32>(contract, STORAGE)) return
  store<u32>(leaf, 0, CONTRACT)
  drop(contract)
}

function updateStorage(contract: usize, change: usize): void {
  const root = contract + STORAGE
  if (load<u32>(change, CHANGE_FLAGS) & CHANGE_STORAGE_CLEARED && load<u32>(root)) {
    dropSlots(load<u32>(root))
    store<u32>(root, 0)
    store<u32>(contract, 1, STORAGE_IS_STALE)
  }
  const end = endOf(change)
  for (let slot = change + CHANGE_SIZE; slot < end; slot += CHANGED_SLOT_SIZE) {
    store<u32>(contract, 1, STORAGE_IS_STALE)
    if (isZero(slot + CHANGED_SLOT_VALUE)) {
      const leaf = find(root, slot)
      if (!leaf) continue
      remove(root, slot)
      drop(leaf)
    } else {
      copy32(touch(root, slot, Kind.Slot) + VALUE, slot + CHANGED_SLOT_VALUE)
    }
  }
}


@inline
function isZero(value: usize): bool {
  return !(load<u64>(value) | load<u64>(value, 8) | load<u64>(value, 16) | load<u64>(value, 24))
}
