import { OVER_LIMIT } from './precompile'
import { words } from './words'

const IDENTITY_BASE_COST: u64 = 15
const IDENTITY_WORD_COST: u64 = 3

export function identityCost(length: u32): u64 {
  return IDENTITY_BASE_COST + IDENTITY_WORD_COST * words(length)
}

export function runIdentity(input: usize, length: u32, output: usize, outputCapacity: u32): i32 {
  if (length > outputCapacity) return OVER_LIMIT
  memory.copy(output, input, length)
  return length
}
