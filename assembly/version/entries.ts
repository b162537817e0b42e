import { ENTRY_CHUNKS } from '../layout'
import { allocate } from '../runtime/heap'

/**
 * Where the entries of the multi-version store stand: side by side in chunks, each of them one worker's, and the block's chunks form a
 * list, the newest one first. So who goes through all that a block has written goes through memory in its order.
 *
 *    0  before   the chunk before, or 0
 *    4  filled   where its last entry ends
 *   64  entries
 */
export const CHUNK_ENTRIES: u32 = 255
export const ENTRY_SIZE: usize = 64
const BEFORE: usize = 0
const FILLED: usize = 4
const HEADER: usize = 64
const CHUNK_SIZE: usize = HEADER + ENTRY_SIZE * CHUNK_ENTRIES
const LINE: usize = 64

/** This worker's: where it begins, where its next entry goes, and where there is no more room. */
let chunk: usize = 0
let next: usize = 0
let end: usize = 0

/** Room for one more entry, or 0 when the heap is full. Whoever does not say `keepEntry` gets the same again. */
export function takeEntry(): usize {
  return next < end || beginChunk() ? next : 0
}

/** What `takeEntry` gave has been written, and nobody can meet it yet. */
export function keepEntry(): void {
  next += ENTRY_SIZE
  store<u32>(chunk, <u32>next, FILLED)
}

function beginChunk(): bool {
  const start = allocate(<u32>(CHUNK_SIZE + LINE))
  if (!start) return false
  chunk = (start + LINE - 1) & ~(LINE - 1)
  next = chunk + HEADER
  end = chunk + CHUNK_SIZE
  store<u32>(chunk, <u32>next, FILLED)
  let newest = atomic.load<u32>(ENTRY_CHUNKS)
  // Ends: every failed exchange means that another one succeeded.
  while (true) {
    store<u32>(chunk, newest, BEFORE)
    const found = atomic.cmpxchg<u32>(ENTRY_CHUNKS, newest, <u32>chunk)
    if (found == newest) return true
    newest = found
  }
}

/** The worker's chunk is left as it is: it may be somebody else's, or of a block that is over. */
export function leaveChunk(): void {
  next = 0
  end = 0
}


@inline
export function newestChunk(): usize {
  return <usize>load<u32>(ENTRY_CHUNKS)
}


@inline
export function chunkBefore(chunk: usize): usize {
  return <usize>load<u32>(chunk, BEFORE)
}


@inline
export function entriesOf(chunk: usize): usize {
  return chunk + HEADER
}


@inline
export function endOfEntries(chunk: usize): usize {
  return <usize>load<u32>(chunk, FILLED)
}
