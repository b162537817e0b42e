import fc from 'fast-check'
import { bigIntToBytes } from '../../src/codec/bytes.js'
import { KECCAK_EMPTY, keccak256 } from '../../src/codec/keccak.js'
import type { AccountDiff, StateDiff } from '../../src/types/state.js'

/** Few accounts with few slots, so that diffs often meet what others left. */
export const ACCOUNTS = 24
export const SLOTS = 12

export const addressOf = (id: number): Uint8Array => bigIntToBytes(BigInt(id + 1), 20)
export const wordOf = (value: number): Uint8Array => bigIntToBytes(BigInt(value), 32)

const GONE = { exists: false, nonce: 0n, balance: 0n, codeHash: KECCAK_EMPTY, storageCleared: true, slots: [] }

const accountDiff: fc.Arbitrary<AccountDiff> = fc
  .record({
    id: fc.nat(ACCOUNTS - 1),
    isGone: fc.integer({ min: 0, max: 3 }).map((chance) => chance === 0),
    nonce: fc.bigInt({ min: 0n, max: 300n }),
    balance: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    code: fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 }), { nil: undefined }),
    storageCleared: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 0),
    slots: fc.uniqueArray(fc.tuple(fc.nat(SLOTS - 1).map(wordOf), fc.nat(2).map(wordOf)), {
      selector: ([key]) => key[31],
      maxLength: SLOTS,
    }),
  })
  .map(({ id, isGone, nonce, balance, code, storageCleared, slots }) => {
    if (isGone) return { address: addressOf(id), ...GONE }
    const account = { address: addressOf(id), exists: true, nonce, balance, storageCleared, slots }
    return code === undefined ? { ...account, codeHash: KECCAK_EMPTY } : { ...account, codeHash: keccak256(code), code }
  })

/** What a block could have done. */
export const randomDiff: fc.Arbitrary<StateDiff> = fc.uniqueArray(accountDiff, {
  selector: ({ address }) => address[19],
  maxLength: ACCOUNTS,
})
