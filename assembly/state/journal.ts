import { journal, journalEnd } from '../runtime/arena'
import { fail } from './limit'
import { Status } from '../status'
import * as u256 from '../u256'

/**
 * The undo log of the running transaction. Everything that a revert must restore lives either in a 32-byte cell or in a u32
 * word, so there are two kinds of entries and no third: {pointer, old contents}. The low bit of the pointer marks a word.
 */
const ENTRY: usize = 40
const OLD: usize = 8

let end: usize = 0

export function resetJournal(): void {
  end = journal
}

/** A point to go back to. */
@inline
export function checkpoint(): usize {
  return end
}

function grow(): bool {
  if (end + ENTRY <= journalEnd) return true
  fail(Status.MemoryLimit)
  return false
}

/** Call before changing the 32 bytes at `cell`. */
export function rememberCell(cell: usize): void {
  if (!grow()) return
  store<u32>(end, <u32>cell)
  u256.copy(end + OLD, cell)
  end += ENTRY
}

/** Call before changing the u32 at `word`. */
export function rememberWord(word: usize): void {
  if (!grow()) return
  store<u32>(end, (<u32>word) | 1)
  store<u32>(end, load<u32>(word), OLD)
  end += ENTRY
}

/** Restores everything as it was at the checkpoint, newest change first. */
export function revertTo(mark: usize): void {
  while (end > mark) {
    end -= ENTRY
    const target = load<u32>(end)
    if (target & 1) store<u32>(<usize>(target & ~1), load<u32>(end, OLD))
    else u256.copy(<usize>target, end + OLD)
  }
}
