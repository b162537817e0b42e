import { EMPTY_BYTES, equalBytes } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { KECCAK_EMPTY } from '../codec/keccak.js'
import { StateBackendError } from '../errors.js'
import type { KeyMemo } from '../trie/secure.js'
import { EMPTY_ROOT } from '../trie/sorted.js'
import { StateTrie } from '../trie/state-trie.js'
import type { NodeStore } from '../trie/trie.js'
import type { Account, StateDiff } from '../types/state.js'
import type { WorldState } from './backend.js'

/** A state that lies elsewhere, and is fetched from there node by node. */
export interface StateSource {
  root: Uint8Array
  node: NodeStore
  code: (codeHash: Uint8Array) => Uint8Array | undefined
}

/** What was read of a state since recording began: trie nodes as they were then, and codes. */
export interface StateRecord {
  nodes: Uint8Array[]
  codes: Uint8Array[]
}

/**
 * A state as tries and codes. What changed since the last `root()` is hashed, nothing else; a clone shares everything that
 * neither has changed.
 */
export class TrieState implements WorldState {
  readonly hasCheckedCode: boolean = true
  #tries: StateTrie
  /** By the hex of the hash. Clones share it: a code that no account has any more does no harm. */
  #codes: Map<string, Uint8Array> = new Map()
  #source: StateSource | undefined
  /** While recording; clones share it. */
  #readCodes: Map<string, Uint8Array> | undefined

  /** Empty, or one that lies elsewhere. The memo spares hashing a key again, and grows with every new one. */
  constructor(source?: StateSource, memo?: KeyMemo) {
    this.#source = source
    this.#tries = new StateTrie(source?.root ?? EMPTY_ROOT, source?.node, memo)
  }

  account(address: Uint8Array): Account | undefined {
    const account = this.#tries.account(address)
    if (account === undefined) return undefined
    const { nonce, balance, codeHash, storageRoot } = account
    return { nonce, balance, codeHash, hasStorage: !equalBytes(storageRoot, EMPTY_ROOT) }
  }

  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    return this.#tries.slot(address, key)
  }

  code(codeHash: Uint8Array): Uint8Array {
    if (equalBytes(codeHash, KECCAK_EMPTY)) return EMPTY_BYTES
    const name = bytesToHex(codeHash)
    const code = this.#codes.get(name) ?? this.#source?.code(codeHash)
    if (code === undefined) {
      const message = `code: expected the one with hash ${name}, got none`
      throw new StateBackendError('MissingCode', message, { hash: name })
    }
    this.#readCodes?.set(name, code)
    return code
  }

  applyDiff(diff: StateDiff): void {
    this.#tries.apply(diff)
    for (const { code, codeHash } of diff) {
      if (code !== undefined && code.length > 0) this.#codes.set(bytesToHex(codeHash), code)
    }
  }

  root(): Uint8Array {
    return this.#tries.root()
  }

  clone(): TrieState {
    return this.copyTo(new TrieState())
  }

  protected copyTo<T extends TrieState>(copy: T): T {
    copy.#tries = this.#tries.snapshot()
    copy.#codes = this.#codes
    copy.#source = this.#source
    copy.#readCodes = this.#readCodes
    return copy
  }

  /** From now on remembers what is read of this state and of clones of it, and what their changes need to know of it. */
  startRecording(): void {
    this.#tries.startRecording()
    this.#readCodes = new Map()
  }

  stopRecording(): StateRecord {
    const codes = [...(this.#readCodes?.values() ?? [])]
    this.#readCodes = undefined
    return { nodes: this.#tries.stopRecording(), codes }
  }

  /** The accounts by the hashes of their addresses, in ascending order. */
  *hashedAddresses(): Generator<Uint8Array> {
    for (const { hash } of this.#tries.accounts()) yield hash
  }

  /** The slots of an account that are not zero, by the hashes of their keys, in ascending order. */
  *hashedSlots(address: Uint8Array): Generator<readonly [hash: Uint8Array, value: Uint8Array]> {
    for (const { hash, value } of this.#tries.slots(address)) yield [hash, value]
  }
}
