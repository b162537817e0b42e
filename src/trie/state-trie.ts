import { EMPTY_BYTES, equalBytes } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { Pieces } from '../codec/pieces.js'
import { decodeRlp } from '../codec/rlp.js'
import { StateBackendError } from '../errors.js'
import type { AccountDiff, StateDiff } from '../types/state.js'
import {
  decodeAccount,
  encodeAccount,
  encodeSlot,
  hashKey,
  isWithoutStorage,
  type KeyMemo,
  type TrieAccount,
} from './secure.js'
import { EMPTY_ROOT } from './sorted.js'
import { type NodeStore, Trie } from './trie.js'

/** The storages that were met while recording, as they were when it began, by address; snapshots share it. */
type Recording = Map<string, Trie>

/** A whole state as tries: that of the accounts, and one of the slots of every account which has some. */
export class StateTrie {
  #accounts: Trie
  /**
   * Storages by the encoding, as an object, of the account that they belong to: a leaf and its storage are shared and given
   * up together. What is in here does not change, unless it is `#owned`.
   */
  #storages: WeakMap<Uint8Array, Trie> = new WeakMap()
  /** Storages that no snapshot shares. */
  #owned: Set<Trie> = new Set()
  #recording: Recording | undefined
  /** The account that was last asked for a slot, until a change or a recording makes its storage another object. */
  #lastOwner: Uint8Array | undefined
  #lastStorage: Trie | undefined
  readonly #store: NodeStore | undefined
  readonly #memo: KeyMemo | undefined

  /** Empty, or a root and the store that has its nodes. The memo spares hashing a key again, and grows with every new one. */
  constructor(root: Uint8Array = EMPTY_ROOT, store?: NodeStore, memo?: KeyMemo) {
    this.#accounts = new Trie(root, store)
    this.#store = store
    this.#memo = memo
  }

  account(address: Uint8Array): TrieAccount | undefined {
    const encoded = this.#encodedAccount(address)
    return encoded === undefined ? undefined : decodeAccount(encoded)
  }

  /** The 32-byte value; undefined when the slot is zero. */
  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    const storage = this.#storageOf(address)
    if (storage === undefined) return undefined
    const value = naming(address, key, () => storage.get(hashKey(key, this.#memo)))
    return value === undefined ? undefined : decodeSlot(value)
  }

  /**
   * Makes the tries agree with what a block did; `root()` then hashes what changed. Deletions come last: a branch then
   * never has to look at a remaining child, only because another was deleted before its neighbour was written.
   */
  apply(diff: StateDiff): void {
    this.#lastOwner = undefined
    const changes = diff.filter(({ exists }) => exists)
    const pieces = new Pieces()
    // Step by step instead of account by account: in a loop of nothing else the processor waits for many nodes at once,
    // which takes a third off the whole.
    const keys = changes.map(({ address }) => hashKey(address, this.#memo, pieces))
    const before = this.#encodedAccounts(changes, keys)
    const after = changes.map((change, index) => this.#change(change, before[index], pieces))
    // Needs nothing of the store that getting did not.
    for (let index = 0; index < keys.length; index++) this.#accounts.put(keys[index]!, after[index]!)
    for (const { address, exists } of diff) {
      if (!exists) naming(address, undefined, () => this.#accounts.delete(hashKey(address, this.#memo)))
    }
  }

  root(): Uint8Array {
    return this.#accounts.root()
  }

  /** An independent copy, at no cost but that of the next changes: nodes are shared until one of the two changes them. */
  snapshot(): StateTrie {
    const other = new StateTrie(EMPTY_ROOT, this.#store, this.#memo)
    other.#accounts = this.#accounts.snapshot()
    other.#storages = this.#storages
    other.#recording = this.#recording
    this.#owned = new Set()
    return other
  }

  /** The accounts by the hashes of their addresses, in ascending order. */
  *accounts(): Generator<{ hash: Uint8Array; account: TrieAccount }> {
    for (const { key, value } of this.#accounts.entries()) yield { hash: key, account: decodeAccount(value) }
  }

  /** An account's slots by the hashes of their keys, in ascending order; values of 32 bytes. */
  *slots(address: Uint8Array): Generator<{ hash: Uint8Array; value: Uint8Array }> {
    const encoded = this.#encodedAccount(address)
    const storage = encoded === undefined ? undefined : this.#storage(address, encoded)
    if (storage === undefined) return
    for (const { key, value } of storage.entries()) yield { hash: key, value: decodeSlot(value) }
  }

  /** From now on remembers the nodes that reads and changes, of later snapshots too, need of the state as it is now. */
  startRecording(): void {
    this.#lastOwner = undefined
    this.#accounts.startRecording()
    this.#recording = new Map()
  }

  /** The remembered nodes, each once in a trie. */
  stopRecording(): Uint8Array[] {
    this.#lastOwner = undefined
    const nodes = this.#accounts.stopRecording()
    for (const storage of this.#recording?.values() ?? []) nodes.push(...storage.stopRecording())
    this.#recording = undefined
    return nodes
  }

  /** Most questions for a slot follow one for another slot of the same account. */
  #storageOf(address: Uint8Array): Trie | undefined {
    if (this.#lastOwner === undefined || !equalBytes(this.#lastOwner, address)) {
      const encoded = this.#encodedAccount(address)
      this.#lastStorage = encoded === undefined ? undefined : this.#storage(address, encoded)
      this.#lastOwner = address.slice()
    }
    return this.#lastStorage
  }

  #encodedAccount(address: Uint8Array): Uint8Array | undefined {
    return naming(address, undefined, () => this.#accounts.get(hashKey(address, this.#memo)))
  }

  /** Those of all changes, whose addresses have these hashes. */
  #encodedAccounts(changes: StateDiff, keys: readonly Uint8Array[]): (Uint8Array | undefined)[] {
    const found: (Uint8Array | undefined)[] = []
    try {
      for (const key of keys) found.push(this.#accounts.get(key))
    } catch (error) {
      throw named(error, changes[found.length]!.address)
    }
    return found
  }

  /** The account as it is encoded after the change. */
  #change(change: AccountDiff, before: Uint8Array | undefined, pieces: Pieces): Uint8Array {
    const { address, nonce, balance, codeHash, storageCleared } = change
    let storage = before === undefined || storageCleared ? undefined : this.#storage(address, before)
    if (change.slots.length > 0) {
      storage = this.#writable(storage)
      this.#write(storage, change, pieces)
    }
    const encoded = encodeAccount({ nonce, balance, storageRoot: storage?.root() ?? EMPTY_ROOT, codeHash })
    if (storage !== undefined) this.#storages.set(encoded, storage)
    return encoded
  }

  #write(storage: Trie, { address, slots }: AccountDiff, pieces: Pieces): void {
    const cleared: Uint8Array[] = []
    let at = EMPTY_BYTES
    try {
      for (const [slot, value] of slots) {
        at = slot
        const encoded = encodeSlot(value)
        if (encoded.length === 0) cleared.push(slot)
        else storage.put(hashKey(slot, this.#memo, pieces), encoded)
      }
      for (const slot of cleared) {
        at = slot
        storage.delete(hashKey(slot, this.#memo, pieces))
      }
    } catch (error) {
      throw named(error, address, at)
    }
  }

  /** The storage of the account with this encoding, which is the one in the trie. */
  #storage(address: Uint8Array, encoded: Uint8Array): Trie | undefined {
    if (isWithoutStorage(encoded)) return undefined
    let storage = this.#storages.get(encoded)
    if (storage === undefined) {
      const { storageRoot } = decodeAccount(encoded)
      storage = new Trie(storageRoot, this.#store)
      this.#storages.set(encoded, storage)
    }
    return this.#recording === undefined ? storage : recorded(this.#recording, address, storage)
  }

  #writable(storage: Trie | undefined): Trie {
    if (storage !== undefined && this.#owned.has(storage)) return storage
    const owned = storage === undefined ? new Trie(EMPTY_ROOT, this.#store) : storage.snapshot()
    // Nothing was there when recording began; it must not be taken for what was.
    if (this.#recording !== undefined && storage === undefined) owned.startRecording()
    this.#owned.add(owned)
    return owned
  }
}

/** Storages that changed since recording began carry it on; of the others, one for each account begins to. */
function recorded(recording: Recording, address: Uint8Array, storage: Trie): Trie {
  if (storage.isRecording) return storage
  const name = bytesToHex(address)
  let origin = recording.get(name)
  if (origin === undefined) {
    origin = storage.snapshot()
    origin.startRecording()
    recording.set(name, origin)
  }
  return origin
}

function naming<T>(address: Uint8Array, slot: Uint8Array | undefined, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw named(error, address, slot)
  }
}

/** Says which account or slot a node was missing for. */
function named(error: unknown, address: Uint8Array, slot?: Uint8Array): unknown {
  if (!(error instanceof StateBackendError)) return error
  const account = bytesToHex(address)
  const key = slot === undefined ? undefined : bytesToHex(slot)
  const subject = key === undefined ? `account ${account}` : `slot ${key} of ${account}`
  const details = { ...error.details, account, ...(key === undefined ? {} : { slot: key }) }
  return new StateBackendError(error.code, `${subject}: ${error.message}`, details, error)
}

/** As a word of 32 bytes. */
function decodeSlot(encoded: Uint8Array): Uint8Array {
  const word = new Uint8Array(32)
  const first = encoded[0]!
  const size = encoded.length - 1
  if (size === 0 && first < 0x80) {
    word[31] = first
  } else if (size > 1 && size <= 32 && first === 0x80 + size) {
    // Nearly every value; decoding it as any RLP costs two views.
    for (let i = 0; i < size; i++) word[32 - size + i] = encoded[1 + i]!
  } else {
    const value = decodeRlp(encoded)
    if (!(value instanceof Uint8Array) || value.length > 32) {
      throw new StateBackendError('MalformedSlot', 'slot: expected at most 32 bytes in its trie, got others', {
        encoded,
      })
    }
    word.set(value, 32 - value.length)
  }
  return word
}
