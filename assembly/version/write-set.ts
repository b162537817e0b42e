import { fail } from '../state/limit'
import { Status } from '../status'
import * as u256 from '../u256'
import { GENERATION, LOADED, markDirty, OWNER, record } from './location'
import { position } from './position'
import { newCell, write } from './versions'

/** Where a transaction's write set begins (versions.ts); 0 when transactions run one after the other, straight on the base. */
let chain: usize = 0

export function setChain(to: usize): void {
  chain = to
}

/** Whether what the transaction writes is only a version, to be validated before it becomes state. */
@inline
export function isSpeculative(): bool {
  return chain != 0
}

/** Makes 32 bytes the base value of a location. */
export function writeBase(location: u32, value: usize, generation: u32): void {
  const target = record(location)
  u256.copy(target, value)
  if (load<u32>(target, OWNER)) {
    store<u32>(target, generation, GENERATION)
    store<u32>(target, 1, LOADED)
  }
  markDirty(location)
}

/** The value that the transaction gives to a location, at its end. */
export function writeValue(location: u32, value: usize, generation: u32, kind: u32): void {
  if (!isSpeculative()) {
    writeBase(location, value, generation)
    return
  }
  const cell = newCell(value, generation, kind)
  if (!cell || !write(location, position, cell, chain)) fail(Status.HeapLimit)
}
