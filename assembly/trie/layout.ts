/**
 * The module's own memory. Whatever lasts is in it and nothing in globals, so that a copy of its bytes is a copy of the tries.
 *
 *   0x0400  static data   the round constants of Keccak
 *   0x1000  scratch       the last, padded block of what is hashed
 *   0x2000  output        32 bytes: the root
 *   0x2040  key           that of an extension in the making
 *   0x2060  reference     that of an extension's child, in the making
 *   0x2090  seen          what is only looked at, added up
 *   0x2100  encoding      of one node, 540 bytes at most, and room behind it for copies in whole words
 *   0x2500  number        32 bytes, the highest first, and room behind them for the same
 *   0x2600  control       heap, layer and log: see below
 *   0x2700  free lists    one for every multiple of eight bytes
 *   0x2900  looked        at together: look.ts
 *   0x3000  transfer      what is to be changed, as the host writes it: apply.ts
 *   0x23000 heap          nodes, and chunks of the log; to the end of the memory
 */
import { SCRATCH_SIZE } from '../runtime/scratch'

export const SCRATCH: usize = 0x1000
export const OUTPUT: usize = SCRATCH + SCRATCH_SIZE
export const NEW_KEY: usize = 0x2040
export const REFERENCE: usize = 0x2060
export const SEEN: usize = 0x2090
export const ENCODING: usize = 0x2100
export const NUMBER: usize = 0x2500

/** The root node of the accounts, 0 for none. */
export const ROOT: usize = 0x2600
/** Where the heap has never been used, and where it ends. */
export const HEAP_NEXT: usize = ROOT + 4
export const HEAP_LIMIT: usize = ROOT + 8
/** Not 0 once the memory could not grow. */
export const IS_FULL: usize = ROOT + 12
/** Bytes of all nodes that are not given back. */
export const IN_USE: usize = ROOT + 16
/** The open layer, 0 when there is none; and how many were opened so far. */
export const LAYER: usize = ROOT + 24
export const LAYERS: usize = ROOT + 32
/** The chunk that the log ends in, and where. */
export const LOG_CHUNK: usize = ROOT + 40
export const LOG_END: usize = ROOT + 44
/** Chunks that wait for the next layer. */
export const FREE_CHUNKS: usize = ROOT + 48
/** How many nodes the open layer has given up. */
export const GIVEN_UP: usize = ROOT + 52

export const FREE_LISTS: usize = 0x2700
export const LOOKED: usize = 0x2900
export const TRANSFER: usize = 0x3000
export const TRANSFER_END: usize = TRANSFER + 0x20000
export const HEAP: usize = TRANSFER_END
