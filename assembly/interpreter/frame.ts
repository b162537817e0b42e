/**
 * A call frame: everything that one level of the call stack needs to go on. `frame` points at the running one; the next
 * level's is FRAME_SIZE above it.
 *
 *    0  ip, sp          saved when the loop is left
 *    8  gas             likewise
 *   16  memory base, memory size
 *   24  analysis        decoded code: see decode.ts
 *   28  code, its size  the bytes, for CODECOPY and CODESIZE
 *   36  input, its size
 *   44  flags
 *   48  account         view of the account whose storage this is
 *   52  output offset, output size   where in the caller's memory the result goes
 *   60  marks           journal, logs
 *   72  refund mark
 *   80  depth, stack base
 *   88  gas at the start
 *   96  caller          word
 *  128  value           word
 *  160  address         word
 */
export const IP: usize = 0
export const SP: usize = 4
export const GAS: usize = 8
export const MEMORY_BASE: usize = 16
export const MEMORY_SIZE: usize = 20
export const ANALYSIS: usize = 24
export const CODE_BYTES: usize = 28
export const CODE_SIZE: usize = 32
export const INPUT: usize = 36
export const INPUT_SIZE: usize = 40
export const FLAGS: usize = 44
export const ACCOUNT: usize = 48
export const OUTPUT_OFFSET: usize = 52
export const OUTPUT_SIZE: usize = 56
export const JOURNAL_MARK: usize = 60
export const LOG_MARK: usize = 64
export const REFUND_MARK: usize = 72
export const DEPTH: usize = 80
export const STACK_BASE: usize = 84
export const FIRST_GAS: usize = 88
export const CALLER: usize = 96
export const VALUE: usize = 128
export const ADDRESS: usize = 160

export const STATIC: u32 = 1
export const CREATING: u32 = 2

export let frame: usize = 0

/** The refund counter of the transaction; a frame that fails puts it back. */
export let refund: i64 = 0

export function setFrame(to: usize): void {
  frame = to
}

export function setRefund(to: i64): void {
  refund = to
}


@inline
export function addRefund(amount: i64): void {
  refund += amount
}


@inline
export function isStatic(): bool {
  return (load<u32>(frame, FLAGS) & STATIC) != 0
}


@inline
export function self(): usize {
  return <usize>load<u32>(frame, ACCOUNT)
}
