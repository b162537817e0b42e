import { Fork } from '../fork/fork'
import { exp } from '../instruction/arithmetic'
import * as block from '../instruction/block'
import { call } from '../instruction/call'
import { create } from '../instruction/create'
import * as environment from '../instruction/environment'
import { output, selfdestruct } from '../instruction/halt'
import { keccak } from '../instruction/keccak'
import { log } from '../instruction/log'
import { isInside, mcopy, mloadGrowing, mstore8, mstoreGrowing } from '../instruction/memory'
import { sload, sstore, tload, tstore } from '../instruction/storage'
import { BLOCK_FORK } from '../layout'
import { Op } from '../opcode/op'
import { STACK_BYTES } from '../runtime/arena'
import { Status } from '../status'
import * as u256 from '../u256'
import { jumpTarget } from './decode'
import {
  ANALYSIS,
  CODE_SIZE,
  frame,
  GAS,
  INPUT_SIZE,
  IP,
  isStatic,
  MEMORY_BASE,
  MEMORY_SIZE,
  SP,
  STACK_BASE,
} from './frame'
import { returnDataSize } from './return-data'
import { swap } from './stack'
import { Step } from './step'
import { countOpcode, reportStep } from './trace'

/**
 * V8 does not replace a running WASM function by its optimised form, so the loop is left after so much gas and entered again:
 * it costs nothing measurable, and whoever entered it in baseline code is out of it soon. Gas and not jumps, because one
 * round of a loop may hash a megabyte.
 */
const GAS_PER_ENTRY: i64 = 300_000

/** Saves what the loop holds in locals: whoever goes on, or undoes, starts from the frame. */
@inline
function save(ip: usize, sp: usize, gas: i64): void {
  store<u32>(frame, <u32>ip, IP)
  store<u32>(frame, <u32>sp, SP)
  store<i64>(frame, gas, GAS)
}

/** A frame's end in a halt: what gas it had is lost, so only the reason is of interest. */
@inline
function halted(gas: i64): Status {
  return <Status>-gas
}

/**
 * Runs the current frame until it ends, calls, or has used enough gas. The outer loop goes once round per basic block: its
 * header's checks are the only ones for constant gas and stack height, so that the bodies assume both. The inner loop goes
 * once round per step. In the switch `continue` means "next step" and `break` means "next block".
 *
 * Ends: every block costs gas or ends the frame, apart from traced code's empty ones, which alternate with real ones.
 */
export function run(): Status {
  const fork: Fork = load<u32>(BLOCK_FORK)
  let ip = <usize>load<u32>(frame, IP)
  let sp = <usize>load<u32>(frame, SP)
  let gas = load<i64>(frame, GAS)
  const enough = gas - GAS_PER_ENTRY
  const own = frame
  const base = <usize>load<u32>(frame, STACK_BASE)
  const limit = base - STACK_BYTES

  while (true) {
    const shape = load<u32>(ip)
    gas -= <i64>load<u32>(ip, 4)
    if (gas < 0) return Status.OutOfGas
    if (sp + ((<usize>(shape & 0xffff)) << 5) > base) return Status.StackUnderflow
    if (sp - ((<usize>(shape >> 16)) << 5) < limit) return Status.StackOverflow
    ip += 8

    do {
      const word = load<u32>(ip)
      ip += 4
      switch (word & 0xff) {
        case Op.STOP: {
          save(ip, sp, gas)
          return Status.Stop
        }
        case Op.ADD: {
          u256.add(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.MUL: {
          u256.mul(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.SUB: {
          u256.sub(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.DIV: {
          u256.div(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.SDIV: {
          u256.sdiv(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.MOD: {
          u256.mod(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.SMOD: {
          u256.smod(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.ADDMOD: {
          u256.addmod(sp + 64, sp, sp + 32, sp + 64)
          sp += 64
          continue
        }
        case Op.MULMOD: {
          u256.mulmod(sp + 64, sp, sp + 32, sp + 64)
          sp += 64
          continue
        }
        case Op.EXP: {
          gas = exp(sp, gas, fork)
          if (gas < 0) return halted(gas)
          sp += 32
          continue
        }
        case Op.SIGNEXTEND: {
          u256.signextend(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.LT: {
          u256.setU64(sp + 32, u256.lt(sp, sp + 32) ? 1 : 0)
          sp += 32
          continue
        }
        case Op.GT: {
          u256.setU64(sp + 32, u256.gt(sp, sp + 32) ? 1 : 0)
          sp += 32
          continue
        }
        case Op.SLT: {
          u256.setU64(sp + 32, u256.slt(sp, sp + 32) ? 1 : 0)
          sp += 32
          continue
        }
        case Op.SGT: {
          u256.setU64(sp + 32, u256.sgt(sp, sp + 32) ? 1 : 0)
          sp += 32
          continue
        }
        case Op.EQ: {
          u256.setU64(sp + 32, u256.eq(sp, sp + 32) ? 1 : 0)
          sp += 32
          continue
        }
        case Op.ISZERO: {
          u256.setU64(sp, u256.isZero(sp) ? 1 : 0)
          continue
        }
        case Op.AND: {
          u256.and(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.OR: {
          u256.or(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.XOR: {
          u256.xor(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.NOT: {
          u256.not(sp, sp)
          continue
        }
        case Op.BYTE: {
          u256.byte(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.SHL: {
          u256.shl(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.SHR: {
          u256.shr(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.SAR: {
          u256.sar(sp + 32, sp, sp + 32)
          sp += 32
          continue
        }
        case Op.CLZ: {
          u256.clz(sp, sp)
          continue
        }
        case Op.KECCAK256: {
          gas = keccak(sp, gas)
          if (gas < 0) return halted(gas)
          sp += 32
          continue
        }
        case Op.ADDRESS: {
          sp -= 32
          environment.address(sp)
          continue
        }
        case Op.ORIGIN: {
          sp -= 32
          environment.origin(sp)
          continue
        }
        case Op.CALLER: {
          sp -= 32
          environment.caller(sp)
          continue
        }
        case Op.CALLVALUE: {
          sp -= 32
          environment.callvalue(sp)
          continue
        }
        case Op.GASPRICE: {
          sp -= 32
          environment.gasprice(sp)
          continue
        }
        case Op.SELFBALANCE: {
          sp -= 32
          environment.selfbalance(sp)
          continue
        }
        case Op.BALANCE: {
          gas = environment.balance(sp, gas, fork)
          if (gas < 0) return halted(gas)
          continue
        }
        case Op.EXTCODESIZE: {
          gas = environment.extcodesize(sp, gas, fork)
          if (gas < 0) return halted(gas)
          continue
        }
        case Op.EXTCODEHASH: {
          gas = environment.extcodehash(sp, gas, fork)
          if (gas < 0) return halted(gas)
          continue
        }
        case Op.CALLDATALOAD: {
          environment.calldataload(sp)
          continue
        }
        case Op.CALLDATASIZE: {
          sp -= 32
          u256.setU64(sp, load<u32>(frame, INPUT_SIZE))
          continue
        }
        case Op.CODESIZE: {
          sp -= 32
          u256.setU64(sp, load<u32>(frame, CODE_SIZE))
          continue
        }
        case Op.RETURNDATASIZE: {
          sp -= 32
          u256.setU64(sp, returnDataSize)
          continue
        }
        case Op.CALLDATACOPY: {
          gas = environment.calldatacopy(sp, gas)
          if (gas < 0) return halted(gas)
          sp += 96
          continue
        }
        case Op.CODECOPY: {
          gas = environment.codecopy(sp, gas)
          if (gas < 0) return halted(gas)
          sp += 96
          continue
        }
        case Op.RETURNDATACOPY: {
          gas = environment.returndatacopy(sp, gas)
          if (gas < 0) return halted(gas)
          sp += 96
          continue
        }
        case Op.EXTCODECOPY: {
          gas = environment.extcodecopy(sp, gas, fork)
          if (gas < 0) return halted(gas)
          sp += 128
          continue
        }
        case Op.BLOCKHASH: {
          block.blockhash(sp)
          continue
        }
        case Op.COINBASE: {
          sp -= 32
          block.coinbase(sp)
          continue
        }
        case Op.TIMESTAMP: {
          sp -= 32
          block.timestamp(sp)
          continue
        }
        case Op.NUMBER: {
          sp -= 32
          block.number(sp)
          continue
        }
        case Op.PREVRANDAO: {
          sp -= 32
          block.prevrandao(sp)
          continue
        }
        case Op.GASLIMIT: {
          sp -= 32
          block.gaslimit(sp)
          continue
        }
        case Op.CHAINID: {
          sp -= 32
          block.chainid(sp)
          continue
        }
        case Op.BASEFEE: {
          sp -= 32
          block.basefee(sp)
          continue
        }
        case Op.BLOBBASEFEE: {
          sp -= 32
          block.blobbasefee(sp)
          continue
        }
        case Op.BLOBHASH: {
          block.blobhash(sp)
          continue
        }
        case Op.POP: {
          sp += 32
          continue
        }
        case Op.MLOAD: {
          if (isInside(sp, 32, load<u32>(frame, MEMORY_SIZE))) {
            u256.loadWord(sp, <usize>load<u32>(frame, MEMORY_BASE) + load<u32>(sp))
            continue
          }
          gas = mloadGrowing(sp, gas)
          if (gas < 0) return halted(gas)
          continue
        }
        case Op.MSTORE: {
          if (isInside(sp, 32, load<u32>(frame, MEMORY_SIZE))) {
            u256.storeBytes(<usize>load<u32>(frame, MEMORY_BASE) + load<u32>(sp), sp + 32)
            sp += 64
            continue
          }
          gas = mstoreGrowing(sp, gas)
          if (gas < 0) return halted(gas)
          sp += 64
          continue
        }
        case Op.MSTORE8: {
          gas = mstore8(sp, gas)
          if (gas < 0) return halted(gas)
          sp += 64
          continue
        }
        case Op.SLOAD: {
          gas = sload(sp, gas, fork)
          if (gas < 0) return halted(gas)
          continue
        }
        case Op.SSTORE: {
          gas = sstore(sp, gas, fork)
          if (gas < 0) return halted(gas)
          sp += 64
          break
        }
        case Op.JUMP: {
          ip = jumpTarget(<usize>load<u32>(frame, ANALYSIS), sp)
          sp += 32
          if (!ip) return Status.InvalidJump
          if (gas > enough) break
          save(ip, sp, gas)
          return Status.Suspended
        }
        case Op.JUMPI: {
          const taken = !u256.isZero(sp + 32)
          sp += 64
          if (!taken) break
          ip = jumpTarget(<usize>load<u32>(frame, ANALYSIS), sp - 64)
          if (!ip) return Status.InvalidJump
          if (gas > enough) break
          save(ip, sp, gas)
          return Status.Suspended
        }
        case Op.PC: {
          sp -= 32
          u256.setU64(sp, word >> 8)
          continue
        }
        case Op.MSIZE: {
          sp -= 32
          u256.setU64(sp, load<u32>(frame, MEMORY_SIZE))
          continue
        }
        case Op.GAS: {
          sp -= 32
          u256.setU64(sp, gas)
          break
        }
        case Op.JUMPDEST: {
          continue
        }
        case Op.TLOAD: {
          tload(sp)
          continue
        }
        case Op.TSTORE: {
          if (isStatic()) return Status.WriteProtection
          tstore(sp)
          sp += 64
          continue
        }
        case Op.MCOPY: {
          gas = mcopy(sp, gas)
          if (gas < 0) return halted(gas)
          sp += 96
          continue
        }
        case Step.PushSmall: {
          sp -= 32
          u256.setU64(sp, word >> 8)
          continue
        }
        case Step.PushLimb: {
          sp -= 32
          u256.setU64(sp, load<u64>(ip))
          ip += 8
          continue
        }
        case Step.PushWord: {
          sp -= 32
          u256.copy(sp, ip)
          ip += 32
          continue
        }
        case Step.JumpTo: {
          ip += <usize>(((<i32>word) >> 8) << 2)
          if (gas > enough) break
          save(ip, sp, gas)
          return Status.Suspended
        }
        case Step.JumpIfTo: {
          sp += 32
          if (u256.isZero(sp - 32)) break
          ip += <usize>(((<i32>word) >> 8) << 2)
          if (gas > enough) break
          save(ip, sp, gas)
          return Status.Suspended
        }
        case Step.BadJump: {
          return Status.InvalidJump
        }
        case Step.BadJumpIf: {
          sp += 32
          if (u256.isZero(sp - 32)) break
          return Status.InvalidJump
        }
        case Step.NextBlock: {
          if (gas > enough) break
          save(ip, sp, gas)
          return Status.Suspended
        }
        case Step.Trace: {
          reportStep(word >> 8, sp, gas)
          break
        }
        case Step.Count: {
          countOpcode(word >> 8, fork)
          continue
        }
        case Step.Undefined: {
          return Status.UndefinedInstruction
        }
        case Op.DUP1: {
          sp -= 32
          u256.copy(sp, sp + 32)
          continue
        }
        case Op.DUP2: {
          sp -= 32
          u256.copy(sp, sp + 64)
          continue
        }
        case Op.DUP3: {
          sp -= 32
          u256.copy(sp, sp + 96)
          continue
        }
        case Op.DUP4: {
          sp -= 32
          u256.copy(sp, sp + 128)
          continue
        }
        case Op.DUP5: {
          sp -= 32
          u256.copy(sp, sp + 160)
          continue
        }
        case Op.DUP6: {
          sp -= 32
          u256.copy(sp, sp + 192)
          continue
        }
        case Op.DUP7: {
          sp -= 32
          u256.copy(sp, sp + 224)
          continue
        }
        case Op.DUP8: {
          sp -= 32
          u256.copy(sp, sp + 256)
          continue
        }
        case Op.DUP9: {
          sp -= 32
          u256.copy(sp, sp + 288)
          continue
        }
        case Op.DUP10: {
          sp -= 32
          u256.copy(sp, sp + 320)
          continue
        }
        case Op.DUP11: {
          sp -= 32
          u256.copy(sp, sp + 352)
          continue
        }
        case Op.DUP12: {
          sp -= 32
          u256.copy(sp, sp + 384)
          continue
        }
        case Op.DUP13: {
          sp -= 32
          u256.copy(sp, sp + 416)
          continue
        }
        case Op.DUP14: {
          sp -= 32
          u256.copy(sp, sp + 448)
          continue
        }
        case Op.DUP15: {
          sp -= 32
          u256.copy(sp, sp + 480)
          continue
        }
        case Op.DUP16: {
          sp -= 32
          u256.copy(sp, sp + 512)
          continue
        }
        case Op.SWAP1: {
          swap(sp, sp + 32)
          continue
        }
        case Op.SWAP2: {
          swap(sp, sp + 64)
          continue
        }
        case Op.SWAP3: {
          swap(sp, sp + 96)
          continue
        }
        case Op.SWAP4: {
          swap(sp, sp + 128)
          continue
        }
        case Op.SWAP5: {
          swap(sp, sp + 160)
          continue
        }
        case Op.SWAP6: {
          swap(sp, sp + 192)
          continue
        }
        case Op.SWAP7: {
          swap(sp, sp + 224)
          continue
        }
        case Op.SWAP8: {
          swap(sp, sp + 256)
          continue
        }
        case Op.SWAP9: {
          swap(sp, sp + 288)
          continue
        }
        case Op.SWAP10: {
          swap(sp, sp + 320)
          continue
        }
        case Op.SWAP11: {
          swap(sp, sp + 352)
          continue
        }
        case Op.SWAP12: {
          swap(sp, sp + 384)
          continue
        }
        case Op.SWAP13: {
          swap(sp, sp + 416)
          continue
        }
        case Op.SWAP14: {
          swap(sp, sp + 448)
          continue
        }
        case Op.SWAP15: {
          swap(sp, sp + 480)
          continue
        }
        case Op.SWAP16: {
          swap(sp, sp + 512)
          continue
        }
        case Op.LOG0: {
          gas = log(sp, gas, 0)
          if (gas < 0) return halted(gas)
          sp += 64
          continue
        }
        case Op.LOG1: {
          gas = log(sp, gas, 1)
          if (gas < 0) return halted(gas)
          sp += 96
          continue
        }
        case Op.LOG2: {
          gas = log(sp, gas, 2)
          if (gas < 0) return halted(gas)
          sp += 128
          continue
        }
        case Op.LOG3: {
          gas = log(sp, gas, 3)
          if (gas < 0) return halted(gas)
          sp += 160
          continue
        }
        case Op.LOG4: {
          gas = log(sp, gas, 4)
          if (gas < 0) return halted(gas)
          sp += 192
          continue
        }
        case Op.CREATE:
        case Op.CREATE2: {
          save(ip, sp, gas)
          gas = create(word & 0xff, sp, gas, fork)
          if (gas < 0) return halted(gas)
          if (frame != own) return Status.CallFrame
          sp = <usize>load<u32>(frame, SP)
          break
        }
        case Op.CALL:
        case Op.CALLCODE:
        case Op.DELEGATECALL:
        case Op.STATICCALL: {
          save(ip, sp, gas)
          gas = call(word & 0xff, sp, gas, fork)
          if (gas < 0) return halted(gas)
          if (frame != own) return Status.CallFrame
          sp = <usize>load<u32>(frame, SP)
          break
        }
        case Op.RETURN: {
          gas = output(sp, gas)
          if (gas < 0) return halted(gas)
          save(ip, sp, gas)
          return Status.Return
        }
        case Op.REVERT: {
          gas = output(sp, gas)
          if (gas < 0) return halted(gas)
          save(ip, sp, gas)
          return Status.Revert
        }
        case Op.INVALID: {
          return Status.DesignatedInvalid
        }
        case Op.SELFDESTRUCT: {
          gas = selfdestruct(sp, gas, fork)
          if (gas < 0) return halted(gas)
          save(ip, sp, gas)
          return Status.SelfDestruct
        }
        default:
          return Status.UndefinedInstruction
      }
      break
    } while (true)
  }
}
