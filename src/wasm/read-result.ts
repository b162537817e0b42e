import { Pieces } from '../codec/pieces.js'
import type { AccountDiff, StateDiff } from '../types/state.js'
import { layout } from './layout.js'
import type { Words } from './words.js'

// Named one by one: a constant of the module is a constant to the optimiser, a property of `layout` is a look-up.
const {
  BALANCE,
  CODE_BYTES,
  CODE_IS_NEW,
  CODE_SIZE,
  DIRTY,
  DIRTY_LIST,
  FIELDS,
  GENERATION,
  KEY,
  LOCATIONS,
  LOCATION_COUNT,
  LOCATION_SIZE,
  NO_MORE,
  OWNER,
  SECOND,
  SETTLED_GENERATION,
  STATE_CODE,
  STATE_EXISTS,
  STATE_NONCE,
  STATE_VALUE,
} = layout

export const EMPTY_CODE_HASH: Uint8Array = Uint8Array.from(
  Buffer.from('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470', 'hex'),
)

/** Everything that the block changed, account by account; costs what that is. */
export function readDiff(words: Words): StateDiff {
  const base = words.u32(LOCATIONS)
  const record = (location: number) => base + location * LOCATION_SIZE
  const pieces = new Pieces()
  const diffs: StateDiff = []
  // By the number of the account where its change stands among them, plus one: a map of as many costs as much as the changes.
  const places = new Uint32Array(words.u32(LOCATION_COUNT) / FIELDS)

  const diffOf = (location: number): AccountDiff => {
    const account = location / FIELDS
    if (places[account] === 0) places[account] = diffs.push(readAccount(words, record(location), pieces))
    return diffs[places[account]! - 1]!
  }

  // Ends: a location is on the list once.
  for (let location = words.u32(DIRTY_LIST); location !== NO_MORE; location = words.u32(record(location) + DIRTY)) {
    const at = record(location)
    if (location % FIELDS === BALANCE) {
      diffOf(location - BALANCE)
      continue
    }
    const owner = words.u32(at + OWNER)
    if (owner === 0) {
      diffOf(location)
      continue
    }
    const isCurrent = words.u32(at + GENERATION) === words.u32(record(owner) + GENERATION)
    if (!isCurrent) continue
    const key = words.readWord(at + KEY, pieces.take(32))
    diffOf(owner).slots.push([key, words.readWord(at + SECOND, pieces.take(32))])
  }
  return diffs
}

/** The same of one account, without its storage. */
export function readChange(words: Words, location: number): AccountDiff | undefined {
  const account = words.u32(LOCATIONS) + location * LOCATION_SIZE
  const isChanged = words.u32(account + DIRTY) !== 0 || words.u32(account + BALANCE * LOCATION_SIZE + DIRTY) !== 0
  return isChanged ? readAccount(words, account, new Pieces()) : undefined
}

function readAccount(words: Words, account: number, pieces: Pieces): AccountDiff {
  const state = account + STATE_VALUE
  const code = words.u32(state + STATE_CODE)
  const diff: AccountDiff = {
    address: words.readWord(account + KEY, pieces.take(20)),
    exists: words.u32(state + STATE_EXISTS) !== 0,
    nonce: words.u64(state + STATE_NONCE),
    balance: words.word(account + SECOND),
    codeHash: code === 0 ? EMPTY_CODE_HASH : words.read(code, pieces.take(32)),
    storageCleared: words.u32(account + GENERATION) !== words.u32(account + SETTLED_GENERATION),
    slots: [],
  }
  if (words.u32(account + CODE_IS_NEW) !== 0) diff.code = readCode(words, code)
  return diff
}

/** The bytes of the code with this record; 0 stands for no code. */
export function readCode(words: Words, record: number): Uint8Array {
  return record === 0 ? new Uint8Array(0) : words.copy(words.u32(record + CODE_BYTES), words.u32(record + CODE_SIZE))
}
