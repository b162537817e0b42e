import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { bytesToHex, hexToBytes } from '../../src/codec/hex.js'
import { keccak256 } from '../../src/codec/keccak.js'
import { rootOf } from '../../src/trie/sorted.js'
import { Trie } from '../../src/trie/trie.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, readJson } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('TrieTests')

type Puts = [key: string, value: string | null][]

interface RootCase {
  in: Puts | Record<string, string>
  root: string
}

interface NeighbourCase {
  in: string[]
  tests: [key: string, previous: string, next: string][]
}

function toBytes(text: string | null): Uint8Array {
  if (text === null) return new Uint8Array(0)
  return text.startsWith('0x') ? hexToBytes(text) : new TextEncoder().encode(text)
}

/** A fixed number of orders, the given one first: where any order must do, each is another test. */
function* orders(puts: Puts): Generator<Puts> {
  yield puts
  yield [...puts].reverse()
  for (let shift = 1; shift < puts.length; shift++) yield [...puts.slice(shift), ...puts.slice(0, shift)]
}

function checkRoot(name: string, { in: entries, root }: RootCase, isSecure: boolean): void {
  const anyOrder = !Array.isArray(entries)
  const puts = anyOrder ? Object.entries(entries) : entries
  for (const order of anyOrder ? orders(puts) : [puts]) {
    const trie = new Trie()
    for (const [key, value] of order) {
      trie.put(isSecure ? keccak256(toBytes(key)) : toBytes(key), toBytes(value))
      // Hashing in between must not change where it ends.
      trie.root()
    }
    assert.is(bytesToHex(trie.root()), root, name)
    assert.is(bytesToHex(rootOf([...trie.entries()].reverse())), root, name)
  }
}

const folder = fixtureFolder('ethereum-tests')
if (folder === undefined) test.skip(`TrieTests: ${HOW_TO_GET_FIXTURES}`)
else {
  const read = (name: string) => readJson(join(folder, 'TrieTests', `${name}.json`))
  for (const name of ['trietest', 'trieanyorder']) {
    test(name, () => {
      for (const [title, value] of Object.entries(read(name) as Record<string, RootCase>))
        checkRoot(title, value, false)
    })
  }
  for (const name of ['trietest_secureTrie', 'trieanyorder_secureTrie', 'hex_encoded_securetrie_test']) {
    test(name, () => {
      for (const [title, value] of Object.entries(read(name) as Record<string, RootCase>)) checkRoot(title, value, true)
    })
  }

  test('trietestnextprev: the entries are in the order of their keys', () => {
    for (const { in: keys, tests } of Object.values(read('trietestnextprev') as Record<string, NeighbourCase>)) {
      const trie = new Trie()
      for (const key of keys) trie.put(toBytes(key), toBytes(key))
      const sorted = [...trie.entries()].map(({ value }) => new TextDecoder().decode(value))
      for (const [key, previous, next] of tests) {
        assert.is(sorted.filter((other) => other < key).at(-1) ?? '', previous, key)
        assert.is(sorted.find((other) => other > key) ?? '', next, key)
      }
    }
  })
}

test.run()
