import { equalBytes } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { StateBackendError } from '../errors.js'
import type { StateCommitment } from '../state/backend.js'
import type { AccountDiff, StateDiff } from '../types/state.js'
import type { Machine } from '../wasm/machine.js'

/** EIP-658: before Byzantium receipts had the state root after their transaction, and no status. */
export class IntermediateRoots {
  readonly #machine: Machine
  readonly #post: StateCommitment
  #last = new Map<string, AccountDiff>()

  constructor(machine: Machine, post: StateCommitment) {
    this.#machine = machine
    this.#post = post
  }

  /** The root after the transaction that has just been executed. */
  next(): Uint8Array {
    return this.after(this.#machine.diff())
  }

  /** The root after a transaction that changed this, or with which the block has changed this. */
  after(diff: StateDiff): Uint8Array {
    // A machine tells what the whole block changed so far: to apply all of that every time is quadratic.
    this.#post.applyDiff(diff.map((account) => this.#changesOf(account)).filter((account) => account !== undefined))
    this.#last = new Map(diff.map((account) => [bytesToHex(account.address), account]))
    const root = this.#post.root()
    if (root.length > 0) return root
    const message = 'Block: expected a state with a root, whose receipts before Byzantium have it, got one without'
    throw new StateBackendError('NoStateRoot', message)
  }

  /** What is new in `account` since the last transaction; undefined when nothing is. */
  #changesOf(account: AccountDiff): AccountDiff | undefined {
    const before = this.#last.get(bytesToHex(account.address))
    // Slots that were cleared and written again are new to the trie as a whole.
    if (before === undefined || account.storageCleared) return account
    const known = new Map(before.slots.map(([key, value]) => [bytesToHex(key), value]))
    const slots = account.slots.filter(([key, value]) => {
      const last = known.get(bytesToHex(key))
      return last === undefined || !equalBytes(last, value)
    })
    const isSame =
      slots.length === 0 &&
      account.exists === before.exists &&
      account.nonce === before.nonce &&
      account.balance === before.balance &&
      equalBytes(account.codeHash, before.codeHash)
    return isSame ? undefined : { ...account, slots }
  }
}
