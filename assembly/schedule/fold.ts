import {
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_FOLD_CURSOR,
  BLOCK_FOLDED,
  BLOCK_KEEPS_VERSIONS,
  FEE_LOCATION,
} from '../layout'
import { worker } from '../runtime/arena'
import { context, SPARE } from '../transaction/context'
import * as u256 from '../u256'
import { setBase } from '../version/base'
import { summedFees } from '../version/fees'
import { spliceDirty } from '../version/dirty'
import { chunkBefore, endOfEntries, entriesOf, ENTRY_SIZE, newestChunk } from '../version/entries'
import { record, VERSIONS } from '../version/location'
import {
  CELL_GENERATION,
  committedCell,
  ENTRY_LOCATION,
  isDelta,
  newestBefore,
  readBalance,
  settleDelta,
  settleRecipient,
} from '../version/versions'
import { lookAtLists } from './look'
import { wake } from './ready'

/**
 * When all is committed, what was committed becomes the base. Workers do that, chunk of entries by chunk, the newest first, which is still in
 * caches. The newest entry of a list stands for all of it: whoever has its chunk writes the location's base and drops the list, and
 * nobody else touches either. So chunks need no order among them, and one that a worker left half done may be done again by anybody.
 *
 * BLOCK_FOLD_CURSOR is the next chunk, 0 behind the last one; the fee recipient comes before the first.
 */
const RECIPIENT: u32 = u32.MAX_VALUE
/** Entries whose locations are looked at together: as many places as the processor need not wait for one by one. */
const LOOK: usize = 64 * ENTRY_SIZE

/** Folds some of a block that is committed as a whole. False when there is nothing left to begin. */
export function foldSome(): bool {
  if (load<u32>(BLOCK_KEEPS_VERSIONS)) return false
  const next = takeNext()
  if (!next) return false
  const count = load<u32>(BLOCK_COUNT)
  // Those who sleep can help.
  if (next == RECIPIENT) wake(u32.MAX_VALUE)
  const isWhole = next == RECIPIENT ? foldRecipient(count) : foldChunk(<usize>next, count)
  spliceDirty()
  if (isWhole) atomic.add<u32>(BLOCK_FOLDED, 1)
  return true
}

function takeNext(): u32 {
  let next = atomic.load<u32>(BLOCK_FOLD_CURSOR)
  // Ends: every failed exchange means that another one succeeded, and there are finitely many chunks.
  while (next) {
    const behind = next == RECIPIENT ? newestChunk() : chunkBefore(next)
    const found = atomic.cmpxchg<u32>(BLOCK_FOLD_CURSOR, next, <u32>behind)
    if (found == next) return next
    next = found
  }
  return 0
}

/** What the workers have not folded: of a block that ended early, of which versions were needed, or in which somebody died. None of them is at work. */
export function foldRest(): void {
  let parts: u32 = 1
  for (let chunk = newestChunk(); chunk; chunk = chunkBefore(chunk)) parts++
  if (load<u32>(BLOCK_FOLDED) == parts) return
  const committed = load<u32>(BLOCK_COMMITTED)
  for (let chunk = newestChunk(); chunk; chunk = chunkBefore(chunk)) foldChunk(chunk, committed)
  foldRecipient(committed)
  spliceDirty()
}

/**
 * The fee recipient's balance. Its sum is kept before it becomes the base: whoever does this again finds it there, and does not add
 * to the new base. False when the heap has no room for it: then the host does it, who does not die.
 */
function foldRecipient(committed: u32): bool {
  const location = load<u32>(FEE_LOCATION)
  if (!location) return true
  const base = record(location)
  const sum = context() + SPARE
  const isKept = committed == 0 || settleRecipient(location, committed)
  if (!isKept && worker) return false
  if (!committed) u256.copy(sum, base)
  else if (isKept) u256.copy(sum, summedFees())
  else readBalance(location, committed, sum)
  if (newestBefore(<usize>load<u32>(base, VERSIONS), committed) || !u256.eq(sum, base)) setBase(location, sum, 0)
  store<u32>(base, 0, VERSIONS)
  return isKept
}

/** After a death: from the beginning, which costs little where it has been done. */
export function foldAgain(): void {
  atomic.store<u32>(BLOCK_FOLD_CURSOR, RECIPIENT)
  atomic.store<u32>(BLOCK_FOLDED, 0)
}

function foldChunk(chunk: usize, committed: u32): bool {
  const end = endOfEntries(chunk)
  let isWhole = true
  for (let from = entriesOf(chunk); from < end; from += LOOK) {
    const until = min(from + LOOK, end)
    lookAtLists(from, until)
    for (let entry = from; entry < until; entry += ENTRY_SIZE) {
      if (!foldEntry(entry, committed)) isWhole = false
    }
  }
  return isWhole
}

/** Nothing is to be done for an entry that is not the newest of its list. */
@inline
function foldEntry(entry: usize, committed: u32): bool {
  const location = load<u32>(entry, ENTRY_LOCATION)
  if (location == load<u32>(FEE_LOCATION) || <usize>load<u32>(record(location), VERSIONS) != entry) return true
  return foldList(entry, location, committed)
}

/** Makes the newest committed value of a list the location's base. False when the heap has no room for a sum. */
function foldList(newest: usize, location: u32, committed: u32): bool {
  const entry = newestBefore(newest, committed)
  if (entry) {
    if (!isDelta(entry)) {
      setBase(location, committedCell(entry), load<u32>(committedCell(entry), CELL_GENERATION))
    } else if (worker) {
      // It may die: the sum goes into the entry first, since whoever does this again must not add to the new base.
      if (!settleDelta(entry)) return false
      setBase(location, committedCell(entry), 0)
    } else {
      const sum = context() + SPARE
      readBalance(location, committed, sum)
      setBase(location, sum, 0)
    }
  }
  // Told to others with the chunk, if it needs telling at all: who meets the list meanwhile finds that its entry is not the first.
  store<u32>(record(location), 0, VERSIONS)
  return true
}
