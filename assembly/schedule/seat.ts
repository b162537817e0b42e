import { enter } from '../runtime/arena'
import { dropChunk } from '../runtime/chunk'
import { leaveChunk } from '../version/entries'
import { enterRooms } from '../version/read-room'

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
