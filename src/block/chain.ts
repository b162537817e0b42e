import type { ChainConfig } from '../chain/config.js'
import { equalBytes } from '../codec/bytes.js'
import { headerHash } from '../codec/header.js'
import { bytesToHex } from '../codec/hex.js'
import { InputError } from '../errors.js'
import type { WorldState } from '../state/backend.js'
import { Fork } from '../types/fork.js'
import type { Block } from '../types/header.js'
import type { Machine } from '../wasm/machine.js'
import { type BlockInput, type BlockResult, executeBlock, executeBlockWith, type Runner } from './execute.js'
import type { SenderMemo } from './recover.js'
import { invalidBlock } from './rule.js'
import type { Ancestor } from './validate-uncles.js'

/** A block that was accepted, and what it left behind. */
export interface Link extends Ancestor {
  block: Block
  /** With all blocks before it. */
  totalDifficulty: bigint
  isProofOfStake: boolean
  /** After the block. */
  state: WorldState
}

/** A block about to be executed on top of its parent; `state` becomes the one after it. */
interface Next {
  parent: Link
  state: WorldState
  input: BlockInput
}

/**
 * A tree of blocks with the state after each, and the choice of its head. Every block is executed on the state that its
 * own parent left, so that side chains and reorganisations need nothing undone.
 */
export class Chain {
  readonly #machine: Machine
  readonly #config: ChainConfig
  readonly #senders: SenderMemo | undefined
  readonly #links = new Map<string, Link>()
  #head: Link

  /** `state` is the one after genesis; the chain owns it from now on. */
  constructor(machine: Machine, config: ChainConfig, genesis: Block, state: WorldState, senders?: SenderMemo) {
    const { header, uncles } = genesis
    const root = state.root()
    if (!equalBytes(root, header.stateRoot)) {
      const [expected, got] = [bytesToHex(header.stateRoot), bytesToHex(root)]
      const message = `Genesis: expected a state with the root ${expected}, got ${got}`
      throw new InputError('GenesisState', message, { expected, got })
    }
    this.#machine = machine
    this.#config = config
    this.#senders = senders
    const isProofOfStake = config.terminalTotalDifficulty === 0n
    const totalDifficulty = header.difficulty
    this.#head = { hash: headerHash(header), header, uncles, block: genesis, totalDifficulty, isProofOfStake, state }
    this.#links.set(bytesToHex(this.#head.hash), this.#head)
  }

  get head(): Link {
    return this.#head
  }

  /** The accepted block with this hash. */
  get(hash: Uint8Array): Link | undefined {
    return this.#links.get(bytesToHex(hash))
  }

  /** Executes a block and keeps it; throws an InvalidBlockError with nothing changed. `size`: of the encoded block. */
  add(block: Block, size?: number): BlockResult {
    const next = this.#next(block, size)
    return this.#keep(next, executeBlock(this.#machine, next.input))
  }

  /** The same with transactions executed by `run`. One block at a time. */
  async addWith(run: Runner, block: Block, size?: number): Promise<BlockResult> {
    const next = this.#next(block, size)
    return this.#keep(next, await executeBlockWith(this.#machine, next.input, run))
  }

  #next(block: Block, size: number | undefined): Next {
    const { parentHash } = block.header
    const parent = this.get(parentHash)
    if (parent === undefined) {
      throw invalidBlock('UnknownParent', { what: 'parent hash', expected: 'a known block', got: parentHash })
    }
    const state = parent.state.clone()
    const input: BlockInput = {
      config: this.#config,
      block,
      ...(size === undefined ? {} : { size }),
      ancestors: { [Symbol.iterator]: () => this.#ancestors(parent) },
      totalDifficulty: parent.totalDifficulty,
      blockHash: (number) => this.#blockHash(parent, number),
      backend: parent.state,
      post: state,
      ...(this.#senders === undefined ? {} : { senders: this.#senders }),
    }
    return { parent, state, input }
  }

  #keep({ parent, state, input: { block } }: Next, result: BlockResult): BlockResult {
    const { header, uncles } = block
    const link: Link = {
      hash: headerHash(header),
      header,
      uncles,
      block,
      totalDifficulty: parent.totalDifficulty + header.difficulty,
      isProofOfStake: result.fork >= Fork.Paris,
      state,
    }
    this.#links.set(bytesToHex(link.hash), link)
    if (this.#isBetter(link)) this.#head = link
    return result
  }

  /** With proof of work the heaviest chain, the first of two equals. After it the last block: whoever adds it has chosen. */
  #isBetter(link: Link): boolean {
    if (link.isProofOfStake) return true
    return !this.#head.isProofOfStake && link.totalDifficulty > this.#head.totalDifficulty
  }

  *#ancestors(parent: Link): Generator<Link> {
    // Ends: at genesis, whose parent is no link.
    for (let link: Link | undefined = parent; link !== undefined; link = this.get(link.header.parentHash)) yield link
  }

  #blockHash(parent: Link, number: bigint): Uint8Array {
    for (const { header, hash } of this.#ancestors(parent)) {
      if (header.number === number) return hash
      if (header.number < number) break
    }
    return new Uint8Array(32)
  }
}
