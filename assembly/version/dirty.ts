import { DIRTY_LIST, LOCATION_COUNT } from '../layout'
import {
  CODE_IS_NEW,
  DIRTY,
  FIELDS,
  GENERATION,
  isBalance,
  LOADED,
  OWNER,
  record,
  SETTLED_GENERATION,
  STATE_CODE,
  STATE_NONCE,
  STATE_VALUE,
} from './location'

/** Ends the list of locations that the block changed, which goes through their records; numbers of locations start at FIELDS. */
export const NO_MORE: u32 = 1

/** The base value of a location is about to change. Workers are not at work, or there are none. */
export function markDirty(location: u32): void {
  const at = record(location)
  if (load<u32>(at, DIRTY)) return
  store<u32>(at, load<u32>(DIRTY_LIST), DIRTY)
  store<u32>(DIRTY_LIST, location)
}

/** Changed locations that this worker has not put on the list yet, and the one of them that it found first. */
let dirty: u32 = 0
let firstDirty: u32 = 0

/** As `markDirty`, while other workers change other locations: to be followed by `spliceDirty`. */
export function collectDirty(location: u32): void {
  const at = record(location)
  if (load<u32>(at, DIRTY)) return
  store<u32>(at, dirty ? dirty : NO_MORE, DIRTY)
  if (!dirty) firstDirty = location
  dirty = location
}

/** Puts them all on the list, which everybody touches once for many locations. */
export function spliceDirty(): void {
  if (!dirty) return
  let head = atomic.load<u32>(DIRTY_LIST)
  // Ends: every failed exchange means that another one succeeded.
  while (true) {
    store<u32>(record(firstDirty), head, DIRTY)
    const found = atomic.cmpxchg<u32>(DIRTY_LIST, head, dirty)
    if (found == head) break
    head = found
  }
  dirty = 0
}

/** A worker that died may have had some that it marked and never put on the list. No worker is at work. */
export function relinkDirty(): void {
  const count = load<u32>(LOCATION_COUNT)
  store<u32>(DIRTY_LIST, NO_MORE)
  for (let location = FIELDS; location < count; location++) {
    const at = record(location)
    if (!load<u32>(at, DIRTY)) continue
    store<u32>(at, load<u32>(DIRTY_LIST), DIRTY)
    store<u32>(DIRTY_LIST, location)
  }
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
    if (!isBalance(location)) {
      const owner = load<u32>(at, OWNER)
      if (owner) settleOwner(record(owner))
      else settleState(at)
    }
    location = next
  }
  store<u32>(DIRTY_LIST, NO_MORE)
}

function settleOwner(account: usize): void {
  const state = account + STATE_VALUE
  if (!load<u64>(state, STATE_NONCE) && !load<u32>(state, STATE_CODE)) store<u32>(account, 0, LOADED)
}

function settleState(account: usize): void {
  store<u32>(account, load<u32>(account, GENERATION), SETTLED_GENERATION)
  store<u32>(account, 0, CODE_IS_NEW)
}
