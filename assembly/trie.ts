/**
 * The tries of a whole state, over a memory of their own that grows (trie/layout.ts): src/trie/whole-trie.ts is the other side.
 */
import { setScratch } from './runtime/scratch'
import { prepare } from './trie/heap'
import { SCRATCH } from './trie/layout'

export { apply } from './trie/apply'
export { root } from './trie/hash'
export { heapEnd, usedBytes } from './trie/heap'
export { IS_FULL, OUTPUT, TRANSFER, TRANSFER_END } from './trie/layout'
export { begin, keep, rollBack } from './trie/log'

setScratch(SCRATCH)
prepare()
