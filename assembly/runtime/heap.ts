import { HEAP_END, HEAP_NEXT } from '../layout'

/** Takes bytes from the shared heap: 0 when it is full. An atomic add, so that no two workers get the same bytes; a worker that dies with its piece has lost only that piece. */
export function allocate(size: u32): usize {
  const rounded = (size + 15) & ~15
  const start = atomic.add<u32>(HEAP_NEXT, rounded)
  // A full heap stays full until it is reset; the pointer must not wrap round, so it is put back.
  if (<u64>start + <u64>rounded > <u64>load<u32>(HEAP_END)) {
    atomic.sub<u32>(HEAP_NEXT, rounded)
    return 0
  }
  return <usize>start
}

/** Gives back the unused end of a piece that was taken by an upper bound, if nobody has taken another meanwhile. */
export function giveBack(start: usize, taken: u32, used: u32): void {
  const rounded = (taken + 15) & ~15
  atomic.cmpxchg<u32>(HEAP_NEXT, <u32>start + rounded, <u32>start + ((used + 15) & ~15))
}
