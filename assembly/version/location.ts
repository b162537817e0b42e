import {
  LOCATION_CAPACITY,
  LOCATION_COUNT,
  LOCATION_EPOCH,
  LOCATION_INDEX,
  LOCATION_INDEX_MASK,
  LOCATION_TAG,
  LOCATIONS,
} from '../layout'
import { worker } from '../runtime/arena'
import { hashAddress, hashSlot } from '../runtime/hash-table'
import * as u256 from '../u256'

/**
 * A location is a small number for one value of the world state: what an account is (its nonce, code and life), its balance, or a
 * slot. An account has two numbers in a row, so that who only adds to a balance touches nothing that others read. A record is one
 * cache line per number; a slot takes two as well, the second for its value, so that accounts and slots begin at even numbers.
 *
 *   account   0  key          the address as a word: 20 bytes
 *            24  state        {nonce, code, exists, generation, has storage}
 *     second  0  balance
 *   slot      0  key
 *            40  generation   which life of the account the value belongs to
 *     second  0  value
 *   both     48  owner        slot: the account's location; account: 0
 *            52  versions     values written by transactions of the running block
 *            56  dirty        not 0 when the block changed it: the location that it changed before, or NO_MORE
 *            60  loaded       1 once the value has been asked of the host, LOADING while a worker writes it
 *     second 32  index entry  where in the index it stands
 *            36  settled      account: the generation before the block
 *            40  code is new  account: not 0 when the block changed its code
 *            44  changes      lists of changed slots, while they are told: see changes.ts
 *            52  versions     of the balance
 *            56  dirty        of the balance
 *
 * These values are the ones before the running block; in a sequential run, as of now. Of the state, the generation grows when an
 * account is destroyed, which empties all its slots at once without visiting them: a slot of an older generation is zero.
 *
 * Insertion is lock-free and loses nothing if its worker dies: a record is filled in private and then published by one
 * compare-and-swap of its index entry. Several may ask the host for the same value: one writes it, the others compare (load.ts).
 */
export const LOCATION_SIZE: usize = 64
/** Numbers that an account has, and a slot. */
export const FIELDS: u32 = 2
export const STATE: u32 = 0
export const BALANCE: u32 = 1

const RECORD_SIZE: usize = LOCATION_SIZE * FIELDS
export const KEY: usize = 0
export const STATE_VALUE: usize = 24
export const GENERATION: usize = 40
export const OWNER: usize = 48
/** The newest entry of the list in versions.ts. */
export const VERSIONS: usize = 52
export const DIRTY: usize = 56
export const LOADED: usize = 60
/** What stands there. */
export const LOADED_YET: u32 = 1
export const LOADING: u32 = 2
/** A slot's, and as seen from the account an account's balance. */
export const SECOND: usize = 64
const INDEX_ENTRY: usize = SECOND + 32
export const SETTLED_GENERATION: usize = SECOND + 36
export const CODE_IS_NEW: usize = SECOND + 40
export const CHANGES: usize = SECOND + 44

/** What an account is, in its record or as a version. */
export const STATE_NONCE: usize = 0
export const STATE_CODE: usize = 8
export const STATE_EXISTS: usize = 12
export const STATE_GENERATION: usize = 16
export const STATE_HAS_STORAGE: usize = 20
export const STATE_SIZE: usize = 24

/** What can be looked at, each by itself: who reads an account's code does not conflict with who raises its nonce. */
export const PART_EXISTENCE: u32 = 1
export const PART_NONCE: u32 = 2
export const PART_CODE: u32 = 4
export const PART_BALANCE: u32 = 8
export const PART_SLOT: u32 = 16
export const STATE_PARTS: u32 = PART_EXISTENCE | PART_NONCE | PART_CODE


@inline
export function record(location: u32): usize {
  return <usize>load<u32>(LOCATIONS) + <usize>location * LOCATION_SIZE
}

/** As seen from its number. */
@inline
export function isBalance(location: u32): bool {
  return (location & 1) != 0
}


@inline
function indexEntry(at: u32): usize {
  return <usize>load<u32>(LOCATION_INDEX) + ((<usize>at) << 2)
}

/**
 * An entry of the index is a record's place among records under a tag, which is another one each time that all is forgotten: an entry
 * of an earlier tag is an empty one, and forgetting need not visit any.
 */
const PLACE_BITS: u32 = 21
const LAST_TAG: u32 = u32.MAX_VALUE << PLACE_BITS
export const MOST_LOCATIONS: u32 = FIELDS << PLACE_BITS


@inline
function entryOf(location: u32, tag: u32): u32 {
  return tag | (location / FIELDS)
}

/** The location of an entry, 0 of an empty one: that of all zeros is empty under every tag. */
@inline
function locationIn(entry: u32, tag: u32): u32 {
  const place = entry ^ tag
  return place >> PLACE_BITS ? 0 : place * FIELDS
}

/** Empties the index. Seldom visits its entries: whenever the tags are used up. */
export function dropLocations(): void {
  const tag = load<u32>(LOCATION_TAG)
  if (tag == LAST_TAG) memory.fill(indexEntry(0), 0, (<usize>load<u32>(LOCATION_INDEX_MASK) + 1) << 2)
  store<u32>(LOCATION_TAG, tag == LAST_TAG ? 1 << PLACE_BITS : tag + (1 << PLACE_BITS))
  store<u32>(LOCATION_COUNT, FIELDS)
  dropReserved()
}

/** Numbers that a worker takes at once: all workers meet where they are counted. */
const BATCH: u32 = 32 * FIELDS

let reserved: u32 = 0
let reservedEnd: u32 = 0
/** As of which LOCATION_EPOCH. */
let reservedIn: u32 = 0

/** Numbers start at FIELDS: 0 means "none". */
function reserve(): u32 {
  if (reserved == reservedEnd || reservedIn != load<u32>(LOCATION_EPOCH)) {
    if (!takeBatch(worker ? BATCH : FIELDS)) return 0
  }
  const location = reserved
  reserved += FIELDS
  return location
}

/** The count never passes the capacity, so that whoever reads up to it reads records. */
function takeBatch(size: u32): bool {
  const capacity = load<u32>(LOCATION_CAPACITY)
  let first = atomic.load<u32>(LOCATION_COUNT)
  // Ends: every failed exchange means that another one succeeded.
  while (first + FIELDS <= capacity) {
    const end = min(first + size, capacity)
    const found = atomic.cmpxchg<u32>(LOCATION_COUNT, first, end)
    if (found == first) {
      memory.fill(record(first), 0, <usize>(end - first) * LOCATION_SIZE)
      reserved = first
      reservedEnd = end
      reservedIn = load<u32>(LOCATION_EPOCH)
      return true
    }
    first = found
  }
  return false
}

/** What workers have reserved and not used is not theirs any more. No worker is at work. */
export function dropReserved(): void {
  store<u32>(LOCATION_EPOCH, load<u32>(LOCATION_EPOCH) + 1)
}

/** What was seen of accounts in passing: kept, so that it has to be read. */
let looked: u32 = 0

/** Brings what is known of an account into the cache, without waiting for it. Gives 0 when it is there, most probably. */
export function lookAtAccount(address: usize): u32 {
  const hash = hashAddress(load<u64>(address), load<u64>(address, 8), load<u64>(address, 16))
  const found = locationIn(load<u32>(indexEntry(hash & load<u32>(LOCATION_INDEX_MASK))), load<u32>(LOCATION_TAG))
  if (!found) return 1
  looked += load<u32>(record(found + BALANCE))
  return load<u32>(record(found), LOADED) ^ LOADED_YET
}

/** The location of the account with the address at `address` (a word); 0 when the table is full. */
export function accountLocation(address: usize): u32 {
  const a0 = load<u64>(address)
  const a1 = load<u64>(address, 8)
  const a2 = load<u64>(address, 16)
  const mask = load<u32>(LOCATION_INDEX_MASK)
  const tag = load<u32>(LOCATION_TAG)
  let at = hashAddress(a0, a1, a2) & mask
  let fresh: u32 = 0
  // Ends: the index is at most half full.
  while (true) {
    const entry = indexEntry(at)
    const there = atomic.load<u32>(entry)
    let found = locationIn(there, tag)
    if (!found) {
      if (!fresh) {
        fresh = reserve()
        if (!fresh) return 0
        const own = record(fresh)
        store<u64>(own, a0, KEY)
        store<u64>(own, a1, KEY + 8)
        store<u64>(own, a2, KEY + 16)
      }
      store<u32>(record(fresh), at, INDEX_ENTRY)
      const before = atomic.cmpxchg<u32>(entry, there, entryOf(fresh, tag))
      if (before == there) return fresh
      found = locationIn(before, tag)
    }
    const known = record(found)
    if (
      !load<u32>(known, OWNER) &&
      load<u64>(known, KEY) == a0 &&
      load<u64>(known, KEY + 8) == a1 &&
      load<u64>(known, KEY + 16) == a2
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
  const tag = load<u32>(LOCATION_TAG)
  let at = hashSlot(owner, k0, k1, k2, k3) & mask
  let fresh: u32 = 0
  // Ends: the index is at most half full.
  while (true) {
    const entry = indexEntry(at)
    const there = atomic.load<u32>(entry)
    let found = locationIn(there, tag)
    if (!found) {
      if (!fresh) {
        fresh = reserve()
        if (!fresh) return 0
        const own = record(fresh)
        u256.copy(own + KEY, key)
        store<u32>(own, owner, OWNER)
      }
      store<u32>(record(fresh), at, INDEX_ENTRY)
      const before = atomic.cmpxchg<u32>(entry, there, entryOf(fresh, tag))
      if (before == there) return fresh
      found = locationIn(before, tag)
    }
    const known = record(found)
    if (
      load<u32>(known, OWNER) == owner &&
      load<u64>(known, KEY) == k0 &&
      load<u64>(known, KEY + 8) == k1 &&
      load<u64>(known, KEY + 16) == k2 &&
      load<u64>(known, KEY + 24) == k3
    ) {
      return found
    }
    at = (at + 1) & mask
  }
}

/** The address of an account as the host writes it, in the last 20 of 32 bytes. */
@inline
export function storeAddress(out: usize, account: usize): void {
  store<u32>(out, bswap<u32>(load<u32>(account, KEY + 16)), 12)
  store<u64>(out, bswap<u64>(load<u64>(account, KEY + 8)), 16)
  store<u64>(out, bswap<u64>(load<u64>(account, KEY)), 24)
}

/** In place of an owner: numbers of accounts start at FIELDS. */
const NOBODY: u32 = 1

/**
 * A worker that dies between taking a record and publishing it leaves there what the record held in an earlier block. Such
 * records become slots of nobody, so that whoever goes through the table meets nothing else. What it was writing when it died is to
 * be asked of the host again. No worker is at work.
 */
export function discardUnpublished(): void {
  dropReserved()
  const count = load<u32>(LOCATION_COUNT)
  const tag = load<u32>(LOCATION_TAG)
  for (let location = FIELDS; location < count; location += FIELDS) {
    const at = record(location)
    const entry = indexEntry(load<u32>(at, INDEX_ENTRY) & load<u32>(LOCATION_INDEX_MASK))
    if (load<u32>(entry) == entryOf(location, tag)) {
      if (load<u32>(at, LOADED) == LOADING) store<u32>(at, 0, LOADED)
      continue
    }
    memory.fill(at, 0, RECORD_SIZE)
    store<u32>(at, NOBODY, OWNER)
  }
}
