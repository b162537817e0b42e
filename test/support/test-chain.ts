import { Chain } from '../../src/block/chain.js'
import type { BlockResult } from '../../src/block/execute.js'
import type { BlockRule } from '../../src/block/rule.js'
import { transactionsRoot, unclesHash, withdrawalsRoot } from '../../src/block/validate-body.js'
import { GAS_PER_BLOB } from '../../src/chain/blob-fee.js'
import { type ChainConfig, forkAt } from '../../src/chain/config.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { addressOfPrivateKey } from '../../src/codec/signature.js'
import { signTransaction } from '../../src/codec/transaction/index.js'
import { InvalidBlockError } from '../../src/errors.js'
import { type AccountFields, InMemoryState } from '../../src/state/in-memory.js'
import { Fork } from '../../src/types/fork.js'
import type { Block, BlockHeader } from '../../src/types/header.js'
import type { LegacyTransaction, Transaction } from '../../src/types/transaction.js'
import { createMachine, type Machine } from '../../src/wasm/machine.js'
import { childOf, headerAt } from './header.js'

export const ETHER: bigint = 10n ** 18n
export const GWEI: bigint = 10n ** 9n
/** Who signs, and owns 100 ether at genesis. */
export const KEY: Uint8Array = new Uint8Array(32).fill(7)
export const SENDER: Uint8Array = addressOfPrivateKey(KEY)
/** The coinbase of every header that `childOf` makes. */
export const MINER: Uint8Array = new Uint8Array(20).fill(2)

export type Accounts = readonly (readonly [address: Uint8Array, fields: AccountFields])[]

/** An address that is easy to recognise. */
export function addressAt(fill: number): Uint8Array {
  return new Uint8Array(20).fill(fill)
}

export function word(value: bigint | number): Uint8Array {
  const bytes = new Uint8Array(32)
  for (let i = 31, rest = BigInt(value); rest > 0n; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn)
  return bytes
}

export function stateOf(accounts: Accounts): InMemoryState {
  const state = new InMemoryState()
  for (const [address, fields] of accounts) state.set(address, fields)
  return state
}

export interface BlockParts {
  transactions?: Transaction[]
  uncles?: BlockHeader[]
  withdrawals?: Block['withdrawals']
  /** Over what the header of a valid block has. */
  header?: Partial<BlockHeader>
}

/** The header fields that execution decides, by the rule that notices a wrong one. */
const OUTCOMES: Partial<Record<BlockRule, keyof BlockHeader>> = {
  GasUsedMismatch: 'gasUsed',
  LogsBloomMismatch: 'logsBloom',
  ReceiptsRootMismatch: 'receiptsRoot',
  RequestsHashMismatch: 'requestsHash',
  StateRootMismatch: 'stateRoot',
}

let machine: Machine | undefined

/** A chain from a block 10 on which `SENDER` is rich, with means to build the next blocks. */
export class TestChain {
  readonly config: ChainConfig
  readonly chain: Chain

  constructor(network: string, accounts: Accounts = [], genesis: Partial<BlockHeader> = {}, config?: ChainConfig) {
    this.config = config ?? fixtureNetwork(network)
    const state = stateOf([[SENDER, { balance: 100n * ETHER }], ...accounts])
    const base = { number: 10n, timestamp: 1000n, ...genesis }
    const fork = forkAt(this.config, { ...base, totalDifficulty: genesis.difficulty ?? 1_000_000n })
    const header = { ...headerAt(fork), ...base, stateRoot: state.root() }
    machine ??= createMachine({ memory: 2 ** 28 })
    this.chain = new Chain(machine, this.config, { header, transactions: [], uncles: [] }, state)
  }

  /** A block on top of `parent` whose header is right, but for what execution decides. */
  draft(parts: BlockParts = {}, parent: BlockHeader = this.chain.head.header): Block {
    const { transactions = [], uncles = [] } = parts
    const { totalDifficulty } = this.chain.head
    const position = { number: parent.number + 1n, timestamp: parent.timestamp + 12n, totalDifficulty }
    const fork = forkAt(this.config, position)
    const withdrawals = parts.withdrawals ?? (fork >= Fork.Shanghai ? [] : undefined)
    const blobs = transactions.reduce((sum, tx) => sum + (tx.type === 3 ? tx.blobVersionedHashes.length : 0), 0)
    const header: BlockHeader = {
      ...childOf(parent, fork),
      ...(fork >= Fork.Paris ? { difficulty: 0n } : {}),
      transactionsRoot: transactionsRoot(transactions),
      unclesHash: unclesHash(uncles),
      gasUsed: 0n,
      ...(withdrawals === undefined ? {} : { withdrawalsRoot: withdrawalsRoot(withdrawals) }),
      ...(fork >= Fork.Cancun ? { blobGasUsed: BigInt(blobs) * GAS_PER_BLOB } : {}),
      ...parts.header,
    }
    return { header, transactions, uncles, ...(withdrawals === undefined ? {} : { withdrawals }) }
  }

  /** Adds a block, with the outcome of its execution written into its header. */
  add(parts: BlockParts = {}, parent?: BlockHeader): { block: Block; result: BlockResult } {
    let block = this.draft(parts, parent)
    // Ends: each round sets one of the outcomes right.
    while (true) {
      try {
        return { block, result: this.chain.add(block) }
      } catch (error) {
        const field = error instanceof InvalidBlockError ? OUTCOMES[error.code as BlockRule] : undefined
        if (field === undefined) throw error
        block = { ...block, header: { ...block.header, [field]: (error as InvalidBlockError).details.expected } }
      }
    }
  }

  /** The error that refuses a block. */
  refusal(block: Block): InvalidBlockError {
    try {
      this.chain.add(block)
    } catch (error) {
      if (error instanceof InvalidBlockError) return error
      throw error
    }
    throw new Error('expected the block to be refused, but it was accepted')
  }

  balanceOf(address: Uint8Array): bigint | undefined {
    return this.chain.head.state.account(address)?.balance
  }

  slotOf(address: Uint8Array, key: number): Uint8Array | undefined {
    return this.chain.head.state.slot(address, word(key))
  }
}

export type TransferFields = Partial<Omit<LegacyTransaction, 'type' | 'v' | 'r' | 's'>>

/** A legacy transaction of `SENDER`; `chainId` binds it to a chain. */
export function transfer(fields: TransferFields = {}, chainId?: bigint): Transaction {
  return signTransaction(
    {
      type: 0,
      nonce: 0n,
      gasPrice: 2n * GWEI,
      gasLimit: 100_000n,
      to: addressAt(0xbb),
      value: 0n,
      data: new Uint8Array(0),
      ...fields,
    },
    KEY,
    chainId,
  )
}
