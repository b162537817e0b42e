import {
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_FOLD_CURSOR,
  BLOCK_FOLDED,
  BLOCK_KEEPS_VERSIONS,
  FEE_LOCATION,
  TASK_CHAIN,
} from '../layout'
import { worker } from '../runtime/arena'
import { context, SPARE } from '../transaction/context'
import * as u256 from '../u256'
import { summedFees } from '../version/fees'
import { spliceDirty } from '../version/dirty'
import { record, VERSIONS } from '../version/location'
import {
  CELL_GENERATION,
  CHAIN,
  committedCell,
  ENTRY_LOCATION,
  isDelta,
  newestBefore,
  readBalance,
  settleDelta,
  settleRecipient,
} from '../version/versions'
import { setBase } from '../version/write-set'
import { lookAtWrites } from './look'
import { wake } from './ready'
import { taskAt } from './task'

/**
 * When all is committed, what was committed becomes the base. Workers do that, slice by slice, since they have it in their caches. The
 * newest entry of a list stands for all of it: the slice that its task is in writes the location's base and drops the list, and
 * no other one touches either. So slices need no order among them, and one that a worker left half done may be done again by anybody.
 */
export const SLICE: u32 = 64


@inline
function slicesOf(count: u32): u32 {
  return (count + SLICE - 1) / SLICE
}

/** Folds some transactions of a block that is committed as a whole. False when there is nothing left to begin. */
export function foldSlice(): bool {
  if (load<u32>(BLOCK_KEEPS_VERSIONS)) return false
  const count = load<u32>(BLOCK_COUNT)
  const slices = slicesOf(count)
  const taken = atomic.add<u32>(BLOCK_FOLD_CURSOR, 1)
  if (taken >= slices) return false
  // Those who sleep can help.
  if (!taken) wake(u32.MAX_VALUE)
  // Last slices first: lists that go through the whole block, the longest ones, begin there.
  const from = (slices - 1 - taken) * SLICE
  let isWhole = taken != 0 || foldRecipient(count)
  const end = min(from + SLICE, count)
  lookAtWrites(from, end)
  for (let index = from; index < end; index++) {
    if (!foldTask(index, count)) isWhole = false
  }
  spliceDirty()
  if (isWhole) atomic.add<u32>(BLOCK_FOLDED, 1)
  return true
}

/** What the workers have not folded: of a block that ended early, of which versions were needed, or in which somebody died. None of them is at work. */
export function foldRest(): void {
  const count = load<u32>(BLOCK_COUNT)
  if (load<u32>(BLOCK_FOLDED) == slicesOf(count)) return
  const committed = load<u32>(BLOCK_COMMITTED)
  for (let index: u32 = 0; index < count; index++) foldTask(index, committed)
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
  atomic.store<u32>(base + VERSIONS, 0)
  return isKept
}

/** After a death: from the beginning, which costs little where it has been done. */
export function foldAgain(): void {
  atomic.store<u32>(BLOCK_FOLD_CURSOR, 0)
  atomic.store<u32>(BLOCK_FOLDED, 0)
}

function foldTask(index: u32, committed: u32): bool {
  let isWhole = true
  for (let entry = <usize>load<u32>(taskAt(index), TASK_CHAIN); entry; entry = <usize>load<u32>(entry, CHAIN)) {
    const location = load<u32>(entry, ENTRY_LOCATION)
    if (location == load<u32>(FEE_LOCATION) || <usize>atomic.load<u32>(record(location) + VERSIONS) != entry) continue
    if (!foldList(entry, location, committed)) isWhole = false
  }
  return isWhole
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
  atomic.store<u32>(record(location) + VERSIONS, 0)
  return true
}
