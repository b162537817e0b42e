import { layout } from './layout.js'
import type { Words } from './words.js'

const {
  BALANCE,
  CELL_PARTS,
  ENTRY_CELL,
  ENTRY_CHAIN,
  ENTRY_LOCATION,
  FEE_LOCATION,
  FIELDS,
  LOCATIONS,
  LOCATION_SIZE,
  OWNER,
  PART_BALANCE,
  PART_CODE,
  PART_EXISTENCE,
  PART_NONCE,
  PART_SLOT,
  READ_LOCATION,
  READ_PARTS,
  READ_SIZE,
  TASK_CHAIN,
  TASK_FEE,
  TASK_READS,
  TASK_READ_COUNT,
} = layout

const STATE_PARTS = [PART_EXISTENCE, PART_NONCE, PART_CODE]
const PARTS = 2 * PART_SLOT

/** One thing that can be read and written by itself: a location, or a part of one, as a number. */
export type Place = number

export function isBalancePlace(place: Place): boolean {
  return place % PARTS === PART_BALANCE
}

export function isNoncePlace(place: Place): boolean {
  return place % PARTS === PART_NONCE
}

/** The balance of the running block's fee recipient. */
export function isFeePlace(words: Words, place: Place): boolean {
  return isBalancePlace(place) && Math.floor(place / PARTS) === words.u32(FEE_LOCATION)
}

/** Which record of the state pages it is in, and which of its cache lines has its value and the head of its list of versions. */
export function whereIs(place: Place): { record: number; location: number; value: number; head: number } {
  const location = Math.floor(place / PARTS)
  const second = location % FIELDS
  return { record: location - second, location, value: place % PARTS === PART_SLOT ? 1 : second, head: second }
}

/** What the task's execution saw, in the order in which it is validated. To be read before the next block. */
export function readsOf(words: Words, task: number): Place[] {
  const first = words.u32(task + TASK_READS)
  const places: Place[] = []
  for (let read = first, end = first + words.u32(task + TASK_READ_COUNT) * READ_SIZE; read < end; read += READ_SIZE) {
    places.push(...placesOf(words.u32(read + READ_LOCATION), words.u32(read + READ_PARTS)))
  }
  return places
}

/** What it changed. */
export function writesOf(words: Words, task: number): Place[] {
  const places: Place[] = []
  // Ends: an entry is on one chain, once.
  for (let entry = words.u32(task + TASK_CHAIN); entry !== 0; entry = words.u32(entry + ENTRY_CHAIN)) {
    const cell = words.u32(entry + ENTRY_CELL)
    if (cell === 0) continue
    const location = words.u32(entry + ENTRY_LOCATION)
    const record = words.u32(LOCATIONS) + location * LOCATION_SIZE
    if (location % FIELDS === BALANCE) places.push(...placesOf(location, PART_BALANCE))
    else if (words.u32(record + OWNER) !== 0) places.push(...placesOf(location, PART_SLOT))
    else places.push(...placesOf(location, words.u32(cell + CELL_PARTS)))
  }
  if (words.u64(task + TASK_FEE) !== 0n) places.push(...placesOf(words.u32(FEE_LOCATION), PART_BALANCE))
  return places
}

function placesOf(location: number, parts: number): Place[] {
  if (parts >= PART_BALANCE) return [location * PARTS + parts]
  return STATE_PARTS.filter((part) => parts & part).map((part) => location * PARTS + part)
}
