import { allocate } from './heap'

/**
 * Small pieces of the heap. Each worker cuts them from a chunk of its own, so that the shared pointer is touched once in a
 * thousand pieces; what is left of a chunk when its worker dies or its block ends is lost until the heap is reset.
 */
const CHUNK_SIZE: u32 = 1 << 16
/** A piece shares its cache lines with no other: it is written by one worker and read by others. */
const LINE: u32 = 64

let next: usize = 0
let end: usize = 0

/** 0 when the heap is full. */
export function take(size: u32): usize {
  const rounded = (size + LINE - 1) & ~(LINE - 1)
  if (next + rounded > end) {
    if (rounded > CHUNK_SIZE >> 2) return allocate(rounded)
    const start = allocate(CHUNK_SIZE + LINE)
    next = start ? (start + LINE - 1) & ~(<usize>LINE - 1) : 0
    end = start ? next + CHUNK_SIZE : 0
    if (!start) return 0
  }
  const piece = next
  next += rounded
  return piece
}

/** The heap was reset: the chunk is somebody else's now. */
export function dropChunk(): void {
  next = 0
  end = 0
}
