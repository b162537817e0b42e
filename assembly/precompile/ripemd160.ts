import { ripemd160 } from '../hash/ripemd160'
import { words } from './words'

const RIPEMD160_BASE_COST: u64 = 600
const RIPEMD160_WORD_COST: u64 = 120

export function ripemd160Cost(length: u32): u64 {
  return RIPEMD160_BASE_COST + RIPEMD160_WORD_COST * words(length)
}

/** The 20 bytes of the hash at the end of a word, as an address. */
export function runRipemd160(input: usize, length: u32, output: usize): i32 {
  store<u64>(output, 0)
  store<u32>(output, 0, 8)
  ripemd160(output + 12, input, length)
  return 32
}
