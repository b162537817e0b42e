import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bytesToHex } from '../../src/codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../../src/codec/keccak.js'
import { encodeRlp } from '../../src/codec/rlp.js'
import { type AllocAccount, decodeAccount, encodeAccount, type KeyMemo, stateRoot } from '../../src/trie/secure.js'
import { EMPTY_ROOT } from '../../src/trie/sorted.js'
import { StateTrie } from '../../src/trie/state-trie.js'
import type { AccountDiff } from '../../src/types/state.js'
import { suite } from '../support/suite.js'

const test = suite('state trie')

const word = (value: number) => {
  const bytes = new Uint8Array(32)
  bytes[31] = value
  return bytes
}

const accountDiff: fc.Arbitrary<AccountDiff> = fc
  .record({
    id: fc.nat(12),
    exists: fc.integer({ min: 0, max: 4 }).map((chance) => chance > 0),
    nonce: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    balance: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    storageCleared: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 0),
    slots: fc.uniqueArray(fc.tuple(fc.nat(5).map(word), fc.nat(2).map(word)), {
      selector: ([key]) => key[31],
      maxLength: 6,
    }),
  })
  .map(({ id, exists, ...fields }) => {
    const address = new Uint8Array(20).fill(id)
    if (exists) return { address, exists, codeHash: KECCAK_EMPTY, ...fields }
    const gone = { nonce: 0n, balance: 0n, codeHash: KECCAK_EMPTY, storageCleared: true, slots: [] }
    return { address, exists, ...gone }
  })

const block = fc.uniqueArray(accountDiff, { selector: ({ address }) => address[0], maxLength: 6 })

type Model = Map<string, { account: AllocAccount; slots: Map<string, [Uint8Array, Uint8Array]> }>

function applyToModel(model: Model, diff: readonly AccountDiff[]): void {
  for (const { address, exists, nonce, balance, codeHash, storageCleared, slots } of diff) {
    const name = bytesToHex(address)
    if (!exists) {
      model.delete(name)
      continue
    }
    const kept = new Map(storageCleared ? [] : model.get(name)?.slots)
    for (const [key, value] of slots) kept.set(bytesToHex(key), [key, value])
    const account = { address, nonce, balance, codeHash, slots: [...kept.values()] }
    model.set(name, { account, slots: kept })
  }
}

function rootOfModel(model: Model, memo?: KeyMemo): string {
  return bytesToHex(
    stateRoot(
      [...model.values()].map(({ account }) => account),
      memo,
    ),
  )
}

test('block after block it has the root of the whole state', () => {
  const memo: KeyMemo = new Map()
  fc.assert(
    fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
      const state = new StateTrie(EMPTY_ROOT, undefined, memo)
      const model: Model = new Map()
      for (const diff of blocks) {
        state.apply(diff)
        applyToModel(model, diff)
        assert.is(bytesToHex(state.root()), rootOfModel(model, memo))
      }
      for (const { account, slots } of model.values()) {
        assert.is(state.account(account.address)?.balance, account.balance)
        for (const [key, value] of slots.values()) {
          const found = state.slot(account.address, key)
          assert.is(found?.[31] ?? 0, value[31])
        }
      }
      assert.is(rootOfModel(model), rootOfModel(model, memo))
    }),
    { numRuns: 200 },
  )
})

test('a snapshot and its origin go their own ways', () => {
  fc.assert(
    fc.property(block, fc.array(block, { maxLength: 3 }), fc.array(block, { maxLength: 3 }), (before, here, there) => {
      const state = new StateTrie()
      const model: Model = new Map()
      state.apply(before)
      applyToModel(model, before)
      const other = state.snapshot()
      const otherModel: Model = new Map(model)
      for (let i = 0; i < 3; i++) {
        state.apply(here[i] ?? [])
        applyToModel(model, here[i] ?? [])
        other.apply(there[i] ?? [])
        applyToModel(otherModel, there[i] ?? [])
      }
      assert.is(bytesToHex(state.root()), rootOfModel(model))
      assert.is(bytesToHex(other.root()), rootOfModel(otherModel))
    }),
    { numRuns: 200 },
  )
})

test('the recorded witness is enough to execute the same without the state', () => {
  fc.assert(
    fc.property(block, block, fc.array(fc.tuple(fc.nat(12), fc.nat(5)), { maxLength: 8 }), (before, diff, reads) => {
      const state = new StateTrie()
      state.apply(before)
      const root = state.root()
      const read = (from: StateTrie) =>
        reads.map(([id, slot]) => from.slot(new Uint8Array(20).fill(id), word(slot))?.slice())
      state.startRecording()
      const found = read(state)
      state.apply(diff)
      const nodes = new Map(state.stopRecording().map((node) => [bytesToHex(keccak256(node)), node]))
      const stateless = new StateTrie(root, (hash) => nodes.get(bytesToHex(hash)))
      assert.equal(read(stateless), found)
      stateless.apply(diff)
      assert.is(bytesToHex(stateless.root()), bytesToHex(state.root()))
    }),
    { numRuns: 300 },
  )
})

test('an account comes back from its encoding, others are refused', () => {
  const account = { nonce: 2n ** 64n - 1n, balance: 2n ** 256n - 1n, storageRoot: EMPTY_ROOT, codeHash: KECCAK_EMPTY }
  assert.equal(decodeAccount(encodeAccount(account)), account)
  for (const wrong of [
    Uint8Array.of(0xc0),
    Uint8Array.of(0x01),
    encodeRlp([0n, 0n, EMPTY_ROOT, KECCAK_EMPTY.slice(1)]),
  ]) {
    assert.throws(() => decodeAccount(wrong), /account: expected/)
  }
  for (const wrong of [{ nonce: 2n ** 64n }, { balance: 2n ** 256n }, { storageRoot: KECCAK_EMPTY.slice(1) }]) {
    assert.throws(() => encodeAccount({ ...account, ...wrong }), /account: expected/)
  }
})

const edge = (bits: bigint) =>
  fc.oneof(
    fc.constantFrom(0n, 1n, 127n, 128n, 255n, 256n, 65535n, 65536n),
    fc.bigInt({ min: 0n, max: 2n ** bits - 1n }),
  )

test('what decodes as an account encodes as the same bytes', () => {
  fc.assert(
    fc.property(edge(64n), edge(256n), fc.nat(), fc.nat(255), (nonce, balance, place, byte) => {
      const account = { nonce, balance, storageRoot: EMPTY_ROOT, codeHash: KECCAK_EMPTY }
      const encoded = encodeAccount(account)
      assert.equal(decodeAccount(encoded), account)
      encoded[place % encoded.length] = byte
      let decoded: typeof account
      try {
        decoded = decodeAccount(encoded)
      } catch {
        return
      }
      assert.is(bytesToHex(encodeAccount(decoded)), bytesToHex(encoded))
    }),
    { numRuns: 2000 },
  )
})

test('a slot of any size comes back as 32 bytes', () => {
  const address = new Uint8Array(20).fill(1)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 32 }), (value) => {
      const full = new Uint8Array(32)
      full.set(value, 32 - value.length)
      const state = new StateTrie()
      const account = { address, exists: true, nonce: 1n, balance: 0n, codeHash: KECCAK_EMPTY, storageCleared: false }
      state.apply([{ ...account, slots: [[word(1), full]] }])
      assert.equal(state.slot(address, word(1)), bytesToHex(full) === bytesToHex(word(0)) ? undefined : full)
    }),
  )
})

test('the empty state has the empty root', () => {
  assert.equal(stateRoot([]), EMPTY_ROOT)
  assert.equal(new StateTrie().root(), EMPTY_ROOT)
})

test.run()
