import { KECCAK_WORD_COST } from '../fork/costs'
import { keccak256 } from '../hash/keccak256'
import { charge, wordCost } from '../interpreter/gas'
import { memoryBase, reach } from '../interpreter/memory'
import { scratchBase } from '../runtime/arena'
import * as u256 from '../u256'

const DIGEST: usize = 4096

export function keccak(sp: usize, gas: i64): i64 {
  // GAS
  gas = reach(gas, sp, sp + 32)
  if (gas < 0) return gas
  const length = load<u32>(sp, 32)
  gas = charge(gas, wordCost(length, KECCAK_WORD_COST))
  if (gas < 0) return gas

  // OPERATION
  // A length of zero leaves the offset unchecked, and copying nothing from an address behind the memory's end traps.
  keccak256(scratchBase + DIGEST, memoryBase() + (length ? <usize>load<u32>(sp) : 0), length)
  u256.loadBytes(sp + 32, scratchBase + DIGEST, 32)
  return gas
}
