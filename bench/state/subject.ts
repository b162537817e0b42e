import { packChanges } from '../../src/codec/packed-diff.js'
import type { TrieState } from '../../src/state/trie-state.js'
import { WholeTrie } from '../../src/trie/whole-trie.js'
import type { StateDiff } from '../../src/types/state.js'
import { firstUpdates, toDiff } from './updates.js'

/** What takes over a block's changes and then has a root. */
export interface Subject {
  applyDiff(diff: StateDiff): void
  root(): Uint8Array
}

/** As a chain keeps them: every block begins with a clone. */
export class KeepingTrie implements Subject {
  #state: TrieState

  constructor(state: TrieState) {
    this.#state = state
  }

  applyDiff(diff: StateDiff): void {
    this.#state = this.#state.clone()
    this.#state.applyDiff(diff)
  }

  root(): Uint8Array {
    return this.#state.root()
  }
}

/** The tries of a memory state, as its drafts use them: with the means to roll back until the next block begins. */
export class WholeState implements Subject {
  readonly #trie: WholeTrie = new WholeTrie()

  constructor(accounts: number) {
    this.#trie.apply(packChanges(toDiff(firstUpdates(accounts))))
    this.#trie.root()
    this.#trie.begin()
  }

  get usedBytes(): number {
    return this.#trie.usedBytes
  }

  applyDiff(diff: StateDiff): void {
    this.#trie.keep()
    this.#trie.begin()
    this.#trie.apply(packChanges(diff))
  }

  root(): Uint8Array {
    return this.#trie.root()
  }
}
