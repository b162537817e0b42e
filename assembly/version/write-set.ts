import { fail } from '../state/limit'
import { Status } from '../status'
import { writeBase } from './base'
import { position } from './position'
import { beginLog, writeDown } from './redo'
import { write } from './versions'

/** Where a transaction's write set begins (versions.ts); LOG when it is written down (redo.ts); 0 when it becomes state at once. */
let chain: usize = 0
const LOG: usize = 1

export function setChain(to: usize): void {
  chain = to
}

/** The next transaction's writes are written down. */
export function setLogged(): void {
  chain = LOG
  beginLog()
}

/** Whether what the transaction writes becomes state only when it is committed. */
@inline
export function isSpeculative(): bool {
  return chain != 0
}

/** Whether an amount may be written, to be added to whatever others make of the balance. */
@inline
export function mayAdd(): bool {
  return chain > LOG
}

/** The value that the transaction gives to a location, at its end. */
export function writeValue(location: u32, value: usize, generation: u32, kind: u32): void {
  if (!chain) writeBase(location, value, generation)
  else if (chain == LOG) {
    if (!writeDown(location, value, generation)) fail(Status.MemoryLimit)
  } else if (!write(location, position, value, generation, kind, chain)) fail(Status.HeapLimit)
}
