import { Op } from '../opcode/op'
import { existsSince, firstGas } from '../opcode/traits'
import { Fork } from './fork'

export const UNDEFINED: i32 = -1

/** The constant part of an instruction's price, or UNDEFINED where the fork does not have it: first prices, then changes, newest first. */
export function baseGas(op: u32, fork: Fork): i32 {
  if (<u32>fork < existsSince(op)) return UNDEFINED

  // EIP-2929: the base is the warm price; what a first access costs more is charged where it happens.
  if (fork >= Fork.Berlin) {
    switch (op) {
      case Op.BALANCE:
      case Op.EXTCODESIZE:
      case Op.EXTCODECOPY:
      case Op.EXTCODEHASH:
      case Op.SLOAD:
      case Op.CALL:
      case Op.CALLCODE:
      case Op.DELEGATECALL:
      case Op.STATICCALL:
        return 100
    }
  }
  // EIP-1884.
  if (fork >= Fork.Istanbul) {
    switch (op) {
      case Op.SLOAD:
        return 800
      case Op.BALANCE:
      case Op.EXTCODEHASH:
        return 700
    }
  }
  // EIP-150.
  if (fork >= Fork.TangerineWhistle) {
    switch (op) {
      case Op.EXTCODESIZE:
      case Op.EXTCODECOPY:
      case Op.CALL:
      case Op.CALLCODE:
      case Op.DELEGATECALL:
        return 700
      case Op.BALANCE:
        return 400
      case Op.SLOAD:
        return 200
      case Op.SELFDESTRUCT:
        return 5000
    }
  }
  return <i32>firstGas(op)
}
