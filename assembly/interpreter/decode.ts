import { baseGas, UNDEFINED } from '../fork/base-gas'
import { Fork } from '../fork/fork'
import { Op } from '../opcode/op'
import { stackPut, stackTaken } from '../opcode/traits'
import { Step } from './step'

/**
 * Code is decoded once, when it first runs, into a stream of u32 steps (low byte: what, upper 24 bits: operand), cut into basic
 * blocks. A block begins with a header, so that gas and stack are checked once per block instead of once per instruction:
 *
 *   0  words needed on the stack (u16), words it may grow by (u16)
 *   4  constant gas of the whole block
 *
 * This is exact. A block that cannot pay for all of its instructions would run out of gas before its end anyway, and a frame
 * that halts loses all its gas and every effect. An instruction that can see the gas left (GAS, SSTORE, calls, creations) ends
 * its block, so that what it sees includes nothing of what follows. Traced code has one block per instruction.
 *
 * In memory, at the pointer that stands for the analysis:
 *
 *    0  fork
 *    4  entry         pointer to the first block
 *    8  code size
 *   16  jump groups   per 64 bytes of code: bitmap of JUMPDESTs (u64), how many came before (u32), unused (u32)
 *   …   targets       u32 pointer to its block for each JUMPDEST
 *   …   stream
 */
const FORK: usize = 0
const ENTRY: usize = 4
const SIZE: usize = 8
const GROUPS: usize = 16
const GROUP_SIZE: usize = 16
const HEADER_SIZE: usize = 8

/** Jumps further than this (in u32 units) are left to the dynamic form. */
const MAX_DISTANCE: i32 = 1 << 22
const MAX_BLOCK_STEPS: u32 = 512

let out: usize = 0
let header: usize = 0
let gas: u32 = 0
let height: i32 = 0
let needed: i32 = 0
let growth: i32 = 0
let steps: u32 = 0

/** An upper bound for the bytes that decoding takes; u64, so that no size can wrap it. */
export function decodedBound(size: u32, traced: bool): u64 {
  return 128 + ((<u64>size + 64) >> 6) * GROUP_SIZE + <u64>(size + 1) * (ASC_NO_ASSERT ? (traced ? 36 : 16) : 40)
}


@inline
export function forkOf(analysis: usize): u32 {
  return load<u32>(analysis, FORK)
}


@inline
export function entryOf(analysis: usize): usize {
  return <usize>load<u32>(analysis, ENTRY)
}


@inline
function groupAt(analysis: usize, pc: u32): usize {
  return analysis + GROUPS + ((<usize>(pc >> 6)) << 4)
}

/** Its position among the JUMPDESTs, or -1. */
@inline
function rankOf(analysis: usize, pc: u32): i32 {
  const group = groupAt(analysis, pc)
  const bits = load<u64>(group)
  const bit = (<u64>1) << ((<u64>pc) & 63)
  if (!(bits & bit)) return -1
  return <i32>(load<u32>(group, 8) + <u32>popcnt<u64>(bits & (bit - 1)))
}


@inline
function targetsOf(analysis: usize): usize {
  return analysis + GROUPS + (((<usize>load<u32>(analysis, SIZE) + 64) >> 6) << 4)
}

/** The block that a jump to the word at `destination` leads to, or 0. */
export function jumpTarget(analysis: usize, destination: usize): usize {
  const pc = load<u64>(destination)
  if (load<u64>(destination, 8) | load<u64>(destination, 16) | load<u64>(destination, 24)) return 0
  if (pc >= <u64>load<u32>(analysis, SIZE)) return 0
  const rank = rankOf(analysis, <u32>pc)
  return rank < 0 ? 0 : <usize>load<u32>(targetsOf(analysis) + ((<usize>rank) << 2))
}

/** How many bytes of the code are the opcode's argument. */
@inline
function pushedBytes(op: u32): u32 {
  const bytes = op - (<u32>Op.PUSH1 - 1)
  return bytes <= 32 ? bytes : 0
}

function findJumpDestinations(analysis: usize, code: usize, size: u32): u32 {
  memory.fill(groupAt(analysis, 0), 0, targetsOf(analysis) - groupAt(analysis, 0))
  for (let pc: u32 = 0; pc < size; pc++) {
    const op = <u32>load<u8>(code + pc)
    if (op == Op.JUMPDEST) {
      const group = groupAt(analysis, pc)
      store<u64>(group, load<u64>(group) | ((<u64>1) << ((<u64>pc) & 63)))
    } else pc += pushedBytes(op)
  }
  let count: u32 = 0
  for (let pc: u32 = 0; pc <= size; pc += 64) {
    const group = groupAt(analysis, pc)
    store<u32>(group, count, 8)
    count += <u32>popcnt<u64>(load<u64>(group))
  }
  return count
}


@inline
function emit(step: u32, operand: u32): void {
  store<u32>(out, step | (operand << 8))
  out += 4
}

function openBlock(): void {
  header = out
  out += HEADER_SIZE
  gas = 0
  height = 0
  needed = 0
  growth = 0
  steps = 0
}

function closeBlock(): void {
  store<u16>(header, <u16>needed)
  store<u16>(header, <u16>growth, 2)
  store<u32>(header, gas, 4)
}


@inline
function isUnused(): bool {
  return out == header + HEADER_SIZE && !gas
}

function nextBlock(): void {
  if (isUnused()) return
  emit(Step.NextBlock, 0)
  closeBlock()
  openBlock()
}

function account(op: u32, cost: u32): void {
  gas += cost
  const taken = <i32>stackTaken(op)
  needed = max(needed, taken - height)
  height += <i32>stackPut(op) - taken
  growth = max(growth, height)
  steps++
  // Opcode × fork coverage is a fact about tests, so only the build with asserts counts it.
  if (!ASC_NO_ASSERT) emit(Step.Count, op)
}

/** Whether nothing can follow it in the same run of code. */
@inline
function isTerminal(op: u32): bool {
  return (
    op == Op.STOP || op == Op.RETURN || op == Op.REVERT || op == Op.SELFDESTRUCT || op == Op.INVALID || op == Op.JUMP
  )
}

/** Whether the block ends after it: it may jump, or it sees the gas that is left. */
@inline
function endsBlock(op: u32): bool {
  switch (op) {
    case Op.JUMPI:
    case Op.GAS:
    case Op.SSTORE:
    case Op.CREATE:
    case Op.CREATE2:
    case Op.CALL:
    case Op.CALLCODE:
    case Op.DELEGATECALL:
    case Op.STATICCALL:
      return true
    default:
      return false
  }
}

/** The bytes of a PUSH as a number, and zeros where the code has ended. */
function pushedLimb(code: usize, size: u32, pc: u32, bytes: u32): u64 {
  let value: u64 = 0
  for (let i: u32 = 0; i < bytes; i++) value = (value << 8) | (pc + i < size ? <u64>load<u8>(code + pc + i) : 0)
  return value
}

function emitPush(code: usize, size: u32, pc: u32, bytes: u32): void {
  let skipped: u32 = 0
  while (bytes > 8 && pc < size && !load<u8>(code + pc)) {
    pc++
    bytes--
    skipped++
  }
  if (bytes <= 8) {
    const value = pushedLimb(code, size, pc, bytes)
    if (value < 1 << 24) {
      emit(Step.PushSmall, <u32>value)
    } else {
      emit(Step.PushLimb, 0)
      store<u64>(out, value)
      out += 8
    }
    return
  }
  emit(Step.PushWord, 0)
  for (let limb = 0; limb < 4; limb++) {
    const first = <i32>bytes - 8 * (limb + 1)
    const length = first < 0 ? max(8 + first, 0) : 8
    store<u64>(out, pushedLimb(code, size, pc + <u32>max(first, 0), <u32>length))
    out += 8
  }
}

/** A jump whose target stands in the code: the operand is the target's rank until `resolveJumps` knows how far it is. */
function emitStaticJump(analysis: usize, target: u64, size: u32, good: Step, bad: Step): void {
  const rank = target < <u64>size ? rankOf(analysis, <u32>target) : -1
  if (rank < 0) emit(bad, 0)
  else emit(good, <u32>rank)
}

function resolveJumps(analysis: usize, from: usize): void {
  const targets = targetsOf(analysis)
  let at = from
  let inHeader = true
  while (at < out) {
    if (inHeader) {
      at += HEADER_SIZE
      inHeader = false
      continue
    }
    const word = load<u32>(at)
    const step = word & 0xff
    if (step == Step.JumpTo || step == Step.JumpIfTo || step == Step.JumpUnlessTo) {
      const target = load<u32>(targets + ((<usize>(word >> 8)) << 2))
      const distance = (<i32>target - <i32>(at + 4)) >> 2
      store<u32>(at, step | ((<u32>distance) << 8))
    }
    at += 4
    if (step == Step.PushLimb) at += 8
    else if (step == Step.PushWord) at += 32
    inHeader = step == Step.NextBlock || step == Step.Trace || endsStream(step)
  }
}

/** The steps after which a block header (or the end) stands in the stream. */
function endsStream(step: u32): bool {
  switch (step) {
    case Step.JumpTo:
    case Step.JumpIfTo:
    case Step.JumpUnlessTo:
    case Step.BadJump:
    case Step.BadJumpIf:
    case Step.Undefined:
      return true
    default:
      return isTerminal(step) || endsBlock(step)
  }
}

/** Decodes into `analysis`, where decodedBound bytes are free; gives the end of what was written. */
export function decode(analysis: usize, code: usize, size: u32, fork: Fork, traced: bool): usize {
  store<u32>(analysis, fork, FORK)
  store<u32>(analysis, size, SIZE)
  const jumps = findJumpDestinations(analysis, code, size)
  const targets = targetsOf(analysis)
  const stream = (targets + ((<usize>jumps) << 2) + 7) & ~7
  store<u32>(analysis, <u32>stream, ENTRY)
  const fuses = !traced && size < <u32>MAX_DISTANCE / 8
  let nextTarget = targets
  out = stream
  openBlock()
  for (let pc: u32 = 0; pc < size; pc++) {
    const op = <u32>load<u8>(code + pc)
    const cost = baseGas(op, fork)
    const bytes = pushedBytes(op)
    if (op == Op.JUMPDEST || traced || steps >= MAX_BLOCK_STEPS) nextBlock()
    if (op == Op.JUMPDEST) {
      store<u32>(nextTarget, <u32>header)
      nextTarget += 4
    }
    if (traced) {
      emit(Step.Trace, pc)
      closeBlock()
      openBlock()
    }
    if (cost == UNDEFINED) {
      emit(Step.Undefined, 0)
      closeBlock()
      openBlock()
      pc = skipDeadCode(code, size, pc + 1)
      continue
    }
    account(op, <u32>cost)
    if (op == Op.JUMPDEST) continue
    if (op == Op.PUSH0) {
      emit(Step.PushSmall, 0)
      continue
    }
    if (bytes) {
      const next = pc + bytes + 1 < size ? <u32>load<u8>(code + pc + bytes + 1) : Op.STOP
      if (fuses && bytes <= 4 && (next == Op.JUMP || next == Op.JUMPI)) {
        const target = pushedLimb(code, size, pc + 1, bytes)
        account(next, <u32>baseGas(next, fork))
        if (next == Op.JUMP) emitStaticJump(analysis, target, size, Step.JumpTo, Step.BadJump)
        else emitStaticJump(analysis, target, size, Step.JumpIfTo, Step.BadJumpIf)
        closeBlock()
        openBlock()
        pc += bytes + 1
        if (next == Op.JUMP) pc = skipDeadCode(code, size, pc + 1)
        continue
      }
      emitPush(code, size, pc + 1, bytes)
      pc += bytes
      continue
    }
    emit(op, op == Op.PC ? pc : 0)
    if (isTerminal(op)) {
      closeBlock()
      openBlock()
      pc = skipDeadCode(code, size, pc + 1)
    } else if (endsBlock(op)) {
      closeBlock()
      openBlock()
    }
  }
  if (traced) {
    emit(Step.Trace, size)
    closeBlock()
    openBlock()
  }
  emit(Op.STOP, 0)
  closeBlock()
  if (fuses) resolveJumps(analysis, stream)
  return out
}

/** The pc before the next JUMPDEST at or after `pc`: what stands between can never run. */
function skipDeadCode(code: usize, size: u32, pc: u32): u32 {
  while (pc < size) {
    const op = <u32>load<u8>(code + pc)
    if (op == Op.JUMPDEST) return pc - 1
    pc += pushedBytes(op) + 1
  }
  return size
}
