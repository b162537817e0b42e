import { allocate } from './heap'

/**
 * Small pieces of the heap. Each worker cuts them from a chunk of its own, so that the shared pointer is touched once in a
 * thousand pieces; what is left of a chunk when its worker dies or its block ends is lost until the heap is reset.
 */
const CHUNK_SIZE: u32 = 1 << 16

let next: usize = 0
let end: usize = 0

/** `size` is a multiple of 8. 0 when the heap is full. */
export function take(size: u32): usize {
  if (next + size > end) {
    if (size > CHUNK_SIZE >> 2) return allocate(size)
    next = allocate(CHUNK_SIZE)
    if (!next) {
      end = 0
      return 0
    }
    end = next + CHUNK_SIZE
  }
  const piece = next
  next += size
  return piece
}

/** The heap was reset: the chunk is somebody else's now. */
export function dropChunk(): void {
  next = 0
  end = 0
}
