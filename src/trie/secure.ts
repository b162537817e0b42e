import { bytesToBigInt, EMPTY_BYTES } from '../codec/bytes.js'
import { keccak256 } from '../codec/keccak.js'
import { decodeRlp, encodeRlp } from '../codec/rlp.js'
import { StateBackendError } from '../errors.js'
import { EMPTY_ROOT, rootOf, type TrieEntry } from './sorted.js'

/** Hashes of addresses and slots that were seen before; whoever holds it decides how long it lives. */
export type KeyMemo = Map<string, Uint8Array>

/** Bytes as a key of a map: a character for each. */
export function textOf(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[])
}

export function hashKey(key: Uint8Array, memo?: KeyMemo): Uint8Array {
  if (memo === undefined) return keccak256(key)
  const text = textOf(key)
  let hash = memo.get(text)
  if (hash === undefined) {
    hash = keccak256(key)
    memo.set(text, hash)
  }
  return hash
}

export interface TrieAccount {
  nonce: bigint
  balance: bigint
  storageRoot: Uint8Array
  codeHash: Uint8Array
}

export function encodeAccount(account: TrieAccount): Uint8Array {
  return encodeRlp([account.nonce, account.balance, account.storageRoot, account.codeHash])
}

export function decodeAccount(encoded: Uint8Array): TrieAccount {
  const fields = decodeRlp(encoded)
  if (Array.isArray(fields) && fields.length === 4) {
    const [nonce, balance, storageRoot, codeHash] = fields
    if (
      nonce instanceof Uint8Array &&
      balance instanceof Uint8Array &&
      storageRoot instanceof Uint8Array &&
      codeHash instanceof Uint8Array &&
      nonce.length <= 8 &&
      balance.length <= 32 &&
      nonce[0] !== 0 &&
      balance[0] !== 0 &&
      storageRoot.length === 32 &&
      codeHash.length === 32
    ) {
      return { nonce: bytesToBigInt(nonce), balance: bytesToBigInt(balance), storageRoot, codeHash }
    }
  }
  throw new StateBackendError(
    'MalformedAccount',
    `account: expected a list of nonce, balance, 32-byte storage root and 32-byte code hash, got ${encoded.length} other bytes`,
    { encoded },
  )
}

/** The value of a slot as its trie holds it, without leading zeros; empty for zero, which the trie does not hold. */
export function encodeSlot(value: Uint8Array): Uint8Array {
  let start = 0
  while (start < value.length && value[start] === 0) start++
  return start === value.length ? EMPTY_BYTES : encodeRlp(value.subarray(start))
}

export type Slots = Iterable<readonly [key: Uint8Array, value: Uint8Array]>

/** Of slots by their 32-byte keys; zero values are passed over. */
export function storageRoot(slots: Slots, memo?: KeyMemo): Uint8Array {
  const entries: TrieEntry[] = []
  for (const [key, value] of slots) {
    const encoded = encodeSlot(value)
    if (encoded.length > 0) entries.push({ key: hashKey(key, memo), value: encoded })
  }
  return rootOf(entries)
}

export interface AllocAccount {
  address: Uint8Array
  nonce: bigint
  balance: bigint
  codeHash: Uint8Array
  slots: Slots
}

/** The root of a whole state, built bottom-up in one pass over the sorted keys. */
export function stateRoot(accounts: Iterable<AllocAccount>, memo?: KeyMemo): Uint8Array {
  const entries: TrieEntry[] = []
  for (const account of accounts) {
    const value = encodeAccount({
      nonce: account.nonce,
      balance: account.balance,
      storageRoot: storageRoot(account.slots, memo),
      codeHash: account.codeHash,
    })
    entries.push({ key: hashKey(account.address, memo), value })
  }
  return entries.length === 0 ? EMPTY_ROOT : rootOf(entries)
}
