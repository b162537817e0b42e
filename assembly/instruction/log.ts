import { LOG_BYTE_COST } from '../fork/costs'
import { ADDRESS, frame, isStatic } from '../interpreter/frame'
import { charge, halt } from '../interpreter/gas'
import { memoryBase, reach } from '../interpreter/memory'
import { addLog } from '../state/log'
import { Status } from '../status'

/** Stack: offset, length, topics. The topics' price is part of the opcode's. */
export function log(sp: usize, gas: i64, topics: u32): i64 {
  if (isStatic()) return halt(Status.WriteProtection)
  gas = reach(gas, sp, sp + 32)
  if (gas < 0) return gas
  const size = load<u32>(sp, 32)
  gas = charge(gas, <i64>size * LOG_BYTE_COST)
  if (gas >= 0) addLog(frame + ADDRESS, sp + 64, topics, memoryBase() + load<u32>(sp), size)
  return gas
}
