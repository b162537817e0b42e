import * as assert from 'uvu/assert'
import { PackedDiff } from '../../src/codec/packed-diff.js'
import { ResourceLimitError } from '../../src/errors.js'
import { DraftedTries } from '../../src/state/drafted-tries.js'
import { accountDiff } from '../../src/state/shared-memory.js'
import { StateTrie } from '../../src/trie/state-trie.js'
import { WholeTrie } from '../../src/trie/whole-trie.js'
import { addressOf, wordOf } from '../support/random-diff.js'
import { suite } from '../support/suite.js'

const test = suite('state/drafted-tries')

const PAGES = 12

function accounts(from: number, count: number): PackedDiff {
  const diff = Array.from({ length: count }, (_, index) =>
    accountDiff(addressOf(from + index), { balance: 5n, slots: [[wordOf(1), wordOf(index + 1)]] }),
  )
  return PackedDiff.of(diff)
}

/** Of a state with these changes. */
function rootOf(...diffs: PackedDiff[]): Uint8Array {
  const trie = new StateTrie()
  for (const diff of diffs) trie.apply(diff.toDiff())
  return trie.root()
}

const isLimit = (error: unknown) => error instanceof ResourceLimitError && error.code === 'MemoryLimit'

test('a change for which there is no memory leaves state and drafts as they were', () => {
  const [base, small, other, large] = [accounts(0, 50), accounts(40, 20), accounts(10, 30), accounts(30, 5000)]
  const trie = new WholeTrie(PAGES)
  trie.apply(base.chunks)
  const tries = new DraftedTries(trie)
  const [first, second] = [tries.numberDraft(), tries.numberDraft()]
  for (let round = 0; round < 5; round++) {
    tries.layDraft(first, round === 0 ? [] : [small])
    if (round === 0) tries.applyToDraft(small)
    assert.throws(() => tries.applyToDraft(large), isLimit)
    assert.equal(tries.root(), rootOf(base))
    tries.layDraft(first, [small])
    assert.equal(tries.draftRoot(), rootOf(base, small))
    assert.throws(() => tries.layDraft(second, [other, large]), isLimit)
    tries.layDraft(second, [other])
    assert.equal([tries.draftRoot(), tries.root()], [rootOf(base, other), rootOf(base)])
    assert.throws(() => tries.apply(large), isLimit)
    assert.equal(tries.root(), rootOf(base))
  }
  tries.layDraft(first, [small])
  tries.keep(undefined)
  assert.equal(tries.root(), rootOf(base, small))
})

test('drafts that are dropped leave no bytes behind', () => {
  const trie = new WholeTrie()
  trie.apply(accounts(0, 2000).chunks)
  const tries = new DraftedTries(trie)
  tries.root()
  const { usedBytes } = trie
  for (let round = 0; round < 50; round++) {
    tries.layDraft(tries.numberDraft(), [accounts(round * 30, 1500)])
    tries.draftRoot()
  }
  const copy = tries.clone()
  assert.is(trie.usedBytes, usedBytes)
  assert.equal(copy.root(), tries.root())
})

test.run()
