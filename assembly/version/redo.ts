import { REDO_END, REDO_LOG, REDO_OF } from '../layout'
import { journal, journalEnd } from '../runtime/arena'
import * as u256 from '../u256'
import { writeBase } from './base'

/**
 * A worker that is alone in the block writes straight on the base. Should it die in the middle of that, the base would be neither
 * the one before the transaction nor the one after it: so all that it writes is written down first, and whoever finds it can
 * write it again.
 *
 *    0  location
 *    4  generation
 *    8  value
 */
const ENTRY_SIZE: usize = 40
const GENERATION: usize = 4
const VALUE: usize = 8

/** Where the log ends. It stands in place of the undo log, which nobody needs once a transaction is over. */
let end: usize = 0

/** Another transaction begins. */
export function beginLog(): void {
  end = journal
}

/** False when there is no room. */
export function writeDown(location: u32, value: usize, generation: u32): bool {
  if (end + ENTRY_SIZE > journalEnd) return false
  store<u32>(end, location)
  store<u32>(end, generation, GENERATION)
  u256.copy(end + VALUE, value)
  end += ENTRY_SIZE
  return true
}

/** What was written down becomes the base, whatever becomes of this worker. */
export function apply(index: u32): void {
  store<u32>(REDO_LOG, <u32>journal)
  store<u32>(REDO_END, <u32>end)
  atomic.store<u32>(REDO_OF, index + 1)
  redo()
}

/** Whether the writes of that transaction may have become the base in part. */
export function isHalfDone(index: u32): bool {
  return load<u32>(REDO_OF) == index + 1
}

/** To do it twice is as good as once. */
export function redo(): void {
  const until = <usize>load<u32>(REDO_END)
  for (let at = <usize>load<u32>(REDO_LOG); at < until; at += ENTRY_SIZE) {
    writeBase(load<u32>(at), at + VALUE, load<u32>(at, GENERATION))
  }
}

/** Nothing has been written down in this block. */
export function dropLog(): void {
  store<u32>(REDO_OF, 0)
}
