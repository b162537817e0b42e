import type { PackedDiff } from '../codec/packed-diff.js'
import type { WholeTrie } from '../trie/whole-trie.js'

/**
 * The tries of a whole state, and on them, in a layer, one draft at most. It is rolled back when another one comes or the state
 * itself changes, and not before: a draft that nobody wants any more does not say so. A call that throws leaves none there, and
 * the state as it was.
 */
export class DraftedTries {
  readonly #trie: WholeTrie
  /** Of the state itself; known as long as a draft is on it. */
  #root: Uint8Array | undefined
  #draftCount = 0
  /** The number of the draft that is there, or 0. Its diffs are not held: they may be all that is left of it. */
  #laid = 0

  /** Over tries that nobody else changes. */
  constructor(trie: WholeTrie) {
    this.#trie = trie
  }

  clone(): DraftedTries {
    this.#lift()
    const copy = new DraftedTries(this.#trie.clone())
    copy.#root = this.#root
    return copy
  }

  root(): Uint8Array {
    this.#root ??= this.#trie.root()
    return this.#root
  }

  apply(diff: PackedDiff): void {
    this.#lift()
    this.#orLift(() => {
      this.#trie.begin()
      this.#trie.apply(diff.chunks)
    })
    this.keep(undefined)
  }

  numberDraft(): number {
    return ++this.#draftCount
  }

  /** Makes the draft with this number the one that is there; `diffs` is all that was applied to it. */
  layDraft(number: number, diffs: readonly PackedDiff[]): void {
    if (this.#laid === number) return
    this.#lift()
    this.root()
    this.#orLift(() => {
      this.#trie.begin()
      for (const diff of diffs) this.#trie.apply(diff.chunks)
    })
    this.#laid = number
  }

  // Of the draft that is there:

  applyToDraft(diff: PackedDiff): void {
    this.#orLift(() => this.#trie.apply(diff.chunks))
  }

  draftRoot(): Uint8Array {
    return this.#orLift(() => this.#trie.root())
  }

  /** Makes the state what it is with the draft, whose root is told if it is known. */
  keep(root: Uint8Array | undefined): void {
    this.#trie.keep()
    this.#laid = 0
    this.#root = root
  }

  #lift(): void {
    if (this.#laid !== 0) this.#trie.rollBack()
    this.#laid = 0
  }

  #orLift<T>(act: () => T): T {
    try {
      return act()
    } catch (error) {
      this.#trie.rollBack()
      this.#laid = 0
      throw error
    }
  }
}
