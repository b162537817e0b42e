import { textOf } from '../trie/secure.js'
import type { StateDiff } from '../types/state.js'

/** An account as blocks left it that its source does not know. */
export interface WrittenAccount {
  exists: boolean
  nonce: bigint
  balance: bigint
  codeHash: Uint8Array
  /** What the source knows of its slots is gone. */
  isCleared: boolean
  /** A slot that is not zero was written since then. Zeros may have followed: see `SourcedState.account`. */
  hasStorage: boolean
  slots: Map<string, Uint8Array>
}

/** What blocks have changed in a state that somebody else keeps. */
export class Overlay {
  readonly #accounts = new Map<string, WrittenAccount>()
  readonly #codes = new Map<string, Uint8Array>()

  get isEmpty(): boolean {
    return this.#accounts.size === 0
  }

  account(address: Uint8Array): WrittenAccount | undefined {
    return this.#accounts.get(textOf(address))
  }

  code(hash: Uint8Array): Uint8Array | undefined {
    return this.#codes.get(textOf(hash))
  }

  apply(diff: StateDiff): void {
    for (const { address, exists, nonce, balance, codeHash, code, storageCleared, slots } of diff) {
      const name = textOf(address)
      const before = this.#accounts.get(name)
      const isNew = storageCleared || !exists
      const after: WrittenAccount = {
        exists,
        nonce,
        balance,
        codeHash,
        isCleared: isNew || before?.isCleared === true,
        hasStorage: !isNew && before?.hasStorage === true,
        slots: isNew || before === undefined ? new Map() : before.slots,
      }
      for (const [key, value] of slots) {
        after.slots.set(textOf(key), value)
        after.hasStorage ||= value.some((byte) => byte !== 0)
      }
      this.#accounts.set(name, after)
      if (code !== undefined) this.#codes.set(textOf(codeHash), code)
    }
  }
}
