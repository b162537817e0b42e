import { EMPTY_BYTES } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../codec/keccak.js'
import { StateBackendError } from '../errors.js'
import { encodeAccount, hashKey, type KeyMemo, storageRoot } from '../trie/secure.js'
import { rootOf, type TrieEntry } from '../trie/sorted.js'
import type { Account, StateBackend, StateDiff } from '../types/state.js'

type Slot = readonly [key: Uint8Array, value: Uint8Array]

interface StoredAccount {
  address: Uint8Array
  nonce: bigint
  balance: bigint
  codeHash: Uint8Array
  /** Non-zero values only, by the hex of the key. */
  slots: Map<string, Slot>
  /** Known while `slots` stays as it is. */
  storageRoot?: Uint8Array
  /** The state that may write to this object; every other one shares it and has to copy it first. */
  owner: symbol
}

export interface AccountFields {
  nonce?: bigint
  balance?: bigint
  code?: Uint8Array
  slots?: Iterable<Slot>
}

/** A whole state in maps, for tests and tools. */
export class InMemoryState implements StateBackend {
  #accounts = new Map<string, StoredAccount>()
  #codes = new Map<string, Uint8Array>([[bytesToHex(KECCAK_EMPTY), EMPTY_BYTES]])
  #memo: KeyMemo = new Map()
  #owner = Symbol('state')

  get size(): number {
    return this.#accounts.size
  }

  account(address: Uint8Array): Account | undefined {
    const account = this.#accounts.get(bytesToHex(address))
    if (account === undefined) return undefined
    const { nonce, balance, codeHash, slots } = account
    return { nonce, balance, codeHash, hasStorage: slots.size > 0 }
  }

  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    return this.#accounts.get(bytesToHex(address))?.slots.get(bytesToHex(key))?.[1]
  }

  code(codeHash: Uint8Array): Uint8Array {
    const hash = bytesToHex(codeHash)
    const code = this.#codes.get(hash)
    if (code !== undefined) return code
    throw new StateBackendError('UnknownCode', `Code: expected a hash that an account of this state has, got ${hash}`, {
      got: hash,
    })
  }

  *addresses(): Generator<Uint8Array> {
    for (const { address } of this.#accounts.values()) yield address
  }

  slots(address: Uint8Array): Slot[] {
    return [...(this.#accounts.get(bytesToHex(address))?.slots.values() ?? [])]
  }

  /** Puts an account in the place of whatever was there. */
  set(address: Uint8Array, fields: AccountFields): void {
    const slots = new Map<string, Slot>()
    for (const [key, value] of fields.slots ?? []) writeSlot(slots, key, value)
    this.#accounts.set(bytesToHex(address), {
      address,
      nonce: fields.nonce ?? 0n,
      balance: fields.balance ?? 0n,
      codeHash: this.#addCode(fields.code),
      slots,
      owner: this.#owner,
    })
  }

  delete(address: Uint8Array): void {
    this.#accounts.delete(bytesToHex(address))
  }

  applyDiff(diff: StateDiff): void {
    for (const change of diff) {
      const id = bytesToHex(change.address)
      if (!change.exists) {
        this.#accounts.delete(id)
        continue
      }
      const account = this.#writable(id, change.address)
      account.nonce = change.nonce
      account.balance = change.balance
      account.codeHash = change.codeHash
      if (change.code !== undefined) this.#addCode(change.code)
      if (!change.storageCleared && change.slots.length === 0) continue
      delete account.storageRoot
      if (change.storageCleared) account.slots.clear()
      for (const [key, value] of change.slots) writeSlot(account.slots, key, value)
    }
  }

  /** Costs as much as there are accounts, not slots: they are shared until one of the two writes. */
  clone(): InMemoryState {
    const copy = new InMemoryState()
    copy.#accounts = new Map(this.#accounts)
    copy.#codes = new Map(this.#codes)
    copy.#memo = this.#memo
    this.#owner = Symbol('state')
    return copy
  }

  root(): Uint8Array {
    const entries: TrieEntry[] = []
    for (const account of this.#accounts.values()) {
      account.storageRoot ??= storageRoot(account.slots.values(), this.#memo)
      const value = encodeAccount({
        nonce: account.nonce,
        balance: account.balance,
        storageRoot: account.storageRoot,
        codeHash: account.codeHash,
      })
      entries.push({ key: hashKey(account.address, this.#memo), value })
    }
    return rootOf(entries)
  }

  #writable(id: string, address: Uint8Array): StoredAccount {
    const shared = this.#accounts.get(id)
    if (shared?.owner === this.#owner) return shared
    const account: StoredAccount =
      shared === undefined
        ? { address, nonce: 0n, balance: 0n, codeHash: KECCAK_EMPTY, slots: new Map(), owner: this.#owner }
        : { ...shared, slots: new Map(shared.slots), owner: this.#owner }
    this.#accounts.set(id, account)
    return account
  }

  #addCode(code: Uint8Array | undefined): Uint8Array {
    if (code === undefined || code.length === 0) return KECCAK_EMPTY
    const codeHash = keccak256(code)
    this.#codes.set(bytesToHex(codeHash), code)
    return codeHash
  }
}

function writeSlot(slots: Map<string, Slot>, key: Uint8Array, value: Uint8Array): void {
  const id = bytesToHex(key)
  if (value.every((byte) => byte === 0)) slots.delete(id)
  else slots.set(id, [key, value])
}
