import { CHUNK, Change, endOf, PackedDiff } from '../codec/packed-diff.js'
import { snapshotBuffer } from '../memory/snapshot.js'
import type { AccountDiff } from '../types/state.js'
import type { CoreExports } from './instantiate.js'
import { layout } from './layout.js'
import type { Words } from './words.js'

// Named one by one: a constant of the module is a constant to the optimiser, a property of `layout` is a look-up.
const {
  BALANCE,
  CHANGE_CODE,
  CODE_BYTES,
  CODE_IS_NEW,
  CODE_SIZE,
  DIRTY,
  GENERATION,
  KEY,
  LOCATIONS,
  LOCATION_SIZE,
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

/** Everything that the block changed; costs what that is. */
export function readDiff(core: CoreExports, words: Words): PackedDiff {
  // Nothing is executed meanwhile.
  const start = (core.evmMemory.value as number) >>> 0
  const chunks: Uint8Array[] = []
  const codes: Uint8Array[] = []
  core.gatherChanges()
  // Ends: each turn takes a change at least, or a slot.
  while (true) {
    const size = (core.writeChanges(start, start + CHUNK) >>> 0) - start
    if (size === 0) return new PackedDiff(chunks, codes)
    const chunk = words.read(start, new Uint8Array(snapshotBuffer(size)))
    chunks.push(chunk)
    readCodes(words, chunk, codes)
  }
}

function readCodes(words: Words, chunk: Uint8Array, codes: Uint8Array[]): void {
  const fields = new Uint32Array(chunk.buffer)
  for (let at = 0; at < chunk.length; at = endOf(fields, at)) {
    const isNew = (fields[at / 4 + Change.flags32]! & Change.codeIsNew) !== 0
    if (isNew) codes.push(readCode(words, fields[(at + CHANGE_CODE) / 4]!))
  }
}

/** What became of one account, without its storage. */
export function readChange(words: Words, location: number): AccountDiff | undefined {
  const account = words.u32(LOCATIONS) + location * LOCATION_SIZE
  const isChanged = words.u32(account + DIRTY) !== 0 || words.u32(account + BALANCE * LOCATION_SIZE + DIRTY) !== 0
  return isChanged ? readAccount(words, account) : undefined
}

function readAccount(words: Words, account: number): AccountDiff {
  const state = account + STATE_VALUE
  const code = words.u32(state + STATE_CODE)
  const diff: AccountDiff = {
    address: words.wordBytes(account + KEY, 20),
    exists: words.u32(state + STATE_EXISTS) !== 0,
    nonce: words.u64(state + STATE_NONCE),
    balance: words.word(account + SECOND),
    codeHash: code === 0 ? EMPTY_CODE_HASH : words.copy(code, 32),
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
