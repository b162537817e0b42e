/**
 * The module's own memory. Everything is at a fixed place: a module serves one thread, and nothing in it calls itself. Each file
 * has scratch of its own, so that no call disturbs its caller's.
 *
 *   0x0400  static data  constants
 *   0x1000  scratch      of 256-bit division and of hashing
 *   0x2000  output       32 bytes: the hash of the public key
 *   0x2020  input        hash, r and s, 32 big-endian bytes each
 *   0x2080  key          x and y of the public key, big-endian
 *   0x2100  scratch      of split, recover, combine, square-root, inverse, point, multiples, prepare
 *   0x2a20  constants    as elements
 *   0x2b00  digits       of four factors
 *   0x3000  multiples    of the nonce point
 *   0x4000  generator    multiples of G and of 2^128 G
 *           ratios       of neighbouring denominators, while multiples are made
 *
 * MEMORY_END has to stay below the module's initial memory, which asconfig.json gives in pages of 64 KiB.
 */
import { SCRATCH_SIZE } from '../runtime/scratch'
import { ELEMENT_SIZE } from './element'

export const SCRATCH: usize = 0x1000
export const OUTPUT: usize = SCRATCH + SCRATCH_SIZE
export const INPUT: usize = OUTPUT + 32
export const KEY: usize = INPUT + 96

export const SPLIT: usize = 0x2100
export const RECOVER: usize = 0x2200
export const COMBINE: usize = 0x2400
export const SQUARE_ROOT: usize = 0x2500
export const INVERSION: usize = 0x2600
export const POINT: usize = 0x2700
export const MULTIPLES: usize = 0x2800
export const PREPARE: usize = 0x2950

/** Constants as elements. */
export const CONSTANTS: usize = 0x2a20

/** Digits are i16, one per bit: the halves of a factor may reach 2^128, and a carry goes one further. */
export const DIGITS: usize = 0x2b00
export const DIGIT_COUNT: i32 = 132
export const DIGITS_SIZE: usize = 2 * <usize>DIGIT_COUNT

/** x and y of a multiple, and x of its image under the endomorphism (only the nonce point's multiples have that). */
export const MULTIPLE_SIZE: usize = 3 * ELEMENT_SIZE

/** Digits of w bits are odd and below 2^(w - 1) in size, so that there are 2^(w - 2) multiples. */
export const NONCE_WIDTH: i32 = 5
export const NONCE_COUNT: i32 = 1 << (NONCE_WIDTH - 2)
export const NONCE_MULTIPLES: usize = 0x3000

export const GENERATOR_WIDTH: i32 = 10
export const GENERATOR_COUNT: i32 = 1 << (GENERATOR_WIDTH - 2)
export const GENERATOR_MULTIPLES: usize = 0x4000
export const SHIFTED_MULTIPLES: usize = GENERATOR_MULTIPLES + <usize>GENERATOR_COUNT * MULTIPLE_SIZE

export const RATIOS: usize = SHIFTED_MULTIPLES + <usize>GENERATOR_COUNT * MULTIPLE_SIZE
export const MEMORY_END: usize = RATIOS + <usize>GENERATOR_COUNT * ELEMENT_SIZE
