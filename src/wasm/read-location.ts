import { layout } from './layout.js'
import type { Words } from './words.js'

const { BALANCE, FIELDS, KEY, LOCATIONS, LOCATION_SIZE, OWNER, PART_BALANCE, PART_CODE, PART_EXISTENCE, PART_NONCE } =
  layout

/** What a location is about: a slot, or a field of an account; `existence` is also destruction and creation. */
export interface StateLocation {
  address: Uint8Array
  slot?: Uint8Array
  field?: 'existence' | 'balance' | 'nonce' | 'code'
}

const FIELD_NAMES = new Map<number, StateLocation['field']>([
  [PART_EXISTENCE, 'existence'],
  [PART_BALANCE, 'balance'],
  [PART_NONCE, 'nonce'],
  [PART_CODE, 'code'],
])

/** `part` of what is there. Must be called before the machine forgets the state that it has read: until the next block. */
export function readLocation(words: Words, location: number, part: number): StateLocation {
  const record = (number: number) => words.u32(LOCATIONS) + number * LOCATION_SIZE
  const first = record(location % FIELDS === BALANCE ? location - BALANCE : location)
  const owner = words.u32(first + OWNER)
  if (owner === 0) return { address: words.wordBytes(first + KEY, 20), field: FIELD_NAMES.get(part)! }
  return { address: words.wordBytes(record(owner) + KEY, 20), slot: words.wordBytes(first + KEY, 32) }
}
