import * as u256 from '../u256'
import { collectDirty, markDirty } from './dirty'
import {
  CODE_IS_NEW,
  GENERATION,
  isBalance,
  LOADED,
  OWNER,
  record,
  SECOND,
  STATE_CODE,
  STATE_SIZE,
  STATE_VALUE,
} from './location'

/** Makes 32 bytes the base value of a location. */
export function writeBase(location: u32, value: usize, generation: u32): void {
  copyToBase(location, value, generation)
  markDirty(location)
}

/** The same while other workers do it to other locations; until the next `spliceDirty` only this one knows of it. */
export function setBase(location: u32, value: usize, generation: u32): void {
  // First, so that who finds the value there after a death need not mark it.
  collectDirty(location)
  copyToBase(location, value, generation)
}

function copyToBase(location: u32, value: usize, generation: u32): void {
  const target = record(location)
  if (isBalance(location)) {
    u256.copy(target, value)
  } else if (load<u32>(target, OWNER)) {
    u256.copy(target + SECOND, value)
    store<u32>(target, generation, GENERATION)
    store<u32>(target, 1, LOADED)
  } else {
    const state = target + STATE_VALUE
    if (load<u32>(state, STATE_CODE) != load<u32>(value, STATE_CODE)) store<u32>(target, 1, CODE_IS_NEW)
    memory.copy(state, value, STATE_SIZE)
  }
}
