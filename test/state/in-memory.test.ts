import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bigIntToBytes } from '../../src/codec/bytes.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../../src/codec/keccak.js'
import { StateBackendError } from '../../src/errors.js'
import { InMemoryState } from '../../src/state/in-memory.js'
import { type AllocAccount, stateRoot } from '../../src/trie/secure.js'
import type { AccountDiff } from '../../src/types/state.js'
import { suite } from '../support/suite.js'

const test = suite('state/in-memory')

const address = (id: number) => bigIntToBytes(BigInt(id), 20)
const word = (value: number) => bigIntToBytes(BigInt(value), 32)

function diffOf(id: number, change: Partial<AccountDiff> = {}): AccountDiff {
  const account = { exists: true, nonce: 1n, balance: 2n, codeHash: KECCAK_EMPTY, storageCleared: false, slots: [] }
  return { address: address(id), ...account, ...change }
}

test('an account is what was set, and unknown before', () => {
  const state = new InMemoryState()
  assert.is(state.account(address(1)), undefined)
  state.set(address(1), { nonce: 3n, balance: 4n, code: Uint8Array.of(0), slots: [[word(1), word(2)]] })
  const codeHash = keccak256(Uint8Array.of(0))
  assert.equal(state.account(address(1)), { nonce: 3n, balance: 4n, codeHash, hasStorage: true })
  assert.equal(state.slot(address(1), word(1)), word(2))
  assert.is(state.slot(address(1), word(2)), undefined)
  assert.equal(state.code(codeHash), Uint8Array.of(0))
  assert.equal(state.code(KECCAK_EMPTY), new Uint8Array(0))
  assert.throws(
    () => state.code(word(5)),
    (error: unknown) => error instanceof StateBackendError && error.code === 'MissingCode',
  )
})

test('a slot of zero is none', () => {
  const state = new InMemoryState()
  state.set(address(1), { slots: [[word(1), word(0)]] })
  assert.is(state.account(address(1))!.hasStorage, false)
  state.applyDiff([diffOf(1, { slots: [[word(1), word(7)]] })])
  assert.is(state.account(address(1))!.hasStorage, true)
  state.applyDiff([diffOf(1, { slots: [[word(1), word(0)]] })])
  assert.is(state.account(address(1))!.hasStorage, false)
})

test('cleared storage keeps what was written after', () => {
  const state = new InMemoryState()
  state.set(address(1), { slots: [[word(1), word(2)]] })
  state.applyDiff([diffOf(1, { storageCleared: true, slots: [[word(3), word(4)]] })])
  assert.equal(state.slots(address(1)), [[word(3), word(4)]])
})

interface Model {
  [id: number]: { nonce: bigint; balance: bigint; code: number; slots: Map<number, number> }
}

function modelRoot(model: Model): string {
  const accounts: AllocAccount[] = Object.entries(model).map(([id, { nonce, balance, code, slots }]) => ({
    address: address(Number(id)),
    nonce,
    balance,
    codeHash: code === 0 ? KECCAK_EMPTY : keccak256(Uint8Array.of(code)),
    slots: [...slots].map(([key, value]) => [word(key), word(value)] as const),
  }))
  return bytesToHex(stateRoot(accounts))
}

const PLACES = Array.from({ length: 16 }, (_, i) => [i >> 2, i & 3] as const)

/** Through one pair of arrays, as a machine asks: an answer must not hang on what is in them later. */
function readSlots(state: InMemoryState): number[] {
  const owner = new Uint8Array(20)
  const key = new Uint8Array(32)
  return PLACES.map(([id, slot]) => {
    owner[19] = id
    key[31] = slot
    return state.slot(owner, key)?.[31] ?? 0
  })
}

function modelSlots(model: Model): number[] {
  return PLACES.map(([id, slot]) => model[id]?.slots.get(slot) ?? 0)
}

const small = fc.integer({ min: 0, max: 3 })
const step = fc.record({
  /** On the copy or the original: neither may see what the other does. */
  onCopy: fc.boolean(),
  id: small,
  exists: fc.boolean(),
  nonce: small,
  code: small,
  storageCleared: fc.boolean(),
  slots: fc.uniqueArray(fc.tuple(small, small), { selector: ([key]) => key, maxLength: 3 }),
  copies: fc.boolean(),
})

test('diffs on a state and its copies do what they do on plain maps', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let pair = [new InMemoryState(), new InMemoryState()]
      let models: Model[] = [{}, {}]
      for (const { onCopy, id, exists, nonce, code, storageCleared, slots, copies } of steps) {
        if (copies) {
          pair = [pair[0]!, pair[0]!.clone()]
          models = [models[0]!, structuredClone(models[0]!)]
        }
        const target = onCopy ? 1 : 0
        const bytes = Uint8Array.of(code)
        pair[target]!.applyDiff([
          diffOf(id, {
            exists,
            nonce: BigInt(nonce),
            storageCleared,
            ...(code === 0 ? {} : { code: bytes, codeHash: keccak256(bytes) }),
            slots: slots.map(([key, value]) => [word(key), word(value)]),
          }),
        ])
        const model = models[target]!
        if (!exists) delete model[id]
        else {
          const before = storageCleared ? new Map<number, number>() : (model[id]?.slots ?? new Map<number, number>())
          for (const [key, value] of slots) before.set(key, value)
          model[id] = { nonce: BigInt(nonce), balance: 2n, code, slots: before }
        }
        pair.forEach((state, i) => {
          assert.equal(readSlots(state), modelSlots(models[i]!))
        })
        assert.is(bytesToHex(pair[0]!.root()), modelRoot(models[0]!))
        assert.is(bytesToHex(pair[1]!.root()), modelRoot(models[1]!))
      }
    }),
  )
})

test.run()
