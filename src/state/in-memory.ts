import { KECCAK_EMPTY, keccak256 } from '../codec/keccak.js'
import { bytesOf, type KeyMemo, textOf } from '../trie/secure.js'
import { TrieState } from './trie-state.js'

type Slot = readonly [key: Uint8Array, value: Uint8Array]

export interface AccountFields {
  nonce?: bigint
  balance?: bigint
  code?: Uint8Array
  slots?: Iterable<Slot>
}

/** A whole state that knows addresses and keys, where a trie has only their hashes: for tests and tools. */
export class InMemoryState extends TrieState {
  readonly #memo: KeyMemo

  /** `memo` is that of a state whose keys this one shares. */
  constructor(memo: KeyMemo = new Map()) {
    super(undefined, memo)
    this.#memo = memo
  }

  /** In the order of their hashes. */
  *addresses(): Generator<Uint8Array> {
    const preimages = this.#preimages()
    for (const hash of this.hashedAddresses()) yield preimages.get(textOf(hash))!
  }

  /** Those that are not zero, in the order of the keys' hashes. */
  slots(address: Uint8Array): Slot[] {
    const preimages = this.#preimages()
    return [...this.hashedSlots(address)].map(([hash, value]) => [preimages.get(textOf(hash))!, value])
  }

  /** Puts an account in the place of whatever was there. */
  set(address: Uint8Array, fields: AccountFields): void {
    const { nonce = 0n, balance = 0n, code, slots = [] } = fields
    const codeHash = code === undefined || code.length === 0 ? KECCAK_EMPTY : keccak256(code)
    const account = { address, exists: true, nonce, balance, codeHash, storageCleared: true }
    this.applyDiff([
      { ...account, ...(code === undefined ? {} : { code }), slots: Array.from(slots, ([key, value]) => [key, value]) },
    ])
  }

  delete(address: Uint8Array): void {
    const account = { address, exists: false, nonce: 0n, balance: 0n, codeHash: KECCAK_EMPTY }
    this.applyDiff([{ ...account, storageCleared: true, slots: [] }])
  }

  override clone(): InMemoryState {
    return this.copyTo(new InMemoryState(this.#memo))
  }

  /** Addresses and keys by their hashes. */
  #preimages(): Map<string, Uint8Array> {
    const preimages = new Map<string, Uint8Array>()
    for (const [text, hash] of this.#memo) preimages.set(textOf(hash), bytesOf(text))
    return preimages
  }
}
