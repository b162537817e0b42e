import { equalBytes } from '../codec/bytes.js'
import { decodeRlp } from '../codec/rlp.js'
import { StateBackendError } from '../errors.js'
import type { StateDiff } from '../types/state.js'
import { decodeAccount, encodeAccount, encodeSlot, hashKey, type KeyMemo, type TrieAccount } from './secure.js'
import { EMPTY_ROOT } from './sorted.js'
import { type NodeStore, Trie } from './trie.js'

/** A whole state as tries: that of the accounts, and one of the slots of every account which has some. */
export class StateTrie {
  #accounts: Trie
  #storages: Map<string, Trie> = new Map()
  /** Storages that no snapshot shares. */
  #owned: Set<string> = new Set()
  /** While recording: every storage trie that was met. */
  #recording: Set<Trie> | undefined
  readonly #store: NodeStore | undefined
  readonly #memo: KeyMemo | undefined

  /** Empty, or a root and the store that has its nodes. The memo spares hashing a key again, and grows with every new one. */
  constructor(root: Uint8Array = EMPTY_ROOT, store?: NodeStore, memo?: KeyMemo) {
    this.#accounts = new Trie(root, store)
    this.#store = store
    this.#memo = memo
  }

  account(address: Uint8Array): TrieAccount | undefined {
    const encoded = this.#accounts.get(hashKey(address, this.#memo))
    return encoded === undefined ? undefined : decodeAccount(encoded)
  }

  /** The value without leading zeros; undefined when the slot is zero. */
  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    const account = this.account(address)
    if (account === undefined || equalBytes(account.storageRoot, EMPTY_ROOT)) return undefined
    const encoded = this.#storage(address, account.storageRoot).get(hashKey(key, this.#memo))
    if (encoded === undefined) return undefined
    const value = decodeRlp(encoded)
    if (value instanceof Uint8Array && value.length <= 32) return value
    throw new StateBackendError('MalformedSlot', 'slot: expected at most 32 bytes in its trie, got others', {
      address,
      key,
    })
  }

  /** Makes the tries agree with what a block did; `root()` then hashes what changed. */
  apply(diff: StateDiff): void {
    for (const { address, exists, nonce, balance, codeHash, storageCleared, slots } of diff) {
      const key = hashKey(address, this.#memo)
      if (!exists) {
        this.#accounts.delete(key)
        this.#forget(address)
        continue
      }
      if (storageCleared) this.#forget(address)
      let storageRoot = storageCleared ? EMPTY_ROOT : (this.account(address)?.storageRoot ?? EMPTY_ROOT)
      if (slots.length > 0) {
        const storage = this.#storage(address, storageRoot)
        for (const [slot, value] of slots) storage.put(hashKey(slot, this.#memo), encodeSlot(value))
        storageRoot = storage.root()
      }
      this.#accounts.put(key, encodeAccount({ nonce, balance, storageRoot, codeHash }))
    }
  }

  root(): Uint8Array {
    return this.#accounts.root()
  }

  /** An independent copy. Nodes are shared until one of the two changes them; only the index of storages is copied. */
  snapshot(): StateTrie {
    const other = new StateTrie(EMPTY_ROOT, this.#store, this.#memo)
    other.#accounts = this.#accounts.snapshot()
    other.#storages = new Map(this.#storages)
    this.#owned = new Set()
    return other
  }

  /** From now on remembers the nodes that reads and changes meet, as they are now: the witness of what follows. */
  startRecording(): void {
    this.#accounts.startRecording()
    this.#recording = new Set()
  }

  /** The remembered nodes, each once. */
  stopRecording(): Uint8Array[] {
    const nodes = this.#accounts.stopRecording()
    for (const storage of this.#recording ?? []) nodes.push(...storage.stopRecording())
    this.#recording = undefined
    return nodes
  }

  #storage(address: Uint8Array, root: Uint8Array): Trie {
    const name = textOf(address)
    let storage = this.#storages.get(name)
    if (storage === undefined || !this.#owned.has(name)) {
      storage = storage === undefined ? new Trie(root, this.#store) : storage.snapshot()
      this.#storages.set(name, storage)
      this.#owned.add(name)
    }
    if (this.#recording !== undefined && !this.#recording.has(storage)) {
      this.#recording.add(storage)
      storage.startRecording()
    }
    return storage
  }

  #forget(address: Uint8Array): void {
    const name = textOf(address)
    this.#storages.delete(name)
    this.#owned.delete(name)
  }
}

function textOf(address: Uint8Array): string {
  return String.fromCharCode.apply(null, address as unknown as number[])
}
