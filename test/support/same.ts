import * as assert from 'uvu/assert'
import { HeddleError } from '../../src/errors.js'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import type { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { executeParallel, type ParallelOptions } from '../../src/scheduler/parallel.js'
import type { BlockStatistics } from '../../src/scheduler/statistics.js'
import type { WorldState } from '../../src/state/backend.js'
import type { StateDiff } from '../../src/types/state.js'
import { statusName } from '../../src/types/status.js'
import type { TransactionResult } from '../../src/types/transaction.js'
import { layout } from '../../src/wasm/layout.js'
import type { Machine } from '../../src/wasm/machine.js'
import { withoutNonce } from './machine.js'
import type { Workload } from './workload.js'

/** As a workload, on any state. */
export interface BlockOn extends Omit<Workload, 'state'> {
  state: WorldState
}

/** All that a block comes to, in a form that can be compared and read. */
export interface BlockOutcome {
  transactions: string[]
  /** The transaction that must not be in the block, and the code of the error. */
  refused?: { index: number; code: string }
  diff: string[]
  root: string
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function describeResult({ status, gasUsed, logs, contractAddress }: TransactionResult, cumulative: bigint): string {
  const events = logs.map((log) => `${hex(log.address)}[${log.topics.map(hex)}]${hex(log.data)}`)
  return [statusName(status), gasUsed, cumulative, contractAddress && hex(contractAddress), ...events].join(' ')
}

/** Accounts and slots in an order of their own: how they came into the state pages says nothing. */
function describeDiff(diff: StateDiff): string[] {
  return diff
    .map((account) => {
      const slots = account.slots.map(([key, value]) => `${hex(key)}=${hex(value)}`).sort()
      const { nonce, balance, exists, storageCleared, code } = account
      const fields = [nonce, balance, hex(account.codeHash), code && hex(code), exists, storageCleared]
      return [hex(account.address), ...fields, ...slots].join(' ')
    })
    .sort()
}

function refusedAs(index: number, error: unknown): { index: number; code: string } {
  if (error instanceof HeddleError) return { index, code: error.code }
  throw error
}

function outcomeOf(
  machine: Machine,
  { state }: BlockOn,
  transactions: string[],
  refused?: BlockOutcome['refused'],
): BlockOutcome {
  const diff = machine.diff()
  const after = state.clone()
  after.applyDiff(diff)
  const outcome: BlockOutcome = { transactions, diff: describeDiff(diff), root: hex(after.root()) }
  if (refused !== undefined) outcome.refused = refused
  return outcome
}

/** One transaction after the other, without any of what parallel execution is made of. */
export function sequentially(machine: Machine, workload: BlockOn): BlockOutcome {
  machine.startBlock(workload.environment, workload.state)
  const transactions: string[] = []
  let cumulative = 0n
  for (const [index, message] of workload.messages.entries()) {
    try {
      const result = machine.transact(message)
      cumulative += result.gasUsed
      transactions.push(describeResult(result, cumulative))
    } catch (error) {
      return outcomeOf(machine, workload, transactions, refusedAs(index, error))
    }
  }
  return outcomeOf(machine, workload, transactions)
}

/** What became of the tasks of the machine's block. */
export function outcomeOfTasks(machine: Machine, workload: BlockOn, tasks: BlockTasks): BlockOutcome {
  const transactions = Array.from(tasks.results(), (result, index) => {
    return describeResult(result, machine.words.u64(tasks.at(index) + layout.TASK_CUMULATIVE_GAS))
  })
  const refused = tasks.refused()
  return outcomeOf(machine, workload, transactions, refused && refusedAs(refused.index, refused.error))
}

export async function inParallel(
  machine: Machine,
  workload: BlockOn,
  options: ParallelOptions,
): Promise<{ outcome: BlockOutcome; statistics: BlockStatistics }> {
  machine.startBlock(workload.environment, workload.state)
  const { tasks, statistics } = await executeParallel(machine, BlockMessages.of(machine, workload.messages), options)
  return { outcome: outcomeOfTasks(machine, workload, tasks), statistics: statistics() }
}

/** Asserts that workers do to a block what is done to it in order. */
export async function assertSame(
  machine: Machine,
  workload: BlockOn,
  options: ParallelOptions,
): Promise<BlockStatistics> {
  const expected = sequentially(machine, workload)
  const messages = workload.messages.map((message, index) => {
    // Some of those that were not refused: what they leave out is what they had.
    return index < expected.transactions.length && (index + workload.seed) % 5 === 0 ? withoutNonce(message) : message
  })
  const { outcome, statistics } = await inParallel(machine, { ...workload, messages }, options)
  assert.equal(outcome, expected, `block of seed ${workload.seed}, ${options.workers} workers`)
  return statistics
}
