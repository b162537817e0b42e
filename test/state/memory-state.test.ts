import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bigIntToBytes } from '../../src/codec/bytes.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../../src/codec/keccak.js'
import { InputError } from '../../src/errors.js'
import type { Alloc } from '../../src/state/alloc.js'
import type { StateDraft } from '../../src/state/backend.js'
import { InMemoryState } from '../../src/state/in-memory.js'
import { type MemoryState, memoryState } from '../../src/state/memory-state.js'
import { accountDiff } from '../../src/state/shared-memory.js'
import { openBackend } from '../../src/state/shared-reader.js'
import { EMPTY_ROOT } from '../../src/trie/sorted.js'
import type { AccountDiff } from '../../src/types/state.js'
import { randomDiff } from '../support/random-diff.js'
import { suite } from '../support/suite.js'

const test = suite('state/memory-state')

const address = (id: number) => bigIntToBytes(BigInt(id), 20)
const word = (value: number) => bigIntToBytes(BigInt(value), 32)
const hexAddress = (id: number) => bytesToHex(address(id))

test('an empty state has the empty root', () => {
  assert.equal(memoryState().root(), EMPTY_ROOT)
  assert.equal(memoryState({}).root(), EMPTY_ROOT)
})

test('an alloc is read as genesis files write it', () => {
  const state = memoryState({
    [hexAddress(1)]: { balance: '0x10', nonce: '7', code: '0x6001', storage: { '0x01': '0x02', '3': 4 } },
    [hexAddress(2).slice(2)]: { balance: 10n ** 18n },
    [hexAddress(3).toUpperCase().replace('0X', '0x')]: {},
  })
  const code = Uint8Array.of(0x60, 1)
  assert.equal(state.account(address(1)), { balance: 16n, nonce: 7n, codeHash: keccak256(code), hasStorage: true })
  assert.equal(state.code(keccak256(code)), code)
  assert.equal(state.slot(address(1), word(1)), word(2))
  assert.equal(state.slot(address(1), word(3)), word(4))
  assert.is(state.account(address(2))!.balance, 10n ** 18n)
  assert.equal(state.account(address(3)), { balance: 0n, nonce: 0n, codeHash: KECCAK_EMPTY, hasStorage: false })
  const known = new InMemoryState()
  known.set(address(1), {
    balance: 16n,
    nonce: 7n,
    code,
    slots: [
      [word(1), word(2)],
      [word(3), word(4)],
    ],
  })
  known.set(address(2), { balance: 10n ** 18n })
  known.set(address(3), {})
  assert.equal(state.root(), known.root())
})

test('a malformed alloc is an InputError that says where', () => {
  const one = hexAddress(1)
  const cases: [alloc: unknown, code: string, where: string][] = [
    [[], 'InvalidAlloc', 'alloc:'],
    [null, 'InvalidAlloc', 'alloc:'],
    [{ '0x12': {} }, 'InvalidHex', 'alloc.0x12'],
    [{ nonsense: {} }, 'InvalidHex', 'alloc.nonsense'],
    [{ [one]: 5 }, 'InvalidAlloc', `alloc.${one}`],
    [{ [one]: {}, [one.slice(2)]: {} }, 'InvalidAlloc', 'each address once'],
    [{ [one]: { balance: '-1' } }, 'InvalidHex', `${one}.balance`],
    [{ [one]: { balance: -1n } }, 'InvalidAlloc', `${one}.balance`],
    [{ [one]: { balance: 2n ** 256n } }, 'InvalidAlloc', `${one}.balance`],
    [{ [one]: { balance: 1.5 } }, 'InvalidHex', `${one}.balance`],
    [{ [one]: { nonce: '0x10000000000000000' } }, 'FieldOverflow', `${one}.nonce`],
    [{ [one]: { code: '0x123' } }, 'InvalidHex', `${one}.code`],
    [{ [one]: { code: 5 } }, 'InvalidHex', `${one}.code`],
    [{ [one]: { storage: [] } }, 'InvalidAlloc', `${one}.storage`],
    [{ [one]: { storage: { x: '0x1' } } }, 'InvalidHex', `${one}.storage.x`],
    [{ [one]: { storage: { '0x1': {} } } }, 'InvalidHex', `${one}.storage.0x1`],
    [{ [one]: { storage: { '0x1': 1, '0x01': 1 } } }, 'InvalidAlloc', 'each slot once'],
  ]
  for (const [alloc, code, where] of cases) {
    assert.throws(
      () => memoryState(alloc as Alloc),
      (error: unknown) => error instanceof InputError && error.code === code && error.message.includes(where),
      `${code} ${where}`,
    )
  }
})

interface Change {
  id: number
  exists: boolean
  nonce: number
  code: number
  storageCleared: boolean
  slots: [key: number, value: number][]
}

function diffOf({ id, exists, nonce, code, storageCleared, slots }: Change): AccountDiff {
  const bytes = code === 0 ? undefined : Uint8Array.of(code)
  return {
    address: address(id),
    exists,
    nonce: BigInt(nonce),
    balance: 5n,
    codeHash: bytes === undefined ? KECCAK_EMPTY : keccak256(bytes),
    ...(bytes === undefined ? {} : { code: bytes }),
    storageCleared: storageCleared || !exists,
    slots: exists ? slots.map(([key, value]) => [word(key), word(value)]) : [],
  }
}

const small = fc.integer({ min: 0, max: 3 })
const step = fc.record({
  onCopy: fc.boolean(),
  copies: fc.boolean(),
  /** Before the first root a diff changes the flat state only, after it both. */
  asksRoot: fc.boolean(),
  id: small,
  exists: fc.boolean(),
  nonce: small,
  code: small,
  storageCleared: fc.boolean(),
  slots: fc.uniqueArray(fc.tuple(small, small), { selector: ([key]) => key, maxLength: 3 }),
})

test('roots are those of a state that is tries only, whenever they are asked for', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let states = [memoryState(), memoryState()] as const
      let models = [new InMemoryState(), new InMemoryState()] as const
      for (const change of steps) {
        const { onCopy, copies, asksRoot } = change
        if (copies) {
          states = [states[0], states[0].clone()]
          models = [models[0], models[0].clone()]
        }
        const diff = diffOf(change)
        states[onCopy ? 1 : 0].applyDiff([diff])
        models[onCopy ? 1 : 0].applyDiff([diff])
        for (const which of asksRoot ? ([0, 1] as const) : []) {
          assert.equal(states[which].root(), models[which].root())
          const reader = openBackend(states[which].share().data)
          for (const id of [0, 1, 2, 3]) {
            assert.equal(reader.account(address(id)), models[which].account(address(id)))
            for (const key of [0, 1, 2, 3]) {
              assert.equal(reader.slot(address(id), word(key)), models[which].slot(address(id), word(key)))
            }
          }
        }
      }
    }),
  )
})

const contentOf = (state: MemoryState) =>
  [...state.addresses()].map((address) => [address, state.account(address), state.slots(address)])

test('a draft has the root that the state gets when it is committed, and until then changes nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), fc.array(step, { minLength: 1, maxLength: 10 }), (before, after) => {
      const state = memoryState()
      for (const each of before) state.applyDiff([diffOf(each)])
      const expected = state.clone()
      const [root, content] = [state.root(), contentOf(state)]
      const draft = state.draft()
      const discarded = state.draft()
      for (const each of after) {
        draft.applyDiff([diffOf(each)])
        expected.applyDiff([diffOf(each)])
        discarded.applyDiff([diffOf({ ...each, nonce: each.nonce + 1 })])
      }
      assert.equal(draft.root(), expected.root())
      assert.equal([state.root(), contentOf(state)], [root, content])
      draft.commit()
      assert.equal([state.root(), contentOf(state)], [expected.root(), contentOf(expected)])
      state.applyDiff([diffOf(after[0]!)])
      expected.applyDiff([diffOf(after[0]!)])
      assert.equal(state.root(), expected.root())
    }),
  )
})

const isStale = (error: unknown) => error instanceof InputError && error.code === 'StaleDraft'

test('a draft of a state that has changed since is refused', () => {
  const state = memoryState()
  const [first, second, third] = [state.draft(), state.draft(), state.draft()]
  first.commit()
  assert.throws(() => second.commit(), isStale)
  assert.throws(() => first.commit(), isStale)
  state.set(address(1), {})
  assert.throws(() => third.commit(), isStale)
})

/** What is done to one of several drafts of a state, or to the state. */
const move = fc.record({
  kind: fc.constantFrom(
    'draft',
    'apply',
    'apply',
    'apply',
    'root',
    'root',
    'state root',
    'commit',
    'state change',
    'clone',
  ),
  draft: fc.nat(2),
  diff: randomDiff,
})

test('drafts take turns in any order, and each has the root of a state of its own', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 24 }), (moves) => {
      let state = memoryState()
      let model = new InMemoryState()
      let drafts: { draft: StateDraft; model: InMemoryState; isFresh: boolean }[] = []
      const forget = (): void => {
        drafts = drafts.map((each) => ({ ...each, isFresh: false }))
      }
      for (const { kind, draft: which, diff } of moves) {
        const chosen = drafts[which % Math.max(1, drafts.length)]
        if (kind === 'draft') {
          drafts = [...drafts, { draft: state.draft(), model: model.clone(), isFresh: true }].slice(-3)
        } else if (kind === 'state root') {
          assert.equal(state.root(), model.root())
        } else if (kind === 'state change') {
          state.applyDiff(diff)
          model.applyDiff(diff)
          forget()
        } else if (kind === 'clone') {
          // Of the clone there are no drafts yet; those of the original go with it.
          state = state.clone()
          model = model.clone()
          drafts = []
        } else if (chosen === undefined) {
        } else if (!chosen.isFresh) {
          assert.throws(() => chosen.draft.commit(), isStale)
          if (kind === 'apply') assert.throws(() => chosen.draft.applyDiff(diff), isStale)
        } else if (kind === 'apply') {
          chosen.draft.applyDiff(diff)
          chosen.model.applyDiff(diff)
        } else if (kind === 'root') {
          assert.equal(chosen.draft.root(), chosen.model.root())
        } else {
          chosen.draft.commit()
          model = chosen.model.clone()
          forget()
          assert.equal(contentOf(state).length, [...model.addresses()].length)
        }
      }
      assert.equal(state.root(), model.root())
    }),
    { numRuns: 300 },
  )
})

test('a draft that is stale or settled knows the root that it has told, and no other', () => {
  const state = memoryState()
  const [told, untold] = [state.draft(), state.draft()]
  const diff = [accountDiff(address(1), { balance: 1n })]
  for (const draft of [told, untold]) draft.applyDiff(diff)
  const root = told.root()
  told.commit()
  assert.equal([told.root(), state.root()], [root, root])
  assert.throws(() => untold.root(), isStale)
  assert.throws(() => told.applyDiff(diff), isStale)
})

test('a malformed diff is refused, and state and draft are what they were', () => {
  const state = memoryState()
  const other = memoryState()
  for (const each of [state, other]) each.set(address(1), { balance: 5n, slots: [[word(1), word(2)]] })
  const draft = state.draft()
  draft.applyDiff([accountDiff(address(2), { nonce: 3n })])
  const root = draft.root()
  const good = accountDiff(address(1), { balance: 6n })
  const cases: [change: AccountDiff, code: string][] = [
    [{ ...good, address: new Uint8Array(19) }, 'FieldLength'],
    [{ ...good, nonce: 2n ** 64n }, 'FieldOverflow'],
    [{ ...good, nonce: -1n }, 'FieldOverflow'],
    [{ ...good, balance: 2n ** 256n }, 'FieldOverflow'],
    [{ ...good, balance: -1n }, 'FieldOverflow'],
    [{ ...good, codeHash: new Uint8Array(31) }, 'FieldLength'],
    [{ ...good, slots: [[new Uint8Array(31), word(1)]] }, 'FieldLength'],
    [{ ...good, slots: [[word(1), new Uint8Array(33)]] }, 'FieldLength'],
  ]
  for (const [change, code] of cases) {
    for (const target of [state, draft]) {
      assert.throws(
        () => target.applyDiff([good, change]),
        (error: unknown) => error instanceof InputError && error.code === code,
      )
    }
    assert.equal([draft.root(), state.root(), contentOf(state)], [root, other.root(), contentOf(other)])
  }
  draft.commit()
  assert.equal(state.root(), root)
})

test('accounts set and deleted one by one give the same root as their alloc', () => {
  const state = memoryState()
  for (let id = 1; id <= 300; id++) state.set(address(id), { nonce: BigInt(id), slots: [[word(id), word(1)]] })
  state.root()
  for (let id = 1; id <= 300; id += 2) state.delete(address(id))
  const left = Array.from({ length: 150 }, (_, index) => 2 * index + 2)
  const alloc = Object.fromEntries(left.map((id) => [hexAddress(id), { nonce: id, storage: { [String(id)]: 1 } }]))
  assert.equal(state.root(), memoryState(alloc).root())
  assert.is(state.size().accounts, 150)
  assert.is(state.size().slots, 150)
})

test.run()
