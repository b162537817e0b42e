import { InputError } from '../errors.js'
import { bytesToBigInt } from './bytes.js'
import type { RlpItem } from './rlp.js'

/** The items of a list; `field` names it in errors. */
export function readList(item: RlpItem, field: string): RlpItem[] {
  if (item instanceof Uint8Array) throw invalid('FieldType', field, 'a list', `${item.length} bytes`)
  return item
}

/** A list of exactly `count` items. */
export function readTuple(item: RlpItem, field: string, count: number): RlpItem[] {
  const items = readList(item, field)
  if (items.length !== count) throw invalid('FieldCount', field, `${count} items`, items.length)
  return items
}

/** Bytes: exactly `size` of them, or any number when `size` is 0. */
export function readBytes(item: RlpItem, field: string, size = 0): Uint8Array {
  if (!(item instanceof Uint8Array)) throw invalid('FieldType', field, 'bytes', 'a list')
  if (size !== 0 && item.length !== size) throw invalid('FieldLength', field, `${size} bytes`, item.length)
  return item
}

/** An integer below 2 ** bits in its shortest form. */
export function readInteger(item: RlpItem, field: string, bits: number): bigint {
  const bytes = readBytes(item, field)
  if (bytes[0] === 0) throw invalid('FieldLeadingZero', field, 'an integer without leading zeros', 'a leading zero')
  if (bytes.length * 8 > bits)
    throw invalid('FieldOverflow', field, `an integer below 2^${bits}`, `${bytes.length} bytes`)
  return bytesToBigInt(bytes)
}

function invalid(code: string, field: string, expected: string, got: string | number): InputError {
  return new InputError(code, `${field}: expected ${expected}, got ${got}`, { field, expected, got })
}
