import { decodeBlock } from '../codec/block.js'
import { hexToBytes } from '../codec/hex.js'
import { InputError } from '../errors.js'
import type { Block } from '../types/header.js'
import type { DraftTransaction, Hex } from './draft.js'
import type { DraftHeader } from './draft-header.js'

/** A block as an engine takes it: encoded, decoded, or a draft. */
export type GivenBlock = Uint8Array | Hex | Block | DraftBlock

/** A block that is not signed for yet: what a builder or simulator has. */
export interface DraftBlock extends DraftHeader {
  transactions: DraftTransaction[]
}

/** Callers need not be compiled. */
export function requireBlock(given: unknown): void {
  if (typeof given === 'string') return
  if (typeof given === 'object' && given !== null) {
    if (given instanceof Uint8Array || 'header' in given) return
    if ('transactions' in given && Array.isArray(given.transactions)) return
  }
  const message = `Block: expected bytes, hex, a decoded block or a draft with its transactions, got ${typeof given}`
  throw new InputError('InvalidBlock', message)
}

export function isDraft(given: GivenBlock): given is DraftBlock {
  return typeof given === 'object' && !(given instanceof Uint8Array) && !('header' in given)
}

export function blockOf(given: Uint8Array | Hex | Block): Block {
  if (typeof given === 'string') return decodeBlock(hexToBytes(given, 'block'))
  return given instanceof Uint8Array ? decodeBlock(given) : given
}
