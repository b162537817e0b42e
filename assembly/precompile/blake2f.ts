import { blake2f } from '../hash/blake2f'
import { FAILED } from './precompile'

/** EIP-152: rounds (4 bytes, big-endian), state (64), message (128), offset (16), final flag (1). */
const INPUT_SIZE: u32 = 213
const FINAL_FLAG: u32 = 212

/** One gas per round. An input of the wrong size fails whatever it costs. */
export function blake2fCost(input: usize, length: u32): u64 {
  return length == INPUT_SIZE ? bswap<u32>(load<u32>(input)) : 0
}

export function runBlake2f(input: usize, length: u32, output: usize): i32 {
  if (length != INPUT_SIZE || load<u8>(input, FINAL_FLAG) > 1) return FAILED
  blake2f(output, input)
  return 64
}
