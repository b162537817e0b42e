import { EMPTY_BYTES, equalBytes } from '../codec/bytes.js'
import { KECCAK_EMPTY } from '../codec/keccak.js'
import { InputError } from '../errors.js'
import { textOf } from '../trie/secure.js'
import type { Account, AsyncStateBackend, BackendDescriptor, StateDiff } from '../types/state.js'
import { Answers } from './answers.js'
import type { EngineState, StateDraft } from './backend.js'
import { Overlay } from './overlay.js'

/**
 * A state that somebody else keeps, and what blocks have made of it since. Asked for something that its source has only
 * promised, it throws a PendingError. It knows no tries, and so no root.
 */
export class SourcedState implements EngineState {
  readonly hasCheckedCode: boolean = true
  readonly #source: AsyncStateBackend
  #answers: Answers
  #overlay: Overlay = new Overlay()
  /** Counts changes, so that drafts know whether they are of this state still. */
  #changes = 0

  constructor(source: AsyncStateBackend) {
    this.#source = source
    this.#answers = new Answers(source)
  }

  /**
   * Storage that was written and is zero again counts as storage. Nobody can tell: it decides whether a contract can be created
   * there, and who has written storage has code or a nonce, which forbid that too.
   */
  account(address: Uint8Array): Account | undefined {
    const written = this.#overlay.account(address)
    if (written === undefined) return this.#answers.account(address)
    const { exists, nonce, balance, codeHash, isCleared } = written
    if (!exists) return undefined
    const hasStorage = written.hasStorage || (!isCleared && this.#answers.account(address)?.hasStorage === true)
    return { nonce, balance, codeHash, hasStorage }
  }

  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    const written = this.#overlay.account(address)
    const value = written?.slots.get(textOf(key))
    if (value !== undefined || written?.isCleared === true) return value
    return this.#answers.slot(address, key)
  }

  code(codeHash: Uint8Array): Uint8Array {
    if (equalBytes(codeHash, KECCAK_EMPTY)) return EMPTY_BYTES
    return this.#overlay.code(codeHash) ?? this.#answers.code(codeHash)
  }

  root(): Uint8Array {
    return EMPTY_BYTES
  }

  /** Threads read the source themselves as long as it has all there is. */
  share(): BackendDescriptor | undefined {
    return this.#overlay.isEmpty ? this.#source.share?.() : undefined
  }

  draft(): StateDraft {
    this.#answers.begin()
    const changes = this.#changes
    const diffs: StateDiff[] = []
    return {
      applyDiff: (diff) => void diffs.push(diff),
      root: () => EMPTY_BYTES,
      commit: () => {
        if (this.#changes !== changes) {
          const message = 'draft: expected the state that it was made of, got one that has changed since'
          throw new InputError('StaleDraft', message)
        }
        this.#changes++
        for (const diff of diffs) this.#overlay.apply(diff)
      },
    }
  }

  /** The source has taken over the diffs of all committed blocks: what was kept of them and of its earlier answers goes. */
  rebase(): void {
    this.#answers = new Answers(this.#source)
    this.#overlay = new Overlay()
  }
}
