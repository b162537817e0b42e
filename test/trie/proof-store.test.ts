import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bytesToHex } from '../../src/codec/hex.js'
import { nodeStore, proofStore } from '../../src/trie/proof-store.js'
import { Trie } from '../../src/trie/trie.js'
import { suite } from '../support/suite.js'

const test = suite('trie/proof-store')

// Values of 32 bytes make every node one with a hash; few nibbles make deep branches, which deletions collapse.
const key = fc
  .array(fc.constantFrom(0x00, 0x01, 0x10, 0x11), { minLength: 4, maxLength: 4 })
  .map((k) => Uint8Array.from(k))
const value = fc.uint8Array({ minLength: 32, maxLength: 32 })
const byName = { selector: ([k]: readonly [Uint8Array, Uint8Array]) => bytesToHex(k) }
const entries = fc.uniqueArray(fc.tuple(key, value), { minLength: 1, maxLength: 12, ...byName })

/** The nodes on the ways to these keys, as proofs have them. */
function prove(trie: Trie, keys: readonly Uint8Array[]): Uint8Array[] {
  const copy = trie.snapshot()
  copy.startRecording()
  for (const k of keys) copy.get(k)
  return copy.stopRecording()
}

test('proofs before and after are enough to get from one root to the other', () => {
  let neededMore = 0
  fc.assert(
    fc.property(entries, fc.uniqueArray(key, { maxLength: 6, selector: bytesToHex }), (before, deleted) => {
      const trie = new Trie()
      for (const [k, v] of before) trie.put(k, v)
      const root = trie.root()
      const proof = prove(trie, deleted)
      for (const k of deleted) trie.delete(k)
      const proofs = [...proof, ...prove(trie, deleted)]
      const other = new Trie(root, proofStore(proofs))
      for (const k of deleted) other.delete(k)
      assert.is(bytesToHex(other.root()), bytesToHex(trie.root()))
      try {
        const strict = new Trie(root, nodeStore(proofs))
        for (const k of deleted) strict.delete(k)
      } catch {
        neededMore++
      }
    }),
    // A seed, for the count below: other draws may hold few of these deletions.
    { numRuns: 400, seed: 1 },
  )
  assert.ok(neededMore > 10, `expected deletions that leave an unproven sibling, got ${neededMore}`)
})

test('what is in no form among the nodes is missing', () => {
  const store = proofStore([])
  assert.is(store(new Uint8Array(32)), undefined)
  assert.is(store.isBranch?.(new Uint8Array(32)), false)
})

test.run()
