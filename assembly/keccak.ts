/**
 * The hash function alone, over a private memory of its own: what TypeScript hashes with outside the core.
 *
 *   0x0400  static data   the round constants
 *   0x1000  scratch       the last, padded block
 *   0x2000  output        32 bytes
 *   0x2020  input         to the end of the memory, which the host grows
 */
import { SCRATCH_SIZE, setScratch } from './runtime/scratch'

export { keccak256 } from './hash/keccak256'

const SCRATCH: usize = 0x1000
export const OUTPUT: usize = SCRATCH + SCRATCH_SIZE
export const INPUT: usize = OUTPUT + 32

setScratch(SCRATCH)
