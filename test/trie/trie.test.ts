import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bytesToHex, hexToBytes } from '../../src/codec/hex.js'
import { keccak256 } from '../../src/codec/keccak.js'
import { encodeRlp } from '../../src/codec/rlp.js'
import { HeddleError } from '../../src/errors.js'
import { orderedRoot } from '../../src/trie/ordered.js'
import { EMPTY_ROOT, rootOf } from '../../src/trie/sorted.js'
import { type NodeStore, Trie } from '../../src/trie/trie.js'
import { suite } from '../support/suite.js'

const test = suite('trie')

const NOTHING = new Uint8Array(0)

// Keys over few nibbles, so that prefixes, splits and merges at every position happen all the time.
const shortKey = fc
  .array(fc.constantFrom(0x00, 0x01, 0x10, 0x11, 0x12), { maxLength: 4 })
  .map((bytes) => Uint8Array.from(bytes))
const longKey = fc
  .tuple(fc.nat(3), fc.nat(3))
  .map(([first, last]) => Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? first << 4 : at === 31 ? last : 7)))
const value = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 4 }),
  fc.uint8Array({ minLength: 30, maxLength: 34 }),
  fc.constant(NOTHING),
)
const puts = (key: fc.Arbitrary<Uint8Array>) => fc.array(fc.tuple(key, value), { maxLength: 24 })
const anyPuts = fc.oneof(puts(shortKey), puts(longKey), puts(fc.oneof(shortKey, longKey)))

type Model = Map<string, Uint8Array>

function putBoth(trie: Trie, model: Model, key: Uint8Array, value: Uint8Array): void {
  trie.put(key, value)
  if (value.length === 0) model.delete(bytesToHex(key))
  else model.set(bytesToHex(key), value)
}

function rootOfModel(model: Model): string {
  return bytesToHex(rootOf([...model].map(([key, value]) => ({ key: hexToBytes(key), value }))))
}

function assertSame(trie: Trie, model: Model): void {
  assert.is(bytesToHex(trie.root()), rootOfModel(model))
  for (const [key, value] of model) assert.equal(trie.get(hexToBytes(key)), value)
  const entries = [...trie.entries()].map(({ key, value }) => [bytesToHex(key), value])
  assert.equal(
    entries,
    [...model].sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Every node of the trie with these entries, under its hash. */
function storeOf(model: Model): { root: Uint8Array; nodes: Map<string, Uint8Array>; store: NodeStore } {
  const trie = new Trie()
  for (const [key, value] of model) trie.put(hexToBytes(key), value)
  trie.startRecording()
  for (const key of model.keys()) trie.get(hexToBytes(key))
  const nodes = new Map(trie.stopRecording().map((node) => [bytesToHex(keccak256(node)), node]))
  return { root: trie.root(), nodes, store: (hash) => nodes.get(bytesToHex(hash)) }
}

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    assert.instance(error, HeddleError)
    return (error as HeddleError).code
  }
  return 'none'
}

test('after any puts and deletes it is the trie of what remains', () => {
  fc.assert(
    fc.property(anyPuts, fc.nat(4), (operations, hashEvery) => {
      const trie = new Trie()
      const model: Model = new Map()
      operations.forEach(([key, value], index) => {
        putBoth(trie, model, key, value)
        if (hashEvery > 0 && index % hashEvery === 0) assert.is(bytesToHex(trie.root()), rootOfModel(model))
      })
      assertSame(trie, model)
      for (const key of [...model.keys()]) putBoth(trie, model, hexToBytes(key), NOTHING)
      assert.equal(trie.root(), EMPTY_ROOT)
    }),
    { numRuns: 3_000 },
  )
})

test('keys that are not there are not found, and deleting them changes nothing', () => {
  fc.assert(
    fc.property(puts(shortKey), puts(shortKey), (operations, others) => {
      const trie = new Trie()
      const model: Model = new Map()
      for (const [key, value] of operations) putBoth(trie, model, key, value)
      const root = bytesToHex(trie.root())
      for (const [key] of others) {
        if (model.has(bytesToHex(key))) continue
        assert.is(trie.get(key), undefined)
        trie.delete(key)
      }
      assert.is(bytesToHex(trie.root()), root)
    }),
  )
})

test('a snapshot and its origin do not see what the other changes', () => {
  fc.assert(
    fc.property(anyPuts, anyPuts, anyPuts, (before, here, there) => {
      const trie = new Trie()
      const model: Model = new Map()
      for (const [key, value] of before) putBoth(trie, model, key, value)
      const other = trie.snapshot()
      const otherModel: Model = new Map(model)
      for (let i = 0; i < Math.max(here.length, there.length); i++) {
        if (i < here.length) putBoth(trie, model, ...here[i]!)
        if (i === 3) trie.root()
        if (i < there.length) putBoth(other, otherModel, ...there[i]!)
      }
      assertSame(trie, model)
      assertSame(other, otherModel)
      const third = other.snapshot()
      for (const [key] of before) other.delete(key)
      assertSame(third, otherModel)
    }),
    { numRuns: 1_000 },
  )
})

test('from a store of nodes it becomes the same as in memory', () => {
  fc.assert(
    fc.property(anyPuts, anyPuts, (before, after) => {
      const model: Model = new Map()
      for (const [key, value] of before) putBoth(new Trie(), model, key, value)
      const { root, store } = storeOf(model)
      assertSame(new Trie(root, store), model)
      const trie = new Trie(root, store)
      for (const [key, value] of after) putBoth(trie, model, key, value)
      assertSame(trie, model)
    }),
    { numRuns: 1_000 },
  )
})

test('what is recorded is enough to do the same again', () => {
  fc.assert(
    fc.property(anyPuts, anyPuts, puts(shortKey), (before, changes, reads) => {
      const trie = new Trie()
      for (const [key, value] of before) trie.put(key, value)
      const root = trie.root()
      trie.startRecording()
      const found = reads.map(([key]) => trie.get(key))
      for (const [key, value] of changes) trie.put(key, value)
      const nodes = new Map(trie.stopRecording().map((node) => [bytesToHex(keccak256(node)), node]))
      const again = new Trie(root, (hash) => nodes.get(bytesToHex(hash)))
      assert.equal(
        reads.map(([key]) => again.get(key)),
        found,
      )
      for (const [key, value] of changes) again.put(key, value)
      assert.is(bytesToHex(again.root()), bytesToHex(trie.root()))
    }),
    { numRuns: 1_000 },
  )
})

test('a missing node is an error that names its path and hash', () => {
  const model: Model = new Map()
  for (let index = 0; index < 100; index++) {
    model.set(bytesToHex(keccak256(Uint8Array.of(index))), new Uint8Array(40).fill(index))
  }
  const { root, nodes, store } = storeOf(model)
  for (const [hash] of nodes) {
    const partial: NodeStore = (wanted) => (bytesToHex(wanted) === hash ? undefined : store(wanted))
    const trie = new Trie(root, partial)
    let error: unknown
    for (const key of model.keys()) {
      try {
        trie.get(hexToBytes(key))
      } catch (thrown) {
        error = thrown
        const { details } = thrown as HeddleError
        assert.is((thrown as HeddleError).code, 'MissingNode')
        assert.is(details.hash, hash)
        assert.ok(key.startsWith(details.path as string))
      }
    }
    assert.ok(error)
  }
})

test('a missing node leaves the trie as it was', () => {
  fc.assert(
    fc.property(anyPuts, anyPuts, fc.nat(), (before, after, missing) => {
      const model: Model = new Map()
      for (const [key, value] of before) putBoth(new Trie(), model, key, value)
      const { root, nodes, store } = storeOf(model)
      const gone = [...nodes.keys()][missing % Math.max(nodes.size, 1)]
      let isGone = true
      const trie = new Trie(root, (hash) => (isGone && bytesToHex(hash) === gone ? undefined : store(hash)))
      for (const [key, value] of after) {
        if (codeOf(() => trie.put(key, value)) === 'MissingNode') continue
        putBoth(new Trie(), model, key, value)
      }
      isGone = false
      assertSame(trie, model)
    }),
    { numRuns: 2_000 },
  )
})

test('a malformed node is an error, whatever is wrong with it', () => {
  const cases = [
    Uint8Array.of(0xc1),
    encodeRlp(Uint8Array.of(1, 2)),
    encodeRlp([]),
    encodeRlp([Uint8Array.of(0x20), NOTHING]),
    encodeRlp([Uint8Array.of(0x40), Uint8Array.of(1)]),
    encodeRlp([Uint8Array.of(0x01), Uint8Array.of(1)]),
    encodeRlp([NOTHING, Uint8Array.of(1)]),
    encodeRlp([[], Uint8Array.of(1)]),
    encodeRlp([Uint8Array.of(0x31), Uint8Array.of(1)]),
    encodeRlp([Uint8Array.of(0x00), new Uint8Array(32)]),
    encodeRlp([Uint8Array.of(0x11), new Uint8Array(31)]),
    encodeRlp([Uint8Array.of(0x11), [Uint8Array.of(0x31), Uint8Array.of(1)]]),
    encodeRlp(new Array(17).fill(Uint8Array.of(1))),
    encodeRlp([...new Array(16).fill(NOTHING), []]),
    encodeRlp(new Array(17).fill([Uint8Array.of(0x20), new Uint8Array(40).fill(1)])),
    encodeRlp(new Array(16).fill(NOTHING)),
  ]
  for (const node of cases) {
    const code = codeOf(() => new Trie(keccak256(node), () => node).get(Uint8Array.of(0x10)))
    assert.is(code, 'MalformedNode', bytesToHex(node))
  }
  assert.is(
    codeOf(() => new Trie(NOTHING)),
    'FieldLength',
  )
})

test('random nodes end in a value or in an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), shortKey, (node, key) => {
      const trie = new Trie(keccak256(node), () => node)
      codeOf(() => trie.get(key))
      codeOf(() => trie.delete(key))
    }),
  )
})

test('a key may be another one after it was put', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(shortKey, shortKey), { maxLength: 40 }), (pairs) => {
      const [kept, lent] = [new Trie(), new Trie()]
      for (const [key, value] of pairs) {
        kept.put(key, value)
        const again = key.slice()
        lent.put(again, value)
        again.fill(0xff)
      }
      assert.is(bytesToHex(lent.root()), bytesToHex(kept.root()))
      assert.equal([...lent.entries()], [...kept.entries()])
    }),
  )
})

test('an indexed list has the root of its encoded indexes', () => {
  for (const count of [0, 1, 2, 127, 128, 129, 255, 256, 257, 300, 65_600]) {
    const values = Array.from({ length: count }, (_, index) => Uint8Array.of(1, index >> 8, index & 255))
    const trie = new Trie()
    values.forEach((item, index) => {
      trie.put(encodeRlp(BigInt(index)), item)
    })
    assert.is(bytesToHex(orderedRoot(values)), bytesToHex(trie.root()))
  }
})

test.run()
