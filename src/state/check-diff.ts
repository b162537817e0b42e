import { InputError } from '../errors.js'
import type { StateDiff } from '../types/state.js'

const LIMIT_64 = 1n << 64n
const LIMIT_256 = 1n << 256n

/** Throws an InputError unless each field has its size: a diff is written as a whole or not at all. */
export function checkDiff(diff: StateDiff): void {
  for (const { address, exists, nonce, balance, codeHash, slots } of diff) {
    checkLength('address', address, 20)
    if (!exists) continue
    checkQuantity('nonce', nonce, 64)
    checkQuantity('balance', balance, 256)
    checkLength('codeHash', codeHash, 32)
    for (const [key, value] of slots) {
      checkLength('key', key, 32)
      checkLength('value', value, 32)
    }
  }
}

export function checkQuantity(field: string, value: bigint, bits: 64 | 256): void {
  if (value >= 0n && value < (bits === 64 ? LIMIT_64 : LIMIT_256)) return
  const expected = `0 to 2^${bits} - 1`
  throw new InputError('FieldOverflow', `${field}: expected ${expected}, got ${value}`, { field, expected, got: value })
}

export function checkLength(field: string, { length }: Uint8Array, expected: number): void {
  if (length === expected) return
  const message = `${field}: expected ${expected} bytes, got ${length}`
  throw new InputError('FieldLength', message, { field, expected, got: length })
}
