import { PackedDiff, packChanges } from '../codec/packed-diff.js'
import { InputError } from '../errors.js'
import { WholeTrie } from '../trie/whole-trie.js'
import type { Account, BackendDescriptor, DirectBackend, ShareableBackend, StateDiff } from '../types/state.js'
import { type Alloc, readAlloc } from './alloc.js'
import type { EngineState, StateDraft, WorldState } from './backend.js'
import { checkDiff } from './check-diff.js'
import { DraftedTries } from './drafted-tries.js'
import type { AccountFields } from './in-memory.js'
import { accountDiff, noAccount, type SharedMemorySize, SharedMemoryState } from './shared-memory.js'

/** A state in memory: empty, or what a geth-style `alloc` says. Throws InputError for one that is malformed. */
export function memoryState(alloc?: Alloc): MemoryState {
  const state = new MemoryState()
  if (alloc !== undefined) for (const [address, fields] of readAlloc(alloc)) state.set(address, fields)
  return state
}

/** A whole state: flat in shared memory, where every thread reads it, and from the first `root()` on also as tries. */
export class MemoryState implements WorldState, EngineState, ShareableBackend, DirectBackend {
  readonly hasCheckedCode: boolean = true
  #flat: SharedMemoryState = new SharedMemoryState()
  /** For roots only. */
  #tries: DraftedTries | undefined
  #version = 0

  get version(): number {
    return this.#version
  }

  account(address: Uint8Array): Account | undefined {
    return this.#flat.account(address)
  }

  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    return this.#flat.slot(address, key)
  }

  code(codeHash: Uint8Array): Uint8Array {
    return this.#flat.code(codeHash)
  }

  lendCode(codeHash: Uint8Array): Uint8Array {
    return this.#flat.lendCode(codeHash)
  }

  readSlotInto(memory: Int32Array, address: number, key: number, out: number): void {
    this.#flat.readSlotInto(memory, address, key, out)
  }

  readAccountsInto(memory: Int32Array, at: number, count: number): void {
    this.#flat.readAccountsInto(memory, at, count)
  }

  share(): BackendDescriptor {
    return this.#flat.share()
  }

  addresses(): Generator<Uint8Array> {
    return this.#flat.addresses()
  }

  /** Those that are not zero. Looks at the slots of all accounts. */
  slots(address: Uint8Array): (readonly [key: Uint8Array, value: Uint8Array])[] {
    return this.#flat.slots(address)
  }

  size(): SharedMemorySize {
    return this.#flat.size()
  }

  /** Puts an account in the place of whatever was there. */
  set(address: Uint8Array, fields: AccountFields): void {
    this.applyDiff([accountDiff(address, fields)])
  }

  delete(address: Uint8Array): void {
    this.applyDiff([noAccount(address)])
  }

  /** A diff that is refused leaves the state as it was. */
  applyDiff(diff: StateDiff): void {
    checkDiff(diff)
    this.#tries?.apply(PackedDiff.of(diff))
    this.#version++
    this.#flat.applyDiff(diff)
  }

  /** The first call hashes the whole state, later ones what changed since. */
  root(): Uint8Array {
    return this.#asTries().root()
  }

  /**
   * At no cost but that of its changes. Once the state has become something else, a draft takes no more diffs, and knows only the
   * root that it has told.
   */
  draft(): StateDraft {
    const tries = this.#asTries()
    const number = tries.numberDraft()
    const version = this.#version
    const diffs: PackedDiff[] = []
    let root: Uint8Array | undefined = tries.root()
    const requireFresh = () => {
      if (this.#version === version) return
      const message = 'draft: expected the state that it was made of, got one that has changed since'
      throw new InputError('StaleDraft', message)
    }
    const applyPacked = (diff: PackedDiff) => {
      requireFresh()
      tries.layDraft(number, diffs)
      tries.applyToDraft(diff)
      diffs.push(diff)
      root = undefined
    }
    return {
      applyDiff: (diff) => {
        requireFresh()
        checkDiff(diff)
        applyPacked(PackedDiff.of(diff))
      },
      applyPacked,
      root: () => {
        if (root !== undefined) return root
        requireFresh()
        tries.layDraft(number, diffs)
        root = tries.draftRoot()
        return root
      },
      commit: () => {
        requireFresh()
        tries.layDraft(number, diffs)
        this.#version++
        for (const diff of diffs) this.#flat.applyDiff(diff.accounts())
        tries.keep(root)
      },
    }
  }

  /** Copies all that it has, tries too, which takes time. A block needs a draft only. */
  clone(): MemoryState {
    const copy = new MemoryState()
    copy.#flat = this.#flat.clone()
    copy.#tries = this.#tries?.clone()
    return copy
  }

  #asTries(): DraftedTries {
    if (this.#tries !== undefined) return this.#tries
    const trie = new WholeTrie()
    trie.apply(packChanges(this.#flat.content()))
    this.#tries = new DraftedTries(trie)
    return this.#tries
  }
}
