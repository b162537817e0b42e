import { type ChainConfig, forkAt } from '../chain/config.js'
import type { Receipt } from '../codec/receipt.js'
import { InvalidTransactionError } from '../errors.js'
import { attempt } from '../scheduler/attempt.js'
import { BlockMessages, type MessageList } from '../scheduler/block-messages.js'
import { type BlockResults, ResultList } from '../scheduler/block-results.js'
import type { ReceiptCommitments } from '../scheduler/block-tasks.js'
import type { StateCommitment } from '../state/backend.js'
import type { BlockEnvironment } from '../types/block.js'
import { Fork } from '../types/fork.js'
import type { Block } from '../types/header.js'
import type { StateBackend, StateDiff } from '../types/state.js'
import type { Message, MessageSource, TransactionResult } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'
import { closeBlock } from './close-block.js'
import { blockEnvironment } from './environment.js'
import { IntermediateRoots } from './intermediate-roots.js'
import { openBlock } from './open-block.js'
import { type ReadMessages, readMessages } from './read.js'
import { commitmentsOf, receiptsOf } from './receipts.js'
import { knownSource, type RecoverSigners, type SenderMemo, signedSource, signedSourceWith } from './recover.js'
import { type Request, requestsHash } from './requests.js'
import { invalidBlock } from './rule.js'
import { runSteps, runStepsWith, type Steps } from './steps.js'
import { validateBody, validateCommitments } from './validate-body.js'
import { validateHeader } from './validate-header.js'
import { validateResult } from './validate-result.js'
import { type Ancestor, validateUncles } from './validate-uncles.js'

export interface BlockInput {
  config: ChainConfig
  block: Block
  /** The length of the encoded block, where it is known. */
  size?: number
  /** From the parent backwards: seven generations when the block has uncles, the parent alone otherwise. */
  ancestors: Iterable<Ancestor>
  /** The total difficulty of the parent, on a chain whose configuration does not know where Paris began. */
  totalDifficulty?: bigint
  blockHash: BlockEnvironment['blockHash']
  /** The state after the parent; it is read, and not changed. */
  backend: StateBackend
  /** A copy of the same state, which becomes the state after the block. When the block is refused it is to be thrown away. */
  post: StateCommitment
  senders?: SenderMemo
}

export interface BlockResult {
  fork: Fork
  /** What became of each transaction. */
  results: BlockResults
  /** Made when they are first asked for. */
  readonly receipts: Receipt[]
  gasUsed: bigint
  logsBloom: Uint8Array
  receiptsRoot: Uint8Array
  /** From Prague on: one of each type. */
  requests: Request[]
  /** From Prague on. */
  requestsHash?: Uint8Array
  /** Put together when it is first asked for. */
  readonly diff: StateDiff
  /** Empty when the state does not know it. */
  stateRoot: Uint8Array
  /** Where the time went; `recover` until senders are known. */
  milliseconds: { recover: number; execute: number; collect: number; root: number }
  /** What all threads of the process spent while transactions were executed, in milliseconds; 0 where nobody measured. */
  cpu: number
}

/**
 * Executes a block on top of its parent, transaction by transaction, and holds its header to the outcome. Throws an
 * InvalidBlockError that names the rule, with `details.transaction` where one is at fault; nothing but `post` has changed
 * then. Proof-of-work seals are not checked.
 */
export function executeBlock(machine: Machine, input: BlockInput): BlockResult {
  const result = runBlock(machine, validateBlock(input), input)
  validateResult(input.block.header, result)
  return result
}

/** Executes a block whose header and form are good; what its header says about the outcome is left for the caller to judge. */
export function runBlock(machine: Machine, fork: Fork, input: RunInput): BlockResult {
  const { config, block, senders } = input
  const start = performance.now()
  const read = readMessages(signedSource(block.transactions, { fork, chainId: config.chainId }, senders))
  const clock: Clock = { start, recovered: performance.now() }
  startBlock(machine, fork, input)
  runSteps(openBlock(machine, config, fork, block.header))
  return runSteps(endBlock(machine, fork, clock, input, executeTransactions(machine, read, fork, input.post)))
}

/** The same with transactions executed by `run`. */
export async function executeBlockWith(machine: Machine, input: BlockInput, run: Runner): Promise<BlockResult> {
  const result = await runBlockWith(machine, validateBlock(input), input, run)
  validateResult(input.block.header, result)
  return result
}

/** As `runBlock`, with transactions executed by `run`. The state may make one wait, but not beyond the signal. */
export async function runBlockWith(
  machine: Machine,
  fork: Fork,
  input: RunInput,
  run: Runner,
  signal?: AbortSignal,
): Promise<BlockResult> {
  const waiting = (step: () => unknown) => attempt(step, signal)
  const { config, block } = input
  const start = performance.now()
  const messages = new BlockMessages(machine, await sourceOf(fork, input, signal))
  const clock: Clock = { start, recovered: performance.now() }
  input.onMessages?.(messages.foreseen())
  startBlock(machine, fork, input)
  await runStepsWith(openBlock(machine, config, fork, block.header), waiting)
  const measured: Runner = async (messages, options) => {
    const before = process.cpuUsage()
    const outcome = await run(messages, options)
    clock.executed = performance.now()
    const { user, system } = process.cpuUsage(before)
    clock.cpu = (user + system) / 1000
    return outcome
  }
  const executed = await executeTransactionsWith(machine, messages, fork, input.post, measured)
  return runStepsWith(endBlock(machine, fork, clock, input, executed), waiting)
}

/** Executes transactions on the machine's running block, in whatever order, with the outcome of executing them one by one. */
export type Runner = (messages: BlockMessages, options: RunnerOptions) => Promise<Outcome>

export interface RunnerOptions {
  /**
   * Told what has changed in the block, first by what precedes its transactions, then by each of them: that change alone, or
   * all changes so far. Need not be told of a block with a refused transaction.
   */
  onChange?: (diff: StateDiff) => void
}

export interface Outcome {
  results(): BlockResults
  /** The first transaction that must not be in the block, or could not be read. */
  refused(): { index: number; error: Error } | undefined
  /** Where the core knows them. Receipts from before Byzantium have roots, which it does not. */
  receiptCommitments?(): ReceiptCommitments
}

export interface RunInput extends Omit<BlockInput, 'ancestors' | 'size'> {
  /** The transactions of a block that nobody has signed. */
  drafts?: MessageSource
  /** How senders are recovered where one may wait for it; without it, in the calling thread. */
  recoverSigners?: RecoverSigners
  /** Told of the transactions before anything is executed: threads can be called meanwhile. */
  onMessages?: (messages: MessageList) => void
}

/** By performance.now, but for `cpu`. */
interface Clock {
  start: number
  /** When senders were known. */
  recovered: number
  /** When the last transaction had been executed, where that is known apart from what follows. */
  executed?: number
  cpu?: number
}

function startBlock(machine: Machine, fork: Fork, { config, block, backend, blockHash }: RunInput): void {
  machine.startBlock(blockEnvironment(config, fork, block.header, blockHash), backend)
}

async function sourceOf(fork: Fork, input: RunInput, signal: AbortSignal | undefined): Promise<MessageSource> {
  const { config, block, senders, drafts, recoverSigners } = input
  if (drafts !== undefined) return drafts
  const rules = { fork, chainId: config.chainId }
  const signed =
    recoverSigners === undefined
      ? signedSource(block.transactions, rules, senders)
      : await signedSourceWith(recoverSigners, block.transactions, rules, signal)
  return knownSource(signed, signal)
}

function* endBlock(
  machine: Machine,
  fork: Fork,
  { start, recovered, executed, cpu = 0 }: Clock,
  { config, block, backend, post, drafts }: RunInput,
  { results, receipts, commitments }: Executed,
): Steps<BlockResult> {
  // All that is looked for among them; before Prague nothing is.
  const logs = fork < Fork.Prague ? [] : results.logsOf(config.depositContract)
  const isDraft = drafts !== undefined
  const requests = yield* closeBlock(machine, { config, fork, block, logs, backend, isDraft })
  if (!isDraft) validateCommitments(block, fork)
  const diff = machine.packedDiff()
  const collected = performance.now()
  const afterExecution = executed ?? collected
  if (post.applyPacked === undefined) post.applyDiff(diff.toDiff())
  else post.applyPacked(diff)
  const outcome = {
    gasUsed: results.gasUsed,
    ...(commitments?.() ?? commitmentsOf(receipts())),
    ...(fork >= Fork.Prague ? { requestsHash: requestsHash(requests) } : {}),
    stateRoot: post.root(),
  }
  const end = performance.now()
  const milliseconds = {
    recover: recovered - start,
    execute: afterExecution - recovered,
    collect: collected - afterExecution,
    root: end - collected,
  }
  return {
    fork,
    results,
    get receipts() {
      return receipts()
    },
    requests,
    ...outcome,
    get diff() {
      return diff.toDiff()
    },
    milliseconds,
    cpu,
  }
}

/** All that can be judged before execution; throws an InvalidBlockError. Gives the fork whose rules hold. */
export function validateBlock({ config, block, ancestors, totalDifficulty, size }: BlockInput): Fork {
  const { header } = block
  const [parent] = ancestors
  if (parent === undefined) {
    throw invalidBlock('UnknownParent', { what: 'parent hash', expected: 'a known block', got: header.parentHash })
  }
  const position = { number: header.number, timestamp: header.timestamp }
  const fork = forkAt(config, totalDifficulty === undefined ? position : { ...position, totalDifficulty })
  validateHeader(header, { config, fork, parent: parent.header, parentHash: parent.hash })
  validateUncles(block, ancestors, config)
  validateBody(block, fork, size)
  return fork
}

export interface Executed {
  results: BlockResults
  receipts: () => Receipt[]
  /** Where the core knows them. */
  commitments?: () => ReceiptCommitments
}

export function executeTransactions(
  machine: Machine,
  { messages, refusal }: ReadMessages,
  fork: Fork,
  post: StateCommitment,
): Executed {
  const results = new ResultList()
  const outcomes: Uint8Array[] = []
  const roots = fork < Fork.Byzantium ? new IntermediateRoots(machine, post) : undefined
  for (const [index, message] of messages.entries()) {
    results.add(message.type, executeTransaction(machine, message, index))
    if (roots !== undefined) outcomes.push(roots.next())
  }
  if (refusal !== undefined) throw invalidTransaction(messages.length, refusal)
  return { results, receipts: receiptsOf(results, outcomes) }
}

/** The same with transactions executed by `run`. */
export async function executeTransactionsWith(
  machine: Machine,
  messages: BlockMessages,
  fork: Fork,
  post: StateCommitment,
  run: Runner,
): Promise<Executed> {
  const outcomes: Uint8Array[] = []
  const roots = fork < Fork.Byzantium ? new IntermediateRoots(machine, post) : undefined
  const onChange = (diff: StateDiff) => void outcomes.push(roots!.after(diff))
  const outcome = await run(messages, roots === undefined ? {} : { onChange })
  const refused = outcome.refused()
  if (refused !== undefined) throw inBlock(refused.error, refused.index)
  const results = outcome.results()
  // The first of the roots is that before all transactions.
  const receipts = receiptsOf(results, outcomes.slice(1))
  if (roots !== undefined || outcome.receiptCommitments === undefined) return { results, receipts }
  return { results, receipts, commitments: () => outcome.receiptCommitments!() }
}

function executeTransaction(machine: Machine, message: Message, index: number): TransactionResult {
  try {
    return machine.transact(message)
  } catch (error) {
    throw inBlock(error, index)
  }
}

function inBlock(error: unknown, index: number): unknown {
  return error instanceof InvalidTransactionError ? invalidTransaction(index, error) : error
}

function invalidTransaction(index: number, cause: InvalidTransactionError): Error {
  return invalidBlock('InvalidTransaction', {
    what: `transaction ${index}`,
    expected: 'a valid one',
    got: `${cause.code} (${cause.message})`,
    details: { transaction: index, rule: cause.code },
    cause,
  })
}
