import { collectRequests } from '../block/close-block.js'
import { IntermediateRoots } from '../block/intermediate-roots.js'
import { executeSystemCall, openDaoFork } from '../block/open-block.js'
import type { Request } from '../block/requests.js'
import { blockRewards } from '../block/rewards.js'
import { runSteps } from '../block/steps.js'
import { BEACON_ROOTS_ADDRESS, HISTORY_STORAGE_ADDRESS } from '../block/system-calls.js'
import { withdrawalCredits } from '../block/withdrawals.js'
import { GAS_PER_BLOB, maxBlobGas } from '../chain/blob-fee.js'
import type { ChainConfig } from '../chain/config.js'
import { logsBloom } from '../codec/logs.js'
import type { Receipt } from '../codec/receipt.js'
import { recoverSender, toMessage, transactionHash } from '../codec/transaction/index.js'
import { InputError, InvalidBlockError, InvalidTransactionError } from '../errors.js'
import type { InMemoryState } from '../state/in-memory.js'
import { requireSupportedType } from '../transaction/validate.js'
import type { BlockEnvironment } from '../types/block.js'
import { Fork } from '../types/fork.js'
import { isSuccess } from '../types/status.js'
import type { Tracer } from '../types/tracer.js'
import type { Message, Transaction, TransactionResult } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'
import { type CompleteBlock, environmentOf } from './complete.js'
import { ExitCode, TransitionError } from './error.js'
import { rejectionText } from './rejection.js'
import type { Candidate } from './transactions.js'

export interface TransitionInput {
  config: ChainConfig
  block: CompleteBlock
  /** The state before the block; it is not changed. */
  pre: InMemoryState
  transactions: readonly Candidate[]
  /** In wei; undefined when nobody is rewarded, which is not the same as a reward of nothing. */
  reward?: bigint
  /** Around the execution of each transaction, whether it is refused or not. */
  traces?: TransactionTraces
}

export interface TransactionTraces {
  begin(hash: Uint8Array): Tracer
  end(): void
}

export interface Included {
  transaction: Transaction
  hash: Uint8Array
  message: Message
  result: TransactionResult
  receipt: Receipt
}

export interface Rejection {
  /** Among all transactions that were given. */
  index: number
  error: string
}

export interface TransitionOutcome {
  included: Included[]
  rejected: Rejection[]
  gasUsed: bigint
  blobGasUsed: bigint
  /** From Prague on. */
  requests?: Request[]
  post: InMemoryState
}

/** Executes a block that nobody vouches for: what may not be in it is left out and listed. */
export function executeTransition(machine: Machine, input: TransitionInput): TransitionOutcome {
  const { config, block, pre, transactions } = input
  const hashes = new BlockHashes(block.blockHashes)
  const environment = environmentOf(block, config.chainId, (number) => hashes.get(number))
  machine.startBlock(environment, pre)
  open(machine, config, block)
  const builder = new BlockBuilder(machine, environment, input)
  for (const [index, candidate] of transactions.entries()) {
    builder.add(index, candidate)
    hashes.requireComplete(builder.included.length)
  }
  const { included, rejected, gasUsed, blobGasUsed, post } = builder
  const requests = close(machine, input, included)
  post.applyDiff(machine.diff())
  return { included, rejected, gasUsed, blobGasUsed, post, ...(block.fork < Fork.Prague ? {} : { requests }) }
}

/** BLOCKHASH answers from a list that may be incomplete; that is found out while an instruction waits for its answer. */
class BlockHashes {
  readonly #known: ReadonlyMap<bigint, Uint8Array> | undefined
  #missing: bigint | undefined
  #included = 0

  constructor(known: ReadonlyMap<bigint, Uint8Array> | undefined) {
    this.#known = known
  }

  get(number: bigint): Uint8Array {
    const hash = this.#known?.get(number)
    if (hash === undefined) this.#missing = number
    return hash ?? new Uint8Array(32)
  }

  /** A transaction that is left out may have asked for what nobody knows. */
  requireComplete(included: number): void {
    const isNew = included > this.#included
    this.#included = included
    if (this.#missing === undefined || !isNew) return
    const got = this.#known === undefined ? 'no blockHashes' : 'none'
    const text = `env.blockHashes: expected the hash of block ${this.#missing}, which BLOCKHASH asked for, got ${got}`
    throw new TransitionError(ExitCode.MissingBlockHash, text)
  }
}

function open(machine: Machine, config: ChainConfig, block: CompleteBlock): void {
  const { fork, number, parentBeaconBlockRoot: root, blockHashes } = block
  runSteps(openDaoFork(machine, config, number))
  if (root !== undefined) executeSystemCall(machine, { address: BEACON_ROOTS_ADDRESS, input: root })
  // Who gives no hashes at all wants no history either.
  if (fork < Fork.Prague || blockHashes === undefined) return
  const input = blockHashes.get(number - 1n) ?? new Uint8Array(32)
  executeSystemCall(machine, { address: config.systemContracts?.history ?? HISTORY_STORAGE_ADDRESS, input })
}

function close(machine: Machine, input: TransitionInput, included: readonly Included[]): Request[] {
  const { config, block, pre, reward } = input
  if (reward !== undefined) {
    const ommers = block.ommers.map(({ delta, address }) => ({ number: block.number - delta, coinbase: address }))
    // The caller decides what is paid, after Paris too: the rules of the last fork that paid anything.
    for (const { address, amount } of blockRewards(Fork.GrayGlacier, block, ommers, reward)) {
      machine.credit(address, amount)
    }
  }
  for (const { address, amount } of withdrawalCredits(block.withdrawals ?? [])) machine.credit(address, amount)
  const logs = included.flatMap(({ result }) => result.logs)
  try {
    return runSteps(collectRequests(machine, { config, fork: block.fork, logs, backend: pre }))
  } catch (error) {
    if (!(error instanceof InvalidBlockError)) throw error
    throw new TransitionError(ExitCode.Evm, `failed to process post-execution: ${error.message}`, error)
  }
}

/** Takes transactions in until the end, passing over those that must not be in the block. */
class BlockBuilder {
  readonly included: Included[] = []
  readonly rejected: Rejection[] = []
  readonly post: InMemoryState
  gasUsed = 0n
  blobGasUsed = 0n
  readonly #machine: Machine
  readonly #environment: BlockEnvironment
  readonly #input: TransitionInput
  readonly #roots: IntermediateRoots | undefined

  constructor(machine: Machine, environment: BlockEnvironment, input: TransitionInput) {
    this.#machine = machine
    this.#environment = environment
    this.#input = input
    this.post = input.pre.clone()
    this.#roots = input.block.fork < Fork.Byzantium ? new IntermediateRoots(machine, this.post) : undefined
  }

  add(index: number, candidate: Candidate): void {
    const error = candidate instanceof InputError ? candidate.message : this.#include(candidate)
    if (error !== undefined) this.rejected.push({ index, error })
  }

  /** Gives the reason when the transaction is left out; the state and the gas that is left are as before then. */
  #include(transaction: Transaction): string | undefined {
    const environment = this.#environment
    const { blobs, fork } = this.#input.block
    if (transaction.type === 3 && blobs === undefined) return 'blob tx used but field env.ExcessBlobGas missing'
    let sender: Uint8Array | undefined
    try {
      requireSupportedType(transaction.type, fork)
      requireRecipient(transaction)
      sender = recoverSender(transaction, { fork, chainId: environment.chainId })
      const blobGas = transaction.type === 3 ? BigInt(transaction.blobVersionedHashes.length) * GAS_PER_BLOB : 0n
      const most = blobs === undefined ? 0n : maxBlobGas(blobs.schedule)
      if (this.blobGasUsed + blobGas > most) {
        return `blob gas (${this.blobGasUsed + blobGas}) would exceed maximum allowance ${most}`
      }
      this.#execute(transaction, sender)
      this.blobGasUsed += blobGas
      return undefined
    } catch (error) {
      if (!(error instanceof InvalidTransactionError)) throw error
      return rejectionText(error, { transaction, environment, ...(sender === undefined ? {} : { sender }) })
    }
  }

  #execute(transaction: Transaction, sender: Uint8Array): void {
    const hash = transactionHash(transaction)
    const message = toMessage(transaction, sender)
    const result = this.#transact(message, hash)
    const { gasUsed, logs, status } = result
    this.gasUsed += gasUsed
    const receipt: Receipt = {
      type: transaction.type,
      outcome: this.#roots?.next() ?? isSuccess(status),
      cumulativeGasUsed: this.gasUsed,
      bloom: logsBloom(logs),
      logs,
    }
    this.included.push({ transaction, hash, message, result, receipt })
  }

  #transact(message: Message, hash: Uint8Array): TransactionResult {
    const machine = this.#machine
    const { traces } = this.#input
    if (traces === undefined) return machine.transact(message)
    machine.tracer = traces.begin(hash)
    try {
      return machine.transact(message)
    } finally {
      delete machine.tracer
      traces.end()
    }
  }
}

/** In geth's order: before the sender is known. */
function requireRecipient({ type, to }: Transaction): void {
  if (to !== undefined || type < 3) return
  const code = type === 3 ? 'BlobCreate' : 'AuthorizationCreate'
  throw new InvalidTransactionError(code, 'to: expected an address, got none', { field: 'to' })
}
