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

/** The pointer of an empty output may be anything an instruction was given: it must not be used, not even to copy nothing. */
export function setOutput(pointer: usize, size: u32): void {
  output = size ? pointer : returnData
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

/** Copies what the call gave back to where its caller wants it: [offset, offset + size) of memory at `base`, as far as it goes. */
export function deliver(base: usize, offset: u32, size: u32): void {
  const length = min(size, returnDataSize)
  // A length of zero leaves the offset unchecked, and copying nothing to an address behind the memory's end traps.
  if (length) memory.copy(base + offset, returnData, length)
}
