import { layout } from './layout.js'
import type { Words } from './words.js'

const { BALANCE, CODE, FIELDS, KEY, LIFE, LOCATIONS, LOCATION_SIZE, NONCE, OWNER } = layout

/** What a location is about: a slot, or a field of an account; `existence` is also destruction and creation. */
export interface StateLocation {
  address: Uint8Array
  slot?: Uint8Array
  field?: 'existence' | 'balance' | 'nonce' | 'code'
}

const FIELD_NAMES = new Map<number, StateLocation['field']>([
  [LIFE, 'existence'],
  [BALANCE, 'balance'],
  [NONCE, 'nonce'],
  [CODE, 'code'],
])

/** Must be called before the machine forgets the state that it has read: until the next block. */
export function readLocation(words: Words, location: number): StateLocation {
  const record = (number: number) => words.u32(LOCATIONS) + number * LOCATION_SIZE
  const owner = words.u32(record(location) + OWNER)
  if (owner !== 0) {
    return {
      address: words.wordBytes(record(owner) + KEY, 20),
      slot: words.wordBytes(record(location) + KEY, 32),
    }
  }
  // An account's fields stand in a row, and the first has the address: no other has a key. The account zero looks like a row
  // without a first.
  for (let field = 0; field < FIELDS && location - field >= FIELDS; field++) {
    const at = record(location - field)
    if (words.u32(at + OWNER) !== 0) break
    const address = words.wordBytes(at + KEY, 20)
    if (address.some((byte) => byte !== 0)) return { address, field: FIELD_NAMES.get(field)! }
  }
  return { address: new Uint8Array(20) }
}
