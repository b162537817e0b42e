import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bigIntToBytes } from '../../src/codec/bytes.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../../src/codec/keccak.js'
import { packChanges } from '../../src/codec/packed-diff.js'
import { ResourceLimitError } from '../../src/errors.js'
import { EMPTY_ROOT } from '../../src/trie/sorted.js'
import { StateTrie } from '../../src/trie/state-trie.js'
import { WholeTrie } from '../../src/trie/whole-trie.js'
import type { AccountDiff, StateDiff } from '../../src/types/state.js'
import { addressOf, randomDiff, wordOf } from '../support/random-diff.js'
import { suite } from '../support/suite.js'

const test = suite('trie/whole-trie')

type Slot = [key: Uint8Array, value: Uint8Array]

function account(address: Uint8Array, slots: Slot[] = [], fields: Partial<AccountDiff> = {}): AccountDiff {
  const plain = { nonce: 1n, balance: 2n ** 70n, codeHash: KECCAK_EMPTY, storageCleared: false }
  return { address, exists: true, ...plain, slots, ...fields }
}

const gone = (address: Uint8Array): AccountDiff =>
  account(address, [], { exists: false, nonce: 0n, balance: 0n, storageCleared: true })

/** Both with the same changes, and the same root after each. */
class Pair {
  readonly whole: WholeTrie = new WholeTrie()
  model: StateTrie = new StateTrie()

  apply(diff: StateDiff): void {
    this.whole.apply(packChanges(diff))
    this.model.apply(diff)
    this.compare()
  }

  compare(): void {
    assert.is(bytesToHex(this.whole.root()), bytesToHex(this.model.root()))
  }
}

/** Numbers below a bound, the same ones every time. */
function numbers(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % bound
  }
}

const layer = fc.record({
  diffs: fc.array(randomDiff, { maxLength: 3 }),
  asksRoot: fc.boolean(),
  isKept: fc.boolean(),
})

test('layer upon layer it has the root of the trie of objects; one that is rolled back leaves nothing', () => {
  fc.assert(
    fc.property(randomDiff, fc.array(layer, { maxLength: 6 }), (first, layers) => {
      const pair = new Pair()
      pair.apply(first)
      for (const { diffs, asksRoot, isKept } of layers) {
        const { usedBytes } = pair.whole
        const before = pair.model.snapshot()
        pair.whole.begin()
        for (const diff of diffs) {
          pair.whole.apply(packChanges(diff))
          pair.model.apply(diff)
          if (asksRoot) pair.compare()
        }
        if (isKept) {
          pair.whole.keep()
        } else {
          pair.whole.rollBack()
          pair.model = before
          assert.is(pair.whole.usedBytes, usedBytes)
        }
        pair.compare()
      }
    }),
    { numRuns: 300 },
  )
})

test('thousands of accounts with storages of any size: growing, changing, shrinking to nothing', () => {
  const pair = new Pair()
  const next = numbers(7)
  const randomAccount = (id: number): AccountDiff => {
    const slots = new Map<number, number>()
    for (let count = next(3) === 0 ? next(40) : 0; count > 0; count--)
      slots.set(next(60), next(4) === 0 ? 0 : next(300))
    const codeHash = next(4) === 0 ? keccak256(wordOf(next(3))) : KECCAK_EMPTY
    const written = [...slots].map(([key, value]): Slot => [wordOf(key), wordOf(value)])
    return account(addressOf(id), written, { nonce: BigInt(next(400)), codeHash, storageCleared: next(10) === 0 })
  }
  for (let round = 0; round < 40; round++) {
    const diff: StateDiff = []
    for (let id = next(50); id < 3000; id += 1 + next(100)) {
      diff.push(next(4) === 0 ? gone(addressOf(id)) : randomAccount(id))
    }
    const { usedBytes } = pair.whole
    const root = bytesToHex(pair.whole.root())
    pair.whole.begin()
    pair.whole.apply(packChanges(diff.map((change) => ({ ...change, nonce: change.nonce + 1n }))))
    if (round % 2 === 0) pair.whole.root()
    pair.whole.rollBack()
    assert.is(pair.whole.usedBytes, usedBytes)
    assert.is(bytesToHex(pair.whole.root()), root)
    pair.whole.begin()
    pair.apply(diff)
    pair.whole.keep()
  }
  for (let from = 0; from < 3000; from += 600) {
    pair.apply(Array.from({ length: 600 }, (_, index) => gone(addressOf(from + index))))
  }
  assert.equal(pair.whole.root(), EMPTY_ROOT)
  assert.is(pair.whole.usedBytes, 0)
})

/** Keys of `size` bytes, two and two with hashes that begin with the same 32 bits. */
function twins(size: number): [Uint8Array, Uint8Array][] {
  const seen = new Map<number, number>()
  const found: [Uint8Array, Uint8Array][] = []
  const keyOf = (id: number) => bigIntToBytes(BigInt(id), size)
  for (let id = 0; id < 2 ** 18; id++) {
    const hash = keccak256(keyOf(id))
    const start = (hash[0]! << 24) | (hash[1]! << 16) | (hash[2]! << 8) | hash[3]!
    const other = seen.get(start)
    if (other !== undefined) found.push([keyOf(other), keyOf(id)])
    seen.set(start, id)
  }
  return found
}

test('paths of eight shared nibbles, and leaves that are a part of their parent', () => {
  const slots = twins(32)
  assert.ok(slots.length > 2, `${slots.length} pairs`)
  const pair = new Pair()
  const put = (key: Uint8Array, value: number): void => pair.apply([account(addressOf(1), [[key, wordOf(value)]])])
  for (const [first, second] of slots) {
    put(first, 1)
    // 127 is its own encoding, 128 has a header: with one of them a leaf has 31 bytes, with the other 32.
    for (const value of [1, 127, 128, 0, 1, 2 ** 40]) put(second, value)
  }
  for (const [first] of slots) put(first, 0)
  for (const [, second] of slots) put(second, 0)
  for (const [first, second] of twins(20)) {
    pair.apply([account(first)])
    pair.apply([account(second)])
    pair.apply([gone(first)])
    pair.apply([account(first)])
    pair.apply([gone(second)])
  }
})

/** Neighbours in the order of their hashes, which all begin with the same byte: their tries begin with extensions. */
function neighbours(count: number): Uint8Array[] {
  const keys = Array.from({ length: 2 ** 14 }, (_, id) => ({
    key: wordOf(id),
    hash: bytesToHex(keccak256(wordOf(id))),
  }))
  const first = keys.filter(({ hash }) => hash.startsWith('0x00')).sort((a, b) => (a.hash < b.hash ? -1 : 1))
  return first.slice(0, count).map(({ key }) => key)
}

test('a few neighbours come and go: extensions are divided, shortened, joined, and rolled back to', () => {
  const keys = neighbours(6)
  const next = numbers(3)
  const pair = new Pair()
  pair.apply([account(addressOf(1))])
  for (let step = 0; step < 3000; step++) {
    const before = pair.model.snapshot()
    const { usedBytes } = pair.whole
    pair.whole.begin()
    const slots = new Map<number, number>()
    for (let count = 1 + next(2); count > 0; count--) slots.set(next(keys.length), next(2))
    pair.apply([
      account(
        addressOf(1),
        [...slots].map(([key, value]): Slot => [keys[key]!, wordOf(value)]),
      ),
    ])
    if (next(2) === 0) {
      pair.whole.keep()
    } else {
      pair.whole.rollBack()
      pair.model = before
      assert.is(pair.whole.usedBytes, usedBytes)
      pair.compare()
    }
  }
})

test('an account with more slots than are written at once', () => {
  const pair = new Pair()
  const slots = Array.from({ length: 9000 }, (_, index): Slot => [wordOf(index), wordOf(index + 1)])
  const others = [1, 2, 3].map((id) => account(addressOf(id)))
  pair.apply([...others, account(addressOf(9), slots), account(addressOf(8), slots.slice(0, 5000))])
  const rest = slots.slice(100, 5000).map(([key], index): Slot => [key, wordOf(index % 3)])
  pair.apply([account(addressOf(9), rest, { storageCleared: true }), ...others, account(addressOf(8), rest)])
  pair.apply([gone(addressOf(9))])
})

test('numbers of every size', () => {
  const pair = new Pair()
  for (let bits = 0n; bits <= 256n; bits++) {
    for (const balance of [2n ** bits - 1n, (2n ** bits) & (2n ** 256n - 1n)]) {
      const slot: Slot = [wordOf(1), bigIntToBytes(balance, 32)]
      pair.apply([account(addressOf(1), [slot], { nonce: balance & (2n ** 64n - 1n), balance })])
    }
  }
})

test('a clone and its origin go their own ways', () => {
  const pair = new Pair()
  const slots = Array.from({ length: 300 }, (_, index): Slot => [wordOf(index), wordOf(index)])
  pair.apply(Array.from({ length: 5000 }, (_, id) => account(addressOf(id), id % 100 === 0 ? slots : [])))
  const root = bytesToHex(pair.whole.root())
  const copy = pair.whole.clone()
  assert.is(copy.usedBytes, pair.whole.usedBytes)
  pair.apply(Array.from({ length: 2000 }, (_, id) => gone(addressOf(2 * id))))
  assert.is(bytesToHex(copy.root()), root)
  const change = [account(addressOf(6000), slots)]
  const other = new StateTrie()
  other.apply(Array.from({ length: 5000 }, (_, id) => account(addressOf(id), id % 100 === 0 ? slots : [])))
  other.apply(change)
  copy.apply(packChanges(change))
  assert.is(bytesToHex(copy.root()), bytesToHex(other.root()))
  pair.compare()
})

test('a memory that is full is a ResourceLimitError, and what was there can be rolled back to', () => {
  const isLimit = (error: unknown) => error instanceof ResourceLimitError && error.code === 'MemoryLimit'
  const slots = Array.from({ length: 20 }, (_, index): Slot => [wordOf(index), wordOf(index + 1)])
  const some = (from: number, count: number) =>
    Array.from({ length: count }, (_, id) => account(addressOf(from + id), id % 2 === 0 ? slots : []))
  for (let pages = 6; pages < 24; pages++) {
    const whole = new WholeTrie(pages)
    const model = new StateTrie()
    const fits = some(0, 40)
    whole.apply(packChanges(fits))
    model.apply(fits)
    const { usedBytes } = whole
    whole.begin()
    assert.throws(() => whole.apply(packChanges(some(10, 3000))), isLimit)
    whole.rollBack()
    assert.is(whole.usedBytes, usedBytes)
    const more = some(20, 30)
    whole.begin()
    whole.apply(packChanges(more))
    whole.keep()
    model.apply(more)
    assert.is(bytesToHex(whole.root()), bytesToHex(model.root()))
  }
})

test.run()
