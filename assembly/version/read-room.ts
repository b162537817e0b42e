import { BLOCK_COMMITTED, BLOCK_CURSOR, BLOCK_REACHED, BLOCK_RECORDING } from '../layout'
import { READ_ROOM_SIZE, readRooms } from '../runtime/arena'
import { take } from '../runtime/chunk'

/**
 * What an execution has seen is compared until its transaction is committed, which is soon, and not looked at after that, unless the
 * block is recorded. So it goes into one of two rooms that each worker has. When one is full the worker changes to the other, if all
 * who left something there are committed: the same few cache lines serve a whole block. What has no room goes into the heap.
 */
let room: usize = 0
let next: usize = 0
/** Behind the last transaction that left something: in this room, and in the other one. */
let lastHere: u32 = 0
let lastThere: u32 = 0

/** The rooms may be those of somebody who left before: for all that is known every task so far has something there. */
export function enterRooms(): void {
  room = readRooms
  next = room + READ_ROOM_SIZE
  lastHere = max(atomic.load<u32>(BLOCK_CURSOR), atomic.load<u32>(BLOCK_REACHED))
  lastThere = lastHere
}

/** Room for what the transaction has seen; 0 when the heap is full. */
export function takeReads(size: u32, transaction: u32): usize {
  if (load<u32>(BLOCK_RECORDING) || size > READ_ROOM_SIZE) return take(size)
  if (next + size > room + READ_ROOM_SIZE && !changeRooms()) return take(size)
  const reads = next
  next += size
  lastHere = max(lastHere, transaction + 1)
  return reads
}

function changeRooms(): bool {
  if (lastThere > atomic.load<u32>(BLOCK_COMMITTED)) return false
  const last = lastHere
  lastHere = lastThere
  lastThere = last
  room = room == readRooms ? readRooms + READ_ROOM_SIZE : readRooms
  next = room
  return true
}
