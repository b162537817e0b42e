import { BLOCK_COMMITTED, FEE_LOCATION } from '../layout'
import { take } from '../runtime/chunk'
import { fail } from '../state/limit'
import { Status } from '../status'
import { context, SPARE_2, SPARE_3 } from '../transaction/context'
import * as u256 from '../u256'
import { keepEntry, takeEntry } from './entries'
import { addFees, keepSum, newestFee, summedFees, summedUpTo } from './fees'
import { ensureSlot } from './load'
import { GENERATION, record, SECOND, STATE_VALUE, VERSIONS } from './location'

/**
 * The multi-version store: for each location the values that transactions of the running block gave it, newest transaction
 * first. A transaction reads what the nearest transaction before it wrote, else the base value in the location's record.
 *
 *   entry   0  transaction
 *           4  next        the entry of an older transaction, or 0
 *           8  cell        pointer to the value; bit 0: an estimate; 0: the transaction did not write here after all
 *          12  location
 *          16  chain       the transaction's next entry: its write set
 *          24  first cell
 *   cell    0  value
 *          32  generation  of a slot's account; of a state: which parts of it the transaction changed
 *          36  kind        FULL, or DELTA: an amount to be added to the value below
 *
 * Lists only grow while a block runs. An entry is linked by one compare-and-swap of its predecessor's pointer, and a new
 * incarnation replaces the pointer to its cell, never the cell: a reader sees one value or the other and nothing in between.
 * Before it is linked, an entry is put on its transaction's chain, so that whatever a dying worker left behind can be found.
 */
const TRANSACTION: usize = 0
const NEXT: usize = 4
export const CELL: usize = 8
export const ENTRY_LOCATION: usize = 12
export const CHAIN: usize = 16
const FIRST_CELL: usize = 24

const CELL_SIZE: u32 = 40
export const CELL_GENERATION: usize = 32
export const CELL_PARTS: usize = CELL_GENERATION
export const CELL_KIND: usize = 36
export const FULL: u32 = 0
export const DELTA: u32 = 1
const ESTIMATE: u32 = 1

/** The transaction (plus one) whose estimate was met, the last one if several were; 0 when none was. */
export let blocker: u32 = 0

export function forgetBlocker(): void {
  blocker = 0
}

/**
 * The cell of an entry. An estimate is about to be replaced: whoever meets one stops soon, as at a limit, and goes on behind the
 * transaction that it stands for. It does not wait here: that one may need a worker, too. Until it stops the old value will do.
 */
function settledCell(entry: usize): usize {
  const cell = atomic.load<u32>(entry, CELL)
  if (!(cell & ESTIMATE)) return cell
  blocker = load<u32>(entry, TRANSACTION) + 1
  fail(Status.Aborted)
  return cell & ~ESTIMATE
}

/** What an account is, as the transaction sees it. */
@inline
export function readState(location: u32, transaction: u32): usize {
  const cell = newest(location, transaction)
  return cell ? cell : record(location) + STATE_VALUE
}

/** The newest cell that a transaction before `transaction` left at the location, or 0. */
function newest(location: u32, transaction: u32): usize {
  let entry = <usize>atomic.load<u32>(record(location) + VERSIONS)
  // Ends: lists are finite and sorted.
  while (entry) {
    if (load<u32>(entry, TRANSACTION) < transaction) {
      const cell = settledCell(entry)
      if (cell) return cell
    }
    entry = <usize>atomic.load<u32>(entry, NEXT)
  }
  return 0
}

/** Who wrote the value that is there for the transaction: for reports, and to learn from. */
export function newestWriter(location: u32, transaction: u32): i32 {
  const payer = location == load<u32>(FEE_LOCATION) ? newestFee(transaction) : -1
  const entry = newestBefore(<usize>atomic.load<u32>(record(location) + VERSIONS), transaction)
  return entry ? max(payer, <i32>load<u32>(entry, TRANSACTION)) : payer
}

/** The balance as the transaction sees it. */
export function readBalance(location: u32, transaction: u32, out: usize): void {
  // In order nothing is left in tasks.
  const isRecipient = location == load<u32>(FEE_LOCATION) && transaction != u32.MAX_VALUE
  const walked = isRecipient ? sumRecipient(location, transaction, out) : sumBalance(location, transaction, out)
  if (walked > LONG_SUM) settleCommitted(location, isRecipient)
}

/**
 * What only adds is never looked at unless somebody reads it. Whoever reads it and adds up more than this writes down the sum of what
 * is committed, which no further reader has to add up then: all of them together walk each delta once, and those in flight.
 */
const LONG_SUM: u32 = 16

/** Without room for the sum the next one adds up as well. */
function settleCommitted(location: u32, isRecipient: bool): void {
  const committed = atomic.load<u32>(BLOCK_COMMITTED)
  if (isRecipient) {
    settleRecipient(location, committed)
    return
  }
  const entry = newestBefore(<usize>atomic.load<u32>(record(location) + VERSIONS), committed)
  if (entry) settleDelta(entry)
}

/** The fee recipient's balance as of the committed transactions becomes a sum that is kept. False when the heap is full. */
export function settleRecipient(location: u32, committed: u32): bool {
  if (summedUpTo(summedFees()) >= committed) return true
  const sum = context() + SPARE_3
  sumRecipient(location, committed, sum)
  return keepSum(sum, committed)
}

function sumBalance(location: u32, transaction: u32, out: usize): u32 {
  const base = record(location)
  return sumFrom(entryBefore(base, transaction), base, out)
}

/** The newest entry of a list that is of a transaction before `transaction`, or 0. */
@inline
function entryBefore(base: usize, transaction: u32): usize {
  let entry = <usize>atomic.load<u32>(base + VERSIONS)
  // Ends: lists are finite.
  while (entry && load<u32>(entry, TRANSACTION) >= transaction) entry = <usize>atomic.load<u32>(entry, NEXT)
  return entry
}

/** The same of the fee recipient: entries, and what transactions have left in their tasks since the last full value. */
function sumRecipient(location: u32, transaction: u32, out: usize): u32 {
  const base = record(location)
  let sum = summedFees()
  // Of one that is not committed yet this cannot be; of another it is a question of the past.
  if (summedUpTo(sum) > transaction) sum = 0
  let from = summedUpTo(sum)
  let isFull = false
  u256.zero(out)
  // Ends: lists are finite.
  for (let entry = entryBefore(base, transaction); entry && !isFull; entry = <usize>atomic.load<u32>(entry, NEXT)) {
    const writer = load<u32>(entry, TRANSACTION)
    if (writer < from) break
    const cell = settledCell(entry)
    if (!cell) continue
    u256.add(out, out, cell)
    isFull = load<u32>(cell, CELL_KIND) == FULL
    if (isFull) from = writer
  }
  if (!isFull) u256.add(out, out, sum ? sum : base)
  addFees(out, from, transaction, context() + SPARE_2)
  return transaction - from
}

/** The newest entry from `entry` on with a value of a transaction before `transaction`, or 0. */
export function newestBefore(entry: usize, transaction: u32): usize {
  // Ends: lists are finite.
  while (entry && (load<u32>(entry, TRANSACTION) >= transaction || !committedCell(entry))) {
    entry = <usize>atomic.load<u32>(entry, NEXT)
  }
  return entry
}

/** Adds up deltas from `entry` on, down to the first full value or the base. Gives how many entries that were. */
function sumFrom(entry: usize, base: usize, out: usize): u32 {
  let walked: u32 = 0
  u256.zero(out)
  // Ends: lists are finite.
  while (entry) {
    const cell = settledCell(entry)
    if (cell) {
      u256.add(out, out, cell)
      if (load<u32>(cell, CELL_KIND) == FULL) return walked
    }
    walked++
    entry = <usize>atomic.load<u32>(entry, NEXT)
  }
  u256.add(out, out, base)
  return walked
}

/**
 * A slot as the transaction sees it, in the life `generation` of its account. The host knows only the first life; a value
 * written in an earlier life than this one is gone.
 */
export function readSlot(location: u32, transaction: u32, generation: u32, out: usize): void {
  const cell = newest(location, transaction)
  if (cell) {
    if (load<u32>(cell, CELL_GENERATION) == generation) u256.copy(out, cell)
    else u256.zero(out)
    return
  }
  const base = record(location)
  if (!generation) ensureSlot(location)
  if (load<u32>(base, GENERATION) == generation) u256.copy(out, base + SECOND)
  else u256.zero(out)
}

function fillCell(cell: usize, value: usize, generation: u32, kind: u32): void {
  u256.copy(cell, value)
  store<u32>(cell, generation, CELL_GENERATION)
  store<u32>(cell, kind, CELL_KIND)
}

/**
 * Makes the 32 bytes at `value` the transaction's value at the location. `chain` points at the head of its write set. False when
 * the heap is full.
 */
export function write(location: u32, transaction: u32, value: usize, generation: u32, kind: u32, chain: usize): bool {
  let link = record(location) + VERSIONS
  let next = atomic.load<u32>(link)
  let fresh: usize = 0
  // Ends: each round walks on or meets another's insertion, of which there are at most as many as transactions.
  while (true) {
    while (next && load<u32>(<usize>next, TRANSACTION) > transaction) {
      link = <usize>next + NEXT
      next = atomic.load<u32>(link)
    }
    if (next && load<u32>(<usize>next, TRANSACTION) == transaction) {
      const cell = take(CELL_SIZE)
      if (!cell) return false
      fillCell(cell, value, generation, kind)
      atomic.store<u32>(<usize>next + CELL, <u32>cell)
      return true
    }
    if (!fresh) {
      fresh = takeEntry()
      if (!fresh) return false
      fillCell(fresh + FIRST_CELL, value, generation, kind)
      store<u32>(fresh, transaction, TRANSACTION)
      store<u32>(fresh, <u32>(fresh + FIRST_CELL), CELL)
      store<u32>(fresh, location, ENTRY_LOCATION)
      store<u32>(fresh, load<u32>(chain), CHAIN)
      keepEntry()
      store<u32>(chain, <u32>fresh)
    }
    // Neither this store nor the one to the chain is atomic: the exchange orders them before itself.
    store<u32>(fresh, next, NEXT)
    const found = atomic.cmpxchg<u32>(link, next, <u32>fresh)
    if (found == next) return true
    next = found
  }
}

/** Turns what a transaction wrote into estimates: whoever needs it waits for its next incarnation. */
export function estimate(chain: usize): void {
  let entry = <usize>atomic.load<u32>(chain)
  while (entry) {
    const cell = atomic.load<u32>(entry, CELL)
    if (cell) atomic.store<u32>(entry + CELL, cell | ESTIMATE)
    entry = <usize>load<u32>(entry, CHAIN)
  }
}

/** What the new incarnation did not write again was not written. */
export function withdraw(chain: usize): void {
  let entry = <usize>atomic.load<u32>(chain)
  while (entry) {
    if (atomic.load<u32>(entry, CELL) & ESTIMATE) atomic.store<u32>(entry + CELL, 0)
    entry = <usize>load<u32>(entry, CHAIN)
  }
}

/** A delta of a committed transaction becomes the balance that it led to. Doing it twice, or two at once, changes nothing. */
export function settleDelta(entry: usize): bool {
  const cell = <usize>atomic.load<u32>(entry, CELL)
  if (!cell || load<u32>(cell, CELL_KIND) == FULL) return true
  const full = take(CELL_SIZE)
  if (!full) return false
  // From the entry itself and not from the newest one: those of transactions after it may be many.
  sumFrom(<usize>atomic.load<u32>(entry, NEXT), record(load<u32>(entry, ENTRY_LOCATION)), full)
  u256.add(full, full, cell)
  store<u32>(full, 0, CELL_GENERATION)
  store<u32>(full, FULL, CELL_KIND)
  atomic.store<u32>(entry + CELL, <u32>full)
  return true
}

/** Of a committed transaction's entry that has a cell. */
@inline
export function isDelta(entry: usize): bool {
  return load<u32>(<usize>load<u32>(entry, CELL), CELL_KIND) == DELTA
}

/** The cell of an entry of the transaction's chain once it is committed: 0 when it was withdrawn. */
@inline
export function committedCell(entry: usize): usize {
  return <usize>load<u32>(entry, CELL)
}
