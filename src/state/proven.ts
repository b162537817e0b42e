import { equalBytes } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { StateBackendError } from '../errors.js'
import type { Account, StateBackend } from '../types/state.js'

/**
 * A part of a state whose values are held against a proof of them. An alloc cannot tell an empty account from none, and
 * does not say which accounts have storage: there the proof decides, as it does on what the part does not hold.
 */
export class ProvenState implements StateBackend {
  readonly #part: StateBackend
  readonly #proof: StateBackend

  constructor(part: StateBackend, proof: StateBackend) {
    this.#part = part
    this.#proof = proof
  }

  account(address: Uint8Array): Account | undefined {
    const given = this.#part.account(address)
    const proven = this.#proof.account(address)
    if (given === undefined) return proven
    const { nonce, balance, codeHash } = given
    if (proven === undefined) {
      if (nonce === 0n && balance === 0n && this.#part.code(codeHash).length === 0) return undefined
      throw mismatch(`account ${bytesToHex(address)}`, 'no account', 'one')
    }
    const where = (field: string) => `${field} of ${bytesToHex(address)}`
    if (nonce !== proven.nonce) throw mismatch(where('nonce'), proven.nonce, nonce)
    if (balance !== proven.balance) throw mismatch(where('balance'), proven.balance, balance)
    if (!equalBytes(codeHash, proven.codeHash)) {
      throw mismatch(where('code hash'), bytesToHex(proven.codeHash), bytesToHex(codeHash))
    }
    return { ...given, hasStorage: proven.hasStorage }
  }

  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    const given = this.#part.slot(address, key)
    const proven = this.#proof.slot(address, key)
    if (given !== undefined && (proven === undefined || !equalBytes(given, proven))) {
      const got = proven === undefined ? 'zero' : bytesToHex(proven)
      throw mismatch(`slot ${bytesToHex(key)} of ${bytesToHex(address)}`, got, bytesToHex(given))
    }
    return proven
  }

  code(codeHash: Uint8Array): Uint8Array {
    try {
      return this.#part.code(codeHash)
    } catch (error) {
      // Of an account that the part does not hold.
      if (error instanceof StateBackendError && error.code === 'MissingCode') return this.#proof.code(codeHash)
      throw error
    }
  }
}

function mismatch(what: string, expected: unknown, got: unknown): StateBackendError {
  const message = `${what}: expected ${expected}, as its proof says, got ${got}`
  return new StateBackendError('ProofMismatch', message, { expected, got })
}
