import { contradicted, loadAccount, loadSlot } from '../host'
import {
  ACCOUNT_BALANCE,
  ACCOUNT_CODE_HASH,
  ACCOUNT_EXISTS,
  ACCOUNT_HAS_STORAGE,
  ACCOUNT_NONCE,
  DIRTY_LIST,
  LOCATION_CAPACITY,
  LOCATION_COUNT,
  LOCATION_INDEX,
  LOCATION_INDEX_MASK,
  LOCATIONS,
} from '../layout'
import { exchange } from '../runtime/arena'
import { hashAddress, hashSlot } from '../runtime/hash-table'
import * as u256 from '../u256'
import { codeByHash, NO_ROOM } from './code'

/**
 * A location is a small number for one value of the world state: a field of an account, or a slot. An account has four in a
 * row (life, balance, nonce, code), so that who reads code does not conflict with who changes a balance.
 *
 *    0  value        the value before the running block (in a sequential run: as of now)
 *   32  key          account: the address as a word; slot: the slot's key
 *   64  owner        slot: the account's location; account: 0
 *   68  loaded       1 once the value has been asked of the host, LOADING while a worker writes it
 *   72  generation   slot: which life of the account the value belongs to
 *   76  dirty        not 0 when the block changed it: the location that it changed before, or NO_MORE
 *   80  index entry  where in the index it stands
 *   84  versions     values written by transactions of the running block
 *   88  field        of an account: which one
 *   92  settled      life: the generation before the block
 *
 * Life is {exists, generation, has storage}; the generation grows when an account is destroyed, which empties all its slots at
 * once without visiting them: a slot of an older generation is zero.
 *
 * Insertion is lock-free and loses nothing if its worker dies: a record is filled in private and then published by one
 * compare-and-swap of its index entry. Several may ask the host for the same value: one writes it, the others compare.
 */
export const LOCATION_SIZE: usize = 128
export const KEY: usize = 32
export const OWNER: usize = 64
export const LOADED: usize = 68
export const GENERATION: usize = 72
export const DIRTY: usize = 76
export const INDEX_ENTRY: usize = 80
/** The newest entry of the list in versions.ts. */
export const VERSIONS: usize = 84
export const FIELD: usize = 88
export const SETTLED_GENERATION: usize = 92

/** Ends the list of what the block changed; numbers of locations start at FIELDS. */
export const NO_MORE: u32 = 1

export const LIFE: u32 = 0
export const BALANCE: u32 = 1
export const NONCE: u32 = 2
export const CODE: u32 = 3
export const FIELDS: u32 = 4

export const LIFE_EXISTS: usize = 0
export const LIFE_GENERATION: usize = 4
export const LIFE_HAS_STORAGE: usize = 8


@inline
export function record(location: u32): usize {
  return <usize>load<u32>(LOCATIONS) + <usize>location * LOCATION_SIZE
}


@inline
function indexEntry(at: u32): usize {
  return <usize>load<u32>(LOCATION_INDEX) + ((<usize>at) << 2)
}

/** Numbers start at FIELDS: 0 means "none". The count never passes the capacity, so that whoever reads up to it reads records. */
function reserve(count: u32): u32 {
  const capacity = load<u32>(LOCATION_CAPACITY)
  let first = atomic.load<u32>(LOCATION_COUNT)
  // Ends: every failed exchange means that another one succeeded.
  while (first + count <= capacity) {
    const found = atomic.cmpxchg<u32>(LOCATION_COUNT, first, first + count)
    if (found == first) return first
    first = found
  }
  return 0
}

/** The location of the account with the address at `address` (a word); 0 when the table is full. */
export function accountLocation(address: usize): u32 {
  const a0 = load<u64>(address)
  const a1 = load<u64>(address, 8)
  const a2 = load<u64>(address, 16)
  const mask = load<u32>(LOCATION_INDEX_MASK)
  let at = hashAddress(a0, a1, a2) & mask
  let fresh: u32 = 0
  // Ends: the index is at most half full.
  while (true) {
    const entry = indexEntry(at)
    let found = atomic.load<u32>(entry)
    if (!found) {
      if (!fresh) {
        fresh = reserve(FIELDS)
        if (!fresh) return 0
        const own = record(fresh)
        memory.fill(own, 0, LOCATION_SIZE * FIELDS)
        u256.copy(own + KEY, address)
        store<u32>(own, at, INDEX_ENTRY)
        for (let field: u32 = 1; field < FIELDS; field++) store<u32>(record(fresh + field), field, FIELD)
      }
      store<u32>(record(fresh), at, INDEX_ENTRY)
      found = atomic.cmpxchg<u32>(entry, 0, fresh)
      if (!found) return fresh
    }
    const there = record(found)
    if (
      !load<u32>(there, OWNER) &&
      load<u64>(there, KEY) == a0 &&
      load<u64>(there, KEY + 8) == a1 &&
      load<u64>(there, KEY + 16) == a2
    ) {
      return found
    }
    at = (at + 1) & mask
  }
}

/** The location of a slot of the account at `owner`; 0 when the table is full. */
export function slotLocation(owner: u32, key: usize): u32 {
  const k0 = load<u64>(key)
  const k1 = load<u64>(key, 8)
  const k2 = load<u64>(key, 16)
  const k3 = load<u64>(key, 24)
  const mask = load<u32>(LOCATION_INDEX_MASK)
  let at = hashSlot(owner, k0, k1, k2, k3) & mask
  let fresh: u32 = 0
  // Ends: the index is at most half full.
  while (true) {
    const entry = indexEntry(at)
    let found = atomic.load<u32>(entry)
    if (!found) {
      if (!fresh) {
        fresh = reserve(1)
        if (!fresh) return 0
        const own = record(fresh)
        memory.fill(own, 0, LOCATION_SIZE)
        u256.copy(own + KEY, key)
        store<u32>(own, owner, OWNER)
      }
      store<u32>(record(fresh), at, INDEX_ENTRY)
      found = atomic.cmpxchg<u32>(entry, 0, fresh)
      if (!found) return fresh
    }
    const there = record(found)
    if (
      load<u32>(there, OWNER) == owner &&
      load<u64>(there, KEY) == k0 &&
      load<u64>(there, KEY + 8) == k1 &&
      load<u64>(there, KEY + 16) == k2 &&
      load<u64>(there, KEY + 24) == k3
    ) {
      return found
    }
    at = (at + 1) & mask
  }
}

/** The race that it closes: two workers ask the host at once, get two answers, and each writes a part of its own. */
const LOADING: u32 = 2
const LOADED_YET: u32 = 1
/** Writing takes some ten stores: who is not ready after so many looks is dead, or has been put to sleep by the system. */
const PATIENCE: u32 = 1 << 22

/** Whether this worker is to write what the host has told it. Else somebody has done so. */
function claimLoading(at: usize): bool {
  if (!atomic.cmpxchg<u32>(at + LOADED, 0, LOADING)) return true
  for (let looks: u32 = 0; looks < PATIENCE; looks++) if (atomic.load<u32>(at + LOADED) == LOADED_YET) return false
  return true
}

/** Asks the host for an account that the pages do not hold yet. False when there is no room for its code's record. */
export function ensureAccount(location: u32): bool {
  const life = record(location)
  if (atomic.load<u32>(life + LOADED) == LOADED_YET) return true
  u256.storeBytes(exchange + 256, life + KEY)
  loadAccount(exchange + 256 + 12, exchange)
  const code = codeByHash(exchange + ACCOUNT_CODE_HASH)
  if (code == NO_ROOM) return false
  if (!claimLoading(life)) {
    const isSame =
      load<u32>(life, LIFE_EXISTS) == load<u32>(exchange, ACCOUNT_EXISTS) &&
      load<u32>(life, LIFE_HAS_STORAGE) == load<u32>(exchange, ACCOUNT_HAS_STORAGE) &&
      load<u64>(record(location + NONCE)) == load<u64>(exchange, ACCOUNT_NONCE) &&
      load<u32>(record(location + CODE)) == code &&
      u256.eq(record(location + BALANCE), exchange + ACCOUNT_BALANCE)
    if (!isSame) contradicted(exchange + 256 + 12, 0)
    return true
  }
  store<u32>(life, load<u32>(exchange, ACCOUNT_EXISTS), LIFE_EXISTS)
  store<u32>(life, load<u32>(exchange, ACCOUNT_HAS_STORAGE), LIFE_HAS_STORAGE)
  u256.copy(record(location + BALANCE), exchange + ACCOUNT_BALANCE)
  store<u64>(record(location + NONCE), load<u64>(exchange, ACCOUNT_NONCE))
  store<u32>(record(location + CODE), code)
  atomic.store<u32>(life + LOADED, LOADED_YET)
  return true
}

/** Asks the host for a slot that the pages do not hold yet; its account's are loaded. Without storage it is zero, as it stands. */
export function ensureSlot(location: u32): void {
  const slot = record(location)
  if (atomic.load<u32>(slot + LOADED) == LOADED_YET) return
  const life = record(load<u32>(slot, OWNER) + LIFE)
  if (load<u32>(life, LIFE_HAS_STORAGE)) {
    u256.storeBytes(exchange + 256, life + KEY)
    u256.storeBytes(exchange + 288, slot + KEY)
    loadSlot(exchange + 256 + 12, exchange + 288, exchange)
    // As a word, behind what the host wrote.
    u256.loadBytes(exchange + 32, exchange, 32)
    if (!claimLoading(slot)) {
      if (!u256.eq(slot, exchange + 32)) contradicted(exchange + 256 + 12, exchange + 288)
      return
    }
    u256.copy(slot, exchange + 32)
  }
  atomic.store<u32>(slot + LOADED, LOADED_YET)
}

/** The base value of a location is about to change. Workers are not at work, or there are none. */
export function markDirty(location: u32): void {
  const at = record(location)
  if (load<u32>(at, DIRTY)) return
  store<u32>(at, load<u32>(DIRTY_LIST), DIRTY)
  store<u32>(DIRTY_LIST, location)
}

/**
 * The backend has taken over what the block changed: from now on that is nothing, and all that the pages hold is what the backend
 * would answer. But whether an account has storage they do not know once slots of it were written. It matters to those without
 * nonce and code, where a contract may be created; they are asked for again.
 */
export function settle(): void {
  let location = load<u32>(DIRTY_LIST)
  // Ends: a location is on the list once.
  while (location != NO_MORE) {
    const at = record(location)
    const next = load<u32>(at, DIRTY)
    store<u32>(at, 0, DIRTY)
    const owner = load<u32>(at, OWNER)
    if (owner) {
      if (!load<u64>(record(owner + NONCE)) && !load<u32>(record(owner + CODE))) store<u32>(record(owner), 0, LOADED)
    } else if (load<u32>(at, FIELD) == LIFE) {
      store<u32>(at, load<u32>(at, LIFE_GENERATION), SETTLED_GENERATION)
    }
    location = next
  }
  store<u32>(DIRTY_LIST, NO_MORE)
}

/** In place of an owner: numbers of accounts start at FIELDS. */
const NOBODY: u32 = 1

/**
 * A worker that dies between taking a record and publishing it leaves there what the record held in an earlier block. Such
 * records become slots of nobody, so that whoever goes through the table meets nothing else. What it was writing when it died is to
 * be asked of the host again. No worker is at work.
 */
export function discardUnpublished(): void {
  const count = load<u32>(LOCATION_COUNT)
  let location = FIELDS
  while (location < count) {
    const at = record(location)
    if (load<u32>(indexEntry(load<u32>(at, INDEX_ENTRY) & load<u32>(LOCATION_INDEX_MASK))) == location) {
      if (load<u32>(at, LOADED) == LOADING) store<u32>(at, 0, LOADED)
      location += load<u32>(at, OWNER) ? 1 : FIELDS
      continue
    }
    memory.fill(at, 0, LOCATION_SIZE)
    store<u32>(at, NOBODY, OWNER)
    location++
  }
}
