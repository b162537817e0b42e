import {
  ARENA_COUNT,
  BLOCK_ABORTED,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_DOOR,
  SEAT_BUSY,
  SEAT_CALL,
  SEAT_SIZE,
  SEAT_TURN,
  SEATS,
} from '../layout'
import { enter } from '../runtime/arena'
import { dropChunk } from '../runtime/chunk'
import { leaveChunk } from '../version/entries'
import { enterRooms } from '../version/read-room'

/**
 * Workers are called while their block is still being prepared, and the host goes on as soon as they have left it, before it hears
 * from them: so one may come too early, or when all is over. The door counts its turns:
 *
 *   even  nobody comes in ──openDoor──▶ odd  those who were called for this turn come in ──closeDoor──▶ even …
 *
 * A worker takes its seat before it looks at the door for the last time, and the host closes the door before it looks at the seats:
 * one of the two sees the other. A seat has the turn at which it was taken, or an even number that is not after that. Turns are
 * compared by their distance, and so may wrap.
 */
export function openDoor(): void {
  const door = atomic.load<u32>(BLOCK_DOOR)
  for (let index: u32 = 0; index < load<u32>(ARENA_COUNT); index++) {
    // Free, also of somebody who died in it.
    atomic.store<u32>(seatOf(index) + SEAT_TURN, door)
    store<f64>(seatOf(index), 0, SEAT_BUSY)
  }
  turnDoor(door + 1)
}

/** Whoever waits for the turn that is or would be next goes away. */
export function closeDoor(): void {
  turnDoor((atomic.load<u32>(BLOCK_DOOR) | 1) + 1)
}

function turnDoor(turn: u32): void {
  atomic.store<u32>(BLOCK_DOOR, turn)
  atomic.notify(BLOCK_DOOR, -1)
}

/** Whether nobody is at work any more for that turn of the door, which is over. */
export function isEmpty(turn: u32): bool {
  for (let index: u32 = 1; index < load<u32>(ARENA_COUNT); index++) {
    if (atomic.load<u32>(seatOf(index) + SEAT_TURN) == turn) return false
  }
  return true
}

/** Waits until the door is open for that turn, and makes this instance the worker `index`. False when that is over. */
export function sitDown(index: u32, turn: u32): bool {
  // Ends: the host opens the door or closes it, whatever becomes of the block.
  for (let door = atomic.load<u32>(BLOCK_DOOR); door != turn; door = atomic.load<u32>(BLOCK_DOOR)) {
    if (isAfter(door, turn)) return false
    watchDoor(door)
    atomic.wait<i32>(BLOCK_DOOR, <i32>door, -1)
  }
  const seat = seatOf(index) + SEAT_TURN
  let holder = atomic.load<u32>(seat)
  // Ends: a failed exchange means that another one succeeded, and few are called to one seat. Who still sits there died in this turn.
  while (true) {
    if (isAfter(holder, turn)) return false
    const found = atomic.cmpxchg<u32>(seat, holder, turn)
    if (found == holder) break
    holder = found
  }
  if (atomic.load<u32>(BLOCK_DOOR) != turn) {
    atomic.cmpxchg<u32>(seat, turn, turn - 1)
    return false
  }
  takeSeat(index)
  return true
}

/** About as long as a block is being prepared: some tenths of a millisecond. */
const WATCH: u32 = 1 << 18

/** Who is called is needed soon: to sleep until then and to wake would take as long. */
function watchDoor(door: u32): void {
  for (let looks: u32 = 0; looks < WATCH; looks++) if (atomic.load<u32>(BLOCK_DOOR) != door) return
}

/**
 * From here on this worker touches nothing of the block. Who cannot say so, because it died, is found to sit there still. True when it is
 * to stay for another block: it may, and all of this one is done.
 */
export function standUp(index: u32, turn: u32, busy: f64, mayStay: bool): bool {
  const seat = seatOf(index)
  store<f64>(seat, load<f64>(seat, SEAT_BUSY) + busy, SEAT_BUSY)
  const isDone = !atomic.load<u32>(BLOCK_ABORTED) && atomic.load<u32>(BLOCK_COMMITTED) == load<u32>(BLOCK_COUNT)
  const stays = mayStay && isDone
  if (stays) atomic.store<u32>(seat + SEAT_CALL, turn)
  atomic.cmpxchg<u32>(seat + SEAT_TURN, turn, turn - 1)
  return stays
}

/** Whether the worker that has left at that turn has stayed, and was not called since. */
export function hasStayed(index: u32, turn: u32): bool {
  return atomic.load<u32>(seatOf(index) + SEAT_CALL) == turn
}

/**
 * Who has stayed after that turn waits to be called. The turn that it is called for, 0 when it is not needed any more, or the same turn:
 * then it is to wait again. No loop does so here: what is compiled at once by V8 11.3 (Node 20) has forgotten after a wait what
 * the wait was to compare with.
 */
export function waitForCall(index: u32, turn: u32): u32 {
  const call = seatOf(index) + SEAT_CALL
  atomic.wait<i32>(call, <i32>turn, -1)
  return atomic.load<u32>(call)
}

/** Calls a worker that has stayed; for the turn 0, sends it away. */
export function callWorker(index: u32, turn: u32): void {
  const call = seatOf(index) + SEAT_CALL
  atomic.store<u32>(call, turn)
  atomic.notify(call, 1)
}

function seatOf(index: u32): usize {
  return SEATS + <usize>index * SEAT_SIZE
}


@inline
function isAfter(turn: u32, other: u32): bool {
  return <i32>(turn - other) > 0
}

/**
 * Makes this instance the worker `index`, in the middle of a block as well. What that one had for itself may have been another
 * instance's, and in another block.
 */
export function takeSeat(index: u32): void {
  enter(index)
  dropPieces()
  enterRooms()
}

/** The heap was reset: what was cut from it is somebody else's now. */
export function dropPieces(): void {
  dropChunk()
  leaveChunk()
}
