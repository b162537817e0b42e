import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { KECCAK_EMPTY } from '../../src/codec/keccak.js'
import { CHUNK, Change, PackedDiff } from '../../src/codec/packed-diff.js'
import type { AccountDiff } from '../../src/types/state.js'
import { readConstants } from '../../src/wasm/instantiate.js'
import { addressOf, randomDiff, wordOf } from '../support/random-diff.js'
import { suite } from '../support/suite.js'

const test = suite('codec/packed-diff')

function account(id: number, slots: number, fields: Partial<AccountDiff> = {}): AccountDiff {
  return {
    address: addressOf(id),
    exists: true,
    nonce: 2n ** 64n - 1n,
    balance: 2n ** 256n - 1n,
    codeHash: KECCAK_EMPTY,
    storageCleared: false,
    slots: Array.from({ length: slots }, (_, slot) => [wordOf(slot), wordOf(slot + 1)]),
    ...fields,
  }
}

test('what is packed comes out again', () => {
  fc.assert(fc.property(randomDiff, (diff) => assert.equal(PackedDiff.of(diff).toDiff(), diff)))
})

test('an account has as many slots as it likes: more than there is room for in a chunk, or just as many', () => {
  const room = (CHUNK - Change.size) / Change.slotSize
  for (const slots of [0, 1, Math.floor(room), Math.ceil(room), 2 * Math.floor(room), 10_000]) {
    const code = Uint8Array.of(slots & 0xff)
    const diff = [account(1, 3), account(2, slots, { code, codeHash: wordOf(7), storageCleared: true }), account(3, 3)]
    const packed = PackedDiff.of(diff)
    assert.equal(packed.toDiff(), diff)
    for (const { length } of packed.chunks) assert.ok(length <= CHUNK)
  }
})

test('an account that is gone has nothing, whatever it is told to have', () => {
  const gone = account(1, 5, { exists: false, code: Uint8Array.of(1), codeHash: undefined as never })
  const nothing = { exists: false, nonce: 0n, balance: 0n, codeHash: KECCAK_EMPTY, storageCleared: true, slots: [] }
  assert.equal(PackedDiff.of([gone, account(2, 1)]).toDiff(), [{ address: addressOf(1), ...nothing }, account(2, 1)])
})

test('a diff belongs to who asked for it, an empty one too', () => {
  PackedDiff.of([]).toDiff().push(account(1, 1))
  assert.equal(PackedDiff.of([]).toDiff(), [])
})

test('it is what the core writes', () => {
  const constants = readConstants()
  const core = (name: string) => constants.get(`CHANGE${name}`)!
  assert.equal(Change, {
    nonce64: core('_NONCE') / 8,
    balance64: core('_BALANCE') / 8,
    codeHash: core('_CODE_HASH'),
    flags32: core('_FLAGS') / 4,
    slotCount32: core('_SLOT_COUNT') / 4,
    size: core('_SIZE'),
    slotValue: core('D_SLOT_VALUE'),
    slotSize: core('D_SLOT_SIZE'),
    exists: core('_EXISTS'),
    storageCleared: core('_STORAGE_CLEARED'),
    hasCode: core('_HAS_CODE'),
    codeIsNew: core('_CODE_IS_NEW'),
    continues: core('_CONTINUES'),
  })
})

test.run()
