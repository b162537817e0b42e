import { CODE_BYTE_COST, MAX_CODE_SIZE } from '../fork/costs'
import { Fork } from '../fork/fork'
import { failsUnpaidCode, limitsCodeSize, reservesCodePrefix } from '../fork/rules'
import { BLOCK_FORK } from '../layout'
import { evmMemoryEnd, FRAME_SIZE, scratchBase } from '../runtime/arena'
import { allocateCode, giveBackCode } from '../runtime/heap'
import { setCode } from '../state/account'
import { checkpoint, revertTo } from '../state/journal'
import { fail } from '../state/limit'
import { cutLogs, logsFilledTo } from '../state/log'
import { Status } from '../status'
import * as u256 from '../u256'
import {
  CODE_ANALYSIS,
  CODE_BYTES as RECORD_BYTES,
  CODE_TRACED,
  codeSizeOf,
  internCode,
  NO_ROOM,
} from '../version/code'
import { decode, decodedBound, entryOf, forkOf } from './decode'
import {
  ACCOUNT,
  ADDRESS,
  ANALYSIS,
  CODE_BYTES,
  CODE_SIZE,
  CREATING,
  DEPTH,
  FIRST_GAS,
  FLAGS,
  frame,
  GAS,
  IP,
  JOURNAL_MARK,
  LOG_MARK,
  MEMORY_BASE,
  MEMORY_SIZE,
  OUTPUT_OFFSET,
  OUTPUT_SIZE,
  refund,
  REFUND_MARK,
  setFrame,
  setRefund,
  SP,
  STACK_BASE,
} from './frame'
import { clearReturnData, deliver, keepOutput, output, outputSize, setOutput } from './return-data'
import { isTraced, reportCost, reportExit } from './trace'

/** The frame above the running one, being filled in by an instruction or by the transaction. */
@inline
export function nextFrame(): usize {
  return frame + FRAME_SIZE
}

/** A point to come back to if the frame fails; taken before anything that the frame undoes. */
export function markState(child: usize): void {
  store<u32>(child, <u32>checkpoint(), JOURNAL_MARK)
  store<u32>(child, <u32>logsFilledTo(), LOG_MARK)
  store<i64>(child, refund, REFUND_MARK)
}

export function undoState(child: usize): void {
  revertTo(<usize>load<u32>(child, JOURNAL_MARK))
  cutLogs(<usize>load<u32>(child, LOG_MARK))
  setRefund(load<i64>(child, REFUND_MARK))
}

/** The decoded form of a stored code: made by whoever needs it first, then shared. 0 when the heap is full. */
function analysisOf(code: usize, fork: Fork): usize {
  const traced = isTraced()
  const known = code + (traced ? CODE_TRACED : CODE_ANALYSIS)
  const found = <usize>atomic.load<u32>(known)
  if (found && forkOf(found) == fork) return found
  const size = codeSizeOf(code)
  const bound = decodedBound(size, traced)
  if (bound > <u64>u32.MAX_VALUE) return 0
  const analysis = allocateCode(<u32>bound)
  if (!analysis) return 0
  const end = decode(analysis, <usize>load<u32>(code, RECORD_BYTES), size, fork, traced)
  giveBackCode(analysis, <u32>bound, <u32>(end - analysis))
  // Two workers may get here at once: either result serves, and the other's bytes are lost until the heap is reset.
  atomic.store<u32>(known, <u32>analysis)
  return analysis
}


@inline
function firstMemory(): usize {
  return (<usize>(load<u32>(frame, MEMORY_BASE) + load<u32>(frame, MEMORY_SIZE) + 15)) & ~15
}

function start(child: usize, analysis: usize, memoryBase: usize, sp: usize, gas: i64): void {
  store<u32>(child, <u32>entryOf(analysis), IP)
  store<u32>(child, <u32>sp, SP)
  store<u32>(child, <u32>sp, STACK_BASE)
  store<i64>(child, gas, GAS)
  store<i64>(child, gas, FIRST_GAS)
  store<u32>(child, <u32>memoryBase, MEMORY_BASE)
  store<u32>(child, 0, MEMORY_SIZE)
  store<u32>(child, <u32>analysis, ANALYSIS)
  clearReturnData()
  setFrame(child)
}

/** Enters a frame that runs stored code. Its stack begins at `sp`, below its caller's words. */
export function enterCode(child: usize, code: usize, sp: usize, gas: i64): void {
  const analysis = analysisOf(code, load<u32>(BLOCK_FORK))
  if (!analysis) {
    fail(Status.HeapLimit)
    return
  }
  store<u32>(child, load<u32>(code, RECORD_BYTES), CODE_BYTES)
  store<u32>(child, codeSizeOf(code), CODE_SIZE)
  start(child, analysis, firstMemory(), sp, gas)
}

/** Enters a frame that runs code given in memory; its decoded form lives as long as the frame, below the frame's memory. */
export function enterInitcode(child: usize, bytes: usize, size: u32, sp: usize, gas: i64): void {
  const analysis = firstMemory()
  const bound = decodedBound(size, isTraced())
  if (<u64>analysis + bound > <u64>evmMemoryEnd) {
    fail(Status.MemoryLimit)
    return
  }
  const end = decode(analysis, bytes, size, load<u32>(BLOCK_FORK), isTraced())
  store<u32>(child, <u32>bytes, CODE_BYTES)
  store<u32>(child, size, CODE_SIZE)
  start(child, analysis, (end + 15) & ~15, sp, gas)
}

/** Stores what the frame returned as its account's code. Gives the status that the creation ends with. */
function deposit(fork: Fork): Status {
  if (!outputSize) return Status.Return
  if (limitsCodeSize(fork) && outputSize > MAX_CODE_SIZE) return Status.CodeTooLarge
  if (reservesCodePrefix(fork) && load<u8>(output) == 0xef) return Status.ReservedCodePrefix
  const cost = <i64>outputSize * CODE_BYTE_COST
  const gas = load<i64>(frame, GAS)
  // Before Homestead an account whose code cannot be paid for is left without.
  if (gas < cost) return failsUnpaidCode(fork) ? Status.CodeStoreOutOfGas : Status.Return
  store<i64>(frame, gas - cost, GAS)
  const code = internCode(output, outputSize, scratchBase)
  if (code == NO_ROOM) fail(Status.HeapLimit)
  else setCode(<usize>load<u32>(frame, ACCOUNT), code)
  return Status.Return
}

/** Ends the running frame: keeps or undoes its effects, leaves its gas in the frame and its output in the return data. */
export function finish(status: Status): Status {
  if (status != Status.Return && status != Status.Revert) setOutput(0, 0)
  // Before a creation pays for its code: that is not the last instruction's price.
  if (isTraced() && status < Status.OutOfGas) reportCost(load<i64>(frame, GAS))
  const creates = (load<u32>(frame, FLAGS) & CREATING) != 0
  if (creates && status < Status.Revert) status = deposit(load<u32>(BLOCK_FORK))
  if (status >= Status.OutOfGas) {
    store<i64>(frame, 0, GAS)
    setOutput(0, 0)
  }
  if (status >= Status.Revert) undoState(frame)
  keepOutput()
  if (isTraced()) reportExit(status)
  if (creates && status < Status.Revert) clearReturnData()
  return status
}

/** Goes back to the caller of a frame that has finished: its gas, its output, and the answer on the stack. */
export function leave(status: Status): void {
  const child = frame
  const caller = child - FRAME_SIZE
  setFrame(caller)
  store<i64>(caller, load<i64>(caller, GAS) + load<i64>(child, GAS), GAS)
  const answer = <usize>load<u32>(caller, SP)
  if (status >= Status.Revert) u256.zero(answer)
  else if (load<u32>(child, FLAGS) & CREATING) u256.copy(answer, child + ADDRESS)
  else u256.setU64(answer, 1)
  deliver(<usize>load<u32>(caller, MEMORY_BASE), load<u32>(child, OUTPUT_OFFSET), load<u32>(child, OUTPUT_SIZE))
}


@inline
export function depth(): u32 {
  return load<u32>(frame, DEPTH)
}
