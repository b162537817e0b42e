import { sha256 } from '../hash/sha256'
import { words } from './words'

const SHA256_BASE_COST: u64 = 60
const SHA256_WORD_COST: u64 = 12

export function sha256Cost(length: u32): u64 {
  return SHA256_BASE_COST + SHA256_WORD_COST * words(length)
}

export function runSha256(input: usize, length: u32, output: usize): i32 {
  sha256(output, input, length)
  return 32
}
