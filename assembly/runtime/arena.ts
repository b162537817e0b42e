import { ARENA_COUNT, ARENA_SIZE, ARENAS, EXCHANGE, EXCHANGE_SIZE } from '../layout'
import { setBigScratch, setScratch } from './scratch'

/**
 * What belongs to one worker alone. All its parts have fixed places in the worker's arena, and since the operating system
 * commits a page when it is first touched, a part that is not used costs nothing. Mutable globals are per WASM instance.
 *
 *   scratch        8 KiB         intermediate words and hash states
 *   epochs         64 B          how often each hash table was emptied
 *   unvalidated    256 B         the last executions that nobody has validated: see schedule/validate.ts
 *   read rooms     2 × 16 KiB    what executions have seen: see version/read-room.ts
 *   frames         1025 × 256    explicit call frames
 *   stacks         1025 × 32 KiB one EVM stack after the other, growing down
 *   accounts       2/32          the transaction's view of accounts      (160 × n)
 *   slots          4/32          the same of storage, persistent and transient (128 × n)
 *   tables         1/32 + 2/32   hash tables over the two
 *   journal        4/32          old contents of what was changed
 *   logs           2/32
 *   return data    2/32
 *   EVM memory     15/32         one frame's memory after the other
 *
 * EVM memories lie one after the other behind all arenas. The calling thread, worker 0, has them all, because it executes
 * nothing while others do: what is too much for one of them may still fit there.
 */
export let scratchBase: usize = 0
export let accountEpoch: usize = 0
export let slotEpoch: usize = 0
export let unvalidated: usize = 0
export let readRooms: usize = 0
export let frames: usize = 0
export let stackTop: usize = 0
export let accounts: usize = 0
export let accountsEnd: usize = 0
export let slots: usize = 0
export let slotsEnd: usize = 0
export let accountTable: usize = 0
export let accountTableCapacity: u32 = 0
export let slotTable: usize = 0
export let slotTableCapacity: u32 = 0
export let journal: usize = 0
export let journalEnd: usize = 0
export let logs: usize = 0
export let logsEnd: usize = 0
export let returnData: usize = 0
export let returnDataCapacity: u32 = 0
export let evmMemory: usize = 0
export let evmMemoryEnd: usize = 0
export let exchange: usize = 0
/** Which worker this instance is. */
export let worker: u32 = 0

export const SCRATCH_SIZE: usize = 8192
const EPOCHS_SIZE: usize = 64
export const UNVALIDATED_SIZE: usize = 256
/** Of one of the two. */
export const READ_ROOM_SIZE: u32 = 16384
export const FRAME_SIZE: usize = 256
export const FRAME_COUNT: usize = 1026
export const STACK_BYTES: usize = 1024 * 32

const FIXED: usize =
  SCRATCH_SIZE +
  EPOCHS_SIZE +
  UNVALIDATED_SIZE +
  2 * READ_ROOM_SIZE +
  FRAME_COUNT * FRAME_SIZE +
  FRAME_COUNT * STACK_BYTES

/** Below this an arena could not hold the deepest legal call. */
export const MINIMUM_ARENA: usize = FIXED + ((<usize>1) << 25)

function powerOfTwoBelow(n: usize): usize {
  return (<usize>1) << (31 - clz<u32>(<u32>n))
}

/** Makes this instance worker `index`. */
export function enter(index: u32): void {
  worker = index
  const size = <usize>load<u32>(ARENA_SIZE)
  const count = <usize>load<u32>(ARENA_COUNT)
  const share = ((size - FIXED) >> 5) & ~63
  const memorySize = share * 15
  const ownSize = size - memorySize
  let next = <usize>load<u32>(ARENAS) + <usize>index * ownSize
  exchange = EXCHANGE + <usize>index * EXCHANGE_SIZE

  scratchBase = next
  setScratch(next)
  next += SCRATCH_SIZE
  accountEpoch = next
  slotEpoch = next + 4
  next += EPOCHS_SIZE
  unvalidated = next
  next += UNVALIDATED_SIZE
  readRooms = next
  next += 2 * READ_ROOM_SIZE
  frames = next
  next += FRAME_COUNT * FRAME_SIZE
  next += FRAME_COUNT * STACK_BYTES
  stackTop = next

  accounts = next
  next += share * 2
  accountsEnd = next
  slots = next
  next += share * 4
  slotsEnd = next
  accountTable = next
  next += share
  accountTableCapacity = <u32>(powerOfTwoBelow(share) >> 3)
  slotTable = next
  next += share * 2
  slotTableCapacity = <u32>(powerOfTwoBelow(share * 2) >> 3)
  journal = next
  next += share * 4
  journalEnd = next
  logs = next
  next += share * 2
  logsEnd = next
  returnData = next
  returnDataCapacity = <u32>(share * 2)
  const memories = <usize>load<u32>(ARENAS) + count * ownSize
  evmMemory = memories + <usize>index * memorySize
  evmMemoryEnd = index ? evmMemory + memorySize : memories + count * memorySize
  setBigScratch(evmMemory, <u32>(evmMemoryEnd - evmMemory))
}
