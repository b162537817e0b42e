import { COPY_WORD_COST } from '../fork/costs'
import { charge, wordCost } from '../interpreter/gas'
import { memoryBase, reach, reachFixed } from '../interpreter/memory'
import * as u256 from '../u256'

/** Whether the `bytes` bytes at the word `offset` are inside memory already: the common case, decided without a call. */
@inline
export function isInside(offset: usize, bytes: u32, size: u32): bool {
  return (
    load<u64>(offset) + <u64>bytes <= <u64>size &&
    load<u64>(offset) < 1 << 32 &&
    !(load<u64>(offset, 8) | load<u64>(offset, 16) | load<u64>(offset, 24))
  )
}

export function mloadGrowing(sp: usize, gas: i64): i64 {
  gas = reachFixed(gas, sp, 32)
  if (gas >= 0) u256.loadWord(sp, memoryBase() + load<u32>(sp))
  return gas
}

export function mstoreGrowing(sp: usize, gas: i64): i64 {
  gas = reachFixed(gas, sp, 32)
  if (gas >= 0) u256.storeBytes(memoryBase() + load<u32>(sp), sp + 32)
  return gas
}

export function mstore8(sp: usize, gas: i64): i64 {
  gas = reachFixed(gas, sp, 1)
  if (gas >= 0) store<u8>(memoryBase() + load<u32>(sp), load<u8>(sp, 32))
  return gas
}

/** EIP-5656. Stack: destination, source, length. */
export function mcopy(sp: usize, gas: i64): i64 {
  gas = reach(gas, sp, sp + 64)
  if (gas >= 0) gas = reach(gas, sp + 32, sp + 64)
  if (gas < 0) return gas
  const length = load<u32>(sp, 64)
  gas = charge(gas, wordCost(length, COPY_WORD_COST))
  if (gas >= 0 && length) memory.copy(memoryBase() + load<u32>(sp), memoryBase() + load<u32>(sp, 32), length)
  return gas
}
