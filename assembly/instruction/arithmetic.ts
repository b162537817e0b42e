import { expByteCost } from '../fork/rules'
import { Fork } from '../fork/fork'
import { charge } from '../interpreter/gas'
import * as u256 from '../u256'

/** The stack grows down: `sp` is the top, the second word is 32 above it, and the result takes the place of the last word consumed. */

export function exp(sp: usize, gas: i64, fork: Fork): i64 {
  // OPERATION even before GAS is known to suffice: the caller halts then, and the stack is gone.
  gas = charge(gas, <i64>u256.byteLength(sp + 32) * expByteCost(fork))
  if (gas >= 0) u256.exp(sp + 32, sp, sp + 32)
  return gas
}
