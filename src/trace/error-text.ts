import { Status } from '../types/status.js'
import { opcodeInputs, opcodeName } from './opcode.js'

/** As geth words them; what needs the instruction for its sentence is below. */
const TEXTS: ReadonlyMap<number, string> = new Map<number, string>([
  [Status.Revert, 'execution reverted'],
  [Status.CallDepth, 'max call depth exceeded'],
  [Status.InsufficientBalance, 'insufficient balance for transfer'],
  [Status.NonceExhausted, 'nonce uint64 overflow'],

  [Status.OutOfGas, 'out of gas'],
  [Status.StackUnderflow, 'stack underflow'],
  [Status.StackOverflow, 'stack overflow'],
  [Status.InvalidJump, 'invalid jump destination'],
  [Status.UndefinedInstruction, 'invalid opcode'],
  [Status.DesignatedInvalid, 'invalid opcode: INVALID'],
  [Status.WriteProtection, 'write protection'],
  [Status.ReturnDataOutOfBounds, 'return data out of bounds'],
  [Status.CreateCollision, 'contract address collision'],
  [Status.CodeTooLarge, 'max code size exceeded'],
  [Status.InitcodeTooLarge, 'max initcode size exceeded'],
  [Status.ReservedCodePrefix, 'invalid code: must not begin with 0xef'],
  [Status.CodeStoreOutOfGas, 'contract creation code storage out of gas'],
  [Status.PrecompileFailure, 'precompiled contract failed'],
])

/** The most words that may lie on the stack when an instruction adds one. */
const STACK_ROOM = 1023

export function statusText(status: number): string | undefined {
  return TEXTS.get(status)
}

/** Why instruction `op` failed with `height` words on the stack. */
export function stepErrorText(status: number, op: number, height: number): string {
  switch (status) {
    case Status.StackUnderflow:
      return `stack underflow (${height} <=> ${opcodeInputs(op)})`
    case Status.StackOverflow:
      return `stack limit reached ${height} (${STACK_ROOM})`
    case Status.UndefinedInstruction:
      return `invalid opcode: ${opcodeName(op)}`
    default:
      return TEXTS.get(status) ?? `status ${status}`
  }
}
