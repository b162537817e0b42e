import { headerHash } from '../codec/header.js'
import type { BlockHeader } from '../types/header.js'

/** BLOCKHASH reaches no further back. */
const REACH = 256
const UNKNOWN = new Uint8Array(32)

/** The hashes of the last blocks of a chain, as far as it was followed; zeros for the others. */
export class KnownHashes {
  readonly #hashes = new Map<bigint, Uint8Array>()

  add(header: BlockHeader): void {
    this.#hashes.set(header.number, headerHash(header))
    if (header.number > 0n) this.#hashes.set(header.number - 1n, header.parentHash)
    const [oldest] = this.#hashes.keys()
    if (this.#hashes.size > REACH + 1) this.#hashes.delete(oldest!)
  }

  get(number: bigint): Uint8Array {
    return this.#hashes.get(number) ?? UNKNOWN
  }
}
