import { returnData, returnDataCapacity } from '../runtime/arena'
import { fail } from '../state/limit'
import { Status } from '../status'

/**
 * What the last call gave back. One buffer serves all frames: a frame can see only its own last call's data, and any call
 * that it makes replaces them.
 */
export let returnDataSize: u32 = 0

/** What the running frame gave with RETURN or REVERT, still in its memory. */
export let output: usize = 0
export let outputSize: u32 = 0

export function setOutput(pointer: usize, size: u32): void {
  output = pointer
  outputSize = size
}

export function clearReturnData(): void {
  returnDataSize = 0
}

/** For data that were written to the buffer itself. */
export function setReturnDataSize(size: u32): void {
  returnDataSize = size
}

/** Moves the output into the buffer. */
export function keepOutput(): void {
  if (outputSize > returnDataCapacity) {
    fail(Status.MemoryLimit)
    returnDataSize = 0
    return
  }
  memory.copy(returnData, output, outputSize)
  returnDataSize = outputSize
}
