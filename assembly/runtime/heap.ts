import { CODE_HEAP_END, CODE_HEAP_NEXT, HEAP_END, HEAP_NEXT, HEAP_START } from '../layout'

/**
 * Two bump allocators, shared by all workers: one for what lasts as long as the state pages (codes), one for what lasts as long
 * as a block. An exchange gives no two workers the same bytes; a worker that dies with its piece has lost only that piece.
 */
function bump(pointer: usize, limit: usize, size: u32): usize {
  const rounded = (size + 15) & ~15
  if (rounded < size) return 0
  let start = atomic.load<u32>(pointer)
  // Ends: every failed exchange means that another one succeeded. The pointer never passes the limit, not even for a moment:
  // an addition to be taken back would show others a full heap, and two of them could wrap round.
  while (<u64>start + <u64>rounded <= <u64>load<u32>(limit)) {
    const found = atomic.cmpxchg<u32>(pointer, start, start + rounded)
    if (found == start) return <usize>start
    start = found
  }
  return 0
}

/** Bytes of the block heap, or 0 when it is full. */
export function allocate(size: u32): usize {
  return bump(HEAP_NEXT, HEAP_END, size)
}

/** Bytes of the code heap, or 0 when it is full. */
export function allocateCode(size: u32): usize {
  return bump(CODE_HEAP_NEXT, CODE_HEAP_END, size)
}

/** Gives back the unused end of a piece of the code heap that was taken by an upper bound, if nobody has taken another meanwhile. */
export function giveBackCode(start: usize, taken: u32, used: u32): void {
  const rounded = (taken + 15) & ~15
  atomic.cmpxchg<u32>(CODE_HEAP_NEXT, <u32>start + rounded, <u32>start + ((used + 15) & ~15))
}

/** The block is over: its bytes serve the next one. */
export function resetHeap(): void {
  store<u32>(HEAP_NEXT, load<u32>(HEAP_START))
}
