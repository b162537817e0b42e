import { equalBytes } from '../codec/bytes.js'
import { headerHash } from '../codec/header.js'
import { bytesToHex } from '../codec/hex.js'
import { keccak256 } from '../codec/keccak.js'
import { StateBackendError } from '../errors.js'
import { nodeStore, proofStore } from '../trie/proof-store.js'
import type { BlockEnvironment } from '../types/block.js'
import type { BlockHeader } from '../types/header.js'
import { TrieState } from './trie-state.js'

type BlockHash = BlockEnvironment['blockHash']

/** What a block has to know of the chain before it, to be executed without that chain. */
export interface Witness {
  /** The parent, then older ones as far back as the block asks for their hashes. */
  headers: BlockHeader[]
  /** The trie nodes that lie on the ways to what it reads and changes. */
  state: Uint8Array[]
  codes: Uint8Array[]
}

export interface OpenedWitness {
  /** The state after the parent, as far as it is known; what is not is a StateBackendError with code MissingNode or MissingCode. */
  state: TrieState
  /** Throws a StateBackendError with code MissingHeader for a block that the witness has no header of. */
  blockHash: BlockHash
}

export interface OpenOptions {
  /**
   * Nodes are proofs of what the block touches, before it and after it, which leave out the siblings of what it deletes.
   * Only for blocks whose header is known to be good: see `proofStore`.
   */
  hasProofsOnly?: boolean
}

/** Everything is found by its hash, so that a forged node, code or header is one that is missing. */
export function openWitness(witness: Witness, parentHash: Uint8Array, options: OpenOptions = {}): OpenedWitness {
  const codes = byHash(witness.codes)
  const headers = new HeaderChain(witness.headers, parentHash)
  return {
    state: new TrieState({
      root: headers.parent.stateRoot,
      node: options.hasProofsOnly ? proofStore(witness.state) : nodeStore(witness.state),
      code: (hash) => codes.get(bytesToHex(hash)),
    }),
    blockHash: (number) => headers.hash(number),
  }
}

export interface Recorded<T> {
  result: T
  witness: Witness
}

/**
 * Executes a block with `state` as the state before it, which is read, and clones of it, which are changed; gives the
 * witness of that. `ancestors` begin with the parent.
 */
export function recordWitness<T>(
  state: TrieState,
  ancestors: Iterable<BlockHeader>,
  parentHash: Uint8Array,
  execute: (blockHash: BlockHash) => T,
): Recorded<T> {
  const headers = new HeaderChain(ancestors, parentHash)
  state.startRecording()
  try {
    const result = execute((number) => headers.hash(number))
    const { nodes, codes } = state.stopRecording()
    return { result, witness: { headers: headers.taken, state: [...byHash(nodes).values()], codes } }
  } finally {
    state.stopRecording()
  }
}

function byHash(items: readonly Uint8Array[]): Map<string, Uint8Array> {
  return new Map(items.map((item) => [bytesToHex(keccak256(item)), item]))
}

/** Headers from a parent backwards, taken one by one when somebody asks for the hash of one so old. */
class HeaderChain {
  readonly parent: BlockHeader
  readonly taken: BlockHeader[] = []
  readonly #rest: Iterator<BlockHeader>
  readonly #hashes = new Map<bigint, Uint8Array>()
  #nextHash: Uint8Array

  constructor(headers: Iterable<BlockHeader>, parentHash: Uint8Array) {
    this.#rest = headers[Symbol.iterator]()
    this.#nextHash = parentHash
    this.parent = this.#take('the parent')
  }

  hash(number: bigint): Uint8Array {
    // Ends: every round takes a header, and there are no more than there are.
    for (;;) {
      const hash = this.#hashes.get(number)
      if (hash !== undefined) return hash
      this.#take(`block ${number}`)
    }
  }

  #take(wanted: string): BlockHeader {
    const expected = bytesToHex(this.#nextHash)
    const { value: header, done } = this.#rest.next()
    const got = done ? undefined : headerHash(header)
    if (got === undefined || !equalBytes(got, this.#nextHash)) {
      const found = got === undefined ? 'none' : bytesToHex(got)
      const message = `witness: on the way to ${wanted} expected a header with hash ${expected}, got ${found}`
      throw new StateBackendError('MissingHeader', message, { hash: expected, got: found })
    }
    this.taken.push(header)
    this.#hashes.set(header.number, got)
    this.#nextHash = header.parentHash
    return header
  }
}
