import { COPY_WORD_COST } from '../fork/costs'
import { Fork } from '../fork/fork'
import { ADDRESS, CALLER, CODE_BYTES, CODE_SIZE, frame, INPUT, INPUT_SIZE, self, VALUE } from '../interpreter/frame'
import { charge, halt, wordCost } from '../interpreter/gas'
import { copyPadded, memoryBase, reach } from '../interpreter/memory'
import { returnDataSize } from '../interpreter/return-data'
import { returnData } from '../runtime/arena'
import { coldAccountCost } from '../state/access-list'
import { accountAt, balanceOf, codeOf, isEmpty } from '../state/account'
import { fail } from '../state/limit'
import { Status } from '../status'
import { EFFECTIVE_GAS_PRICE, ORIGIN, context } from '../transaction/context'
import * as u256 from '../u256'
import { CODE_BYTES as RECORD_BYTES, codeSizeOf, ensureCode } from '../version/code'

export function address(sp: usize): void {
  u256.copy(sp, frame + ADDRESS)
}

export function caller(sp: usize): void {
  u256.copy(sp, frame + CALLER)
}

export function callvalue(sp: usize): void {
  u256.copy(sp, frame + VALUE)
}

export function origin(sp: usize): void {
  u256.copy(sp, context() + ORIGIN)
}

export function gasprice(sp: usize): void {
  u256.copy(sp, context() + EFFECTIVE_GAS_PRICE)
}

export function selfbalance(sp: usize): void {
  u256.copy(sp, balanceOf(self()))
}

export function balance(sp: usize, gas: i64, fork: Fork): i64 {
  const account = accountAt(sp)
  gas = charge(gas, coldAccountCost(account, fork))
  if (gas >= 0) u256.copy(sp, balanceOf(account))
  return gas
}

/** A code's record with its bytes; when the engine has no room for them the transaction is over. */
export function loadedCode(account: usize): usize {
  const code = codeOf(account)
  if (ensureCode(code)) return code
  fail(Status.HeapLimit)
  return 0
}

export function extcodesize(sp: usize, gas: i64, fork: Fork): i64 {
  const account = accountAt(sp)
  gas = charge(gas, coldAccountCost(account, fork))
  if (gas >= 0) u256.setU64(sp, codeSizeOf(loadedCode(account)))
  return gas
}

/** EIP-1052: nothing for an account that is dead. */
export function extcodehash(sp: usize, gas: i64, fork: Fork): i64 {
  const account = accountAt(sp)
  gas = charge(gas, coldAccountCost(account, fork))
  if (gas < 0) return gas
  const code = codeOf(account)
  if (code) {
    u256.loadBytes(sp, code, 32)
  } else if (isEmpty(account)) {
    u256.zero(sp)
  } else {
    // keccak256 of nothing.
    store<u64>(sp, 0x7bfad8045d85a470)
    store<u64>(sp, 0xe500b653ca82273b, 8)
    store<u64>(sp, 0x927e7db2dcc703c0, 16)
    store<u64>(sp, 0xc5d2460186f7233c, 24)
  }
  return gas
}

export function calldataload(sp: usize): void {
  const size = load<u32>(frame, INPUT_SIZE)
  const from = load<u64>(sp)
  if (!u256.fitsU64(sp) || from >= <u64>size) {
    u256.zero(sp)
    return
  }
  const input = <usize>load<u32>(frame, INPUT) + <usize>from
  const left = size - <u32>from
  if (left >= 32) {
    u256.loadWord(sp, input)
    return
  }
  u256.loadBytes(sp, input, left)
  u256.shlBy(sp, sp, <i32>(32 - left) * 8)
}

/** An offset that does not fit in 64 bits is behind the end of everything. */
@inline
function offsetAt(word: usize): u64 {
  return u256.fitsU64(word) ? load<u64>(word) : u64.MAX_VALUE
}

/** Stack: memory offset, source offset, length. */
function copyToMemory(sp: usize, gas: i64, source: usize, sourceSize: u32): i64 {
  gas = reach(gas, sp, sp + 64)
  if (gas < 0) return gas
  const length = load<u32>(sp, 64)
  gas = charge(gas, wordCost(length, COPY_WORD_COST))
  if (gas >= 0 && length) copyPadded(memoryBase() + load<u32>(sp), source, sourceSize, offsetAt(sp + 32), length)
  return gas
}

export function calldatacopy(sp: usize, gas: i64): i64 {
  return copyToMemory(sp, gas, load<u32>(frame, INPUT), load<u32>(frame, INPUT_SIZE))
}

export function codecopy(sp: usize, gas: i64): i64 {
  return copyToMemory(sp, gas, load<u32>(frame, CODE_BYTES), load<u32>(frame, CODE_SIZE))
}

export function extcodecopy(sp: usize, gas: i64, fork: Fork): i64 {
  const account = accountAt(sp)
  gas = charge(gas, coldAccountCost(account, fork))
  if (gas < 0) return gas
  const code = loadedCode(account)
  return copyToMemory(sp + 32, gas, code ? <usize>load<u32>(code, RECORD_BYTES) : 0, codeSizeOf(code))
}

/** Unlike the other copies, reading behind the end halts. */
export function returndatacopy(sp: usize, gas: i64): i64 {
  const from = load<u64>(sp, 32)
  const length = load<u64>(sp, 64)
  const size = <u64>returnDataSize
  if (!u256.fitsU64(sp + 32) || !u256.fitsU64(sp + 64) || from > size || length > size - from) {
    return halt(Status.ReturnDataOutOfBounds)
  }
  return copyToMemory(sp, gas, returnData, returnDataSize)
}
