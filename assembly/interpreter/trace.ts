import { traceCost, traceExit, traceStep } from '../host'
import { Fork } from '../fork/fork'
import { OPCODE_COUNTS } from '../layout'
import { Status } from '../status'
import { CODE_BYTES, CODE_SIZE, DEPTH, FIRST_GAS, frame, GAS, MEMORY_SIZE, refund } from './frame'
import { returnDataSize } from './return-data'

/** Tracing is a property of the decoded code: code that is not traced does not even ask whether it is. */
let traced: bool = false

export function setTraced(to: bool): void {
  traced = to
}


@inline
export function isTraced(): bool {
  return traced
}

/** An instruction is about to be checked and charged. */
export function reportStep(pc: u32, sp: usize, gas: i64): void {
  const op = pc < load<u32>(frame, CODE_SIZE) ? <u32>load<u8>(<usize>load<u32>(frame, CODE_BYTES) + pc) : 0
  traceStep(pc, op, gas, sp, load<u32>(frame, MEMORY_SIZE), load<u32>(frame, DEPTH), refund)
}

/** The price of a call includes what it hands on, which may come back before the next instruction is reported. */
export function reportCost(gas: i64): void {
  traceCost(gas)
}

export function reportExit(status: Status): void {
  traceExit(load<u32>(frame, DEPTH), load<i64>(frame, FIRST_GAS) - load<i64>(frame, GAS), status, returnDataSize)
}

/** Debug builds know which opcode has run under which fork. */
export function countOpcode(op: u32, fork: Fork): void {
  const at = OPCODE_COUNTS + ((((<usize>fork) << 8) + op) << 2)
  store<u32>(at, load<u32>(at) + 1)
}
