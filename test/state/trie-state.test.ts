import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bytesToHex } from '../../src/codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../../src/codec/keccak.js'
import { StateBackendError } from '../../src/errors.js'
import { TrieState } from '../../src/state/trie-state.js'
import { type AllocAccount, stateRoot } from '../../src/trie/secure.js'
import type { StateDiff } from '../../src/types/state.js'
import { ACCOUNTS, addressOf, randomDiff, SLOTS, wordOf } from '../support/random-diff.js'
import { suite } from '../support/suite.js'

const test = suite('state/trie-state')

interface ModelAccount {
  account: Omit<AllocAccount, 'slots'>
  slots: ReadonlyMap<string, readonly [Uint8Array, Uint8Array]>
}

type Model = ReadonlyMap<string, ModelAccount>

function applyToModel(model: Model, diff: StateDiff): Model {
  const next = new Map(model)
  for (const { exists, storageCleared, slots, ...account } of diff) {
    const id = bytesToHex(account.address)
    const kept = new Map(storageCleared ? [] : next.get(id)?.slots)
    for (const [key, value] of slots) kept.set(bytesToHex(key), [key, value])
    if (exists) next.set(id, { account, slots: kept })
    else next.delete(id)
  }
  return next
}

function rootOfModel(model: Model): string {
  return bytesToHex(stateRoot([...model.values()].map(({ account, slots }) => ({ ...account, slots: slots.values() }))))
}

function assertSame(state: TrieState, model: Model): void {
  assert.is(bytesToHex(state.root()), rootOfModel(model))
  for (let id = 0; id < ACCOUNTS; id++) {
    const address = addressOf(id)
    const expected = model.get(bytesToHex(address))
    const found = state.account(address)
    assert.is(found?.balance, expected?.account.balance)
    assert.is(found?.nonce, expected?.account.nonce)
    for (let slot = 0; slot < SLOTS; slot++) {
      const key = wordOf(slot)
      const value = expected?.slots.get(bytesToHex(key))?.[1] ?? wordOf(0)
      assert.equal(state.slot(address, key) ?? wordOf(0), value)
    }
    if (found !== undefined && expected !== undefined) {
      assert.is(
        found.hasStorage,
        [...expected.slots.values()].some(([, value]) => value[31] !== 0),
      )
    }
  }
}

test('diffs one after the other give the root and the values that the state built at once has', () => {
  fc.assert(
    fc.property(fc.array(randomDiff, { maxLength: 6 }), (diffs) => {
      const state = new TrieState()
      let model: Model = new Map()
      for (const diff of diffs) {
        state.applyDiff(diff)
        model = applyToModel(model, diff)
        assertSame(state, model)
      }
    }),
    { numRuns: 60 },
  )
})

test('a tree of clones: each has its own history, whatever its relatives became', () => {
  const step = fc.record({ from: fc.nat(9), diff: randomDiff })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
      const states: { state: TrieState; model: Model }[] = [{ state: new TrieState(), model: new Map() }]
      for (const { from, diff } of steps) {
        const parent = states[from % states.length]!
        const state = parent.state.clone()
        state.applyDiff(diff)
        states.push({ state, model: applyToModel(parent.model, diff) })
      }
      for (const { state, model } of states) assertSame(state, model)
    }),
    { numRuns: 60 },
  )
})

test('a clone and its origin may both go on', () => {
  fc.assert(
    fc.property(randomDiff, randomDiff, randomDiff, randomDiff, (before, here, there, last) => {
      const state = new TrieState()
      state.applyDiff(before)
      const copy = state.clone()
      let model = applyToModel(new Map(), before)
      let copyModel = model
      for (const diff of [here, last]) {
        state.applyDiff(diff)
        model = applyToModel(model, diff)
      }
      for (const diff of [there, last]) {
        copy.applyDiff(diff)
        copyModel = applyToModel(copyModel, diff)
      }
      assertSame(state, model)
      assertSame(copy, copyModel)
    }),
    { numRuns: 100 },
  )
})

test('a code is found by its hash, an unknown one is an error that names it', () => {
  const state = new TrieState()
  const code = Uint8Array.of(1, 2, 3)
  const account = { address: addressOf(1), exists: true, nonce: 1n, balance: 0n, storageCleared: false, slots: [] }
  state.applyDiff([{ ...account, codeHash: keccak256(code), code }])
  assert.equal(state.code(keccak256(code)), code)
  assert.equal(state.clone().code(keccak256(code)), code)
  assert.equal(state.code(KECCAK_EMPTY), new Uint8Array(0))
  const unknown = keccak256(Uint8Array.of(4))
  assert.throws(
    () => state.code(unknown),
    (error: unknown) => error instanceof StateBackendError && error.details.hash === bytesToHex(unknown),
  )
})

test.run()
