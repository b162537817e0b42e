/**
 * Working space for bodies that cannot keep everything in locals. A mutable global belongs to one instance, so every worker
 * points its own somewhere else, though all of them share the memory. Nothing in it survives a call of another body.
 */
export const SCRATCH_SIZE: usize = 0x1000

export let scratch: usize = 0

export function setScratch(pointer: usize): void {
  scratch = pointer
}

/** The same for big integers, whose size is bounded by gas alone. */
export let bigScratch: usize = 0
export let bigScratchSize: u32 = 0

export function setBigScratch(pointer: usize, size: u32): void {
  bigScratch = pointer
  bigScratchSize = size
}
