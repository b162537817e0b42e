import { ResourceLimitError } from '../errors.js'
import type { TransactionResult } from '../types/transaction.js'
import { layout } from '../wasm/layout.js'
import type { Machine } from '../wasm/machine.js'
import type { BlockMessages } from './block-messages.js'
import { type BlockResults, ResultList } from './block-results.js'
import type { BlockTasks, ReceiptCommitments, Refused } from './block-tasks.js'
import { executeParallel, type ParallelOptions } from './parallel.js'
import { executeSequential } from './sequential.js'
import type { BlockStatistics } from './statistics.js'

/** The transactions that are final so far. */
export interface Committed {
  readonly committed: number
  result(index: number): TransactionResult
}

export interface WorkersOptions extends Omit<ParallelOptions, 'onProgress'> {
  /** Called whenever more transactions are final. */
  onProgress?: (committed: Committed) => void
}

export interface WorkersOutcome {
  results(): BlockResults
  refused(): Refused | undefined
  /** Of all of the block; where it was executed in two parts there is none. */
  receiptCommitments?(): ReceiptCommitments
  /** Of what was executed on the workers. */
  statistics(): BlockStatistics
  /** When the threads are the pool's again. */
  heardFrom: Promise<void>
}

/**
 * Executes the transactions of the machine's running block on worker threads. One that needs more memory than a worker has is
 * executed in the calling thread, which has that of all workers then, and so are those after it.
 */
export async function executeOnWorkers(
  machine: Machine,
  messages: BlockMessages,
  options: WorkersOptions,
): Promise<WorkersOutcome> {
  const { tasks, statistics, heardFrom } = await executeParallel(machine, messages, options)
  const refused = tasks.refused()
  if (refused === undefined || !isMemoryLimit(refused.error)) {
    return {
      results: () => tasks.results(),
      refused: () => refused,
      receiptCommitments: () => tasks.receiptCommitments(),
      statistics,
      heardFrom,
    }
  }
  // Read before the other tasks take the place of these.
  const measured = statistics()
  const results = tasks.results()
  const rest = await executeRest(machine, messages, results, options)
  return {
    results: () => ResultList.join([results, rest.results()]),
    refused: () => {
      const later = rest.refused()
      return later === undefined ? undefined : { ...later, index: results.length + later.index }
    },
    statistics: () => measured,
    heardFrom,
  }
}

function isMemoryLimit(error: Error): boolean {
  return error instanceof ResourceLimitError && error.code === 'MemoryLimit'
}

/** Goes on behind the transactions that have these results, whose effects are the machine's state. */
async function executeRest(
  machine: Machine,
  messages: BlockMessages,
  results: BlockResults,
  { signal, onProgress, onChange }: WorkersOptions,
): Promise<BlockTasks> {
  const first = results.length
  let blobs = 0
  for (let index = 0; index < first; index++) blobs += messages.written(index).blobVersionedHashes.length
  machine.words.setU64(layout.BLOCK_GAS_USED, results.gasUsed)
  machine.words.setU32(layout.BLOCK_BLOBS_USED, blobs)
  let isTold = false
  return executeSequential(machine, messages.after(first), {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined
      ? {}
      : {
          onProgress: (tasks) =>
            onProgress({ committed: first + tasks.committed, result: (index) => tasks.result(index - first) }),
        }),
    ...(onChange === undefined
      ? {}
      : {
          onChange: (diff) => {
            // What is so before the first of these has been told.
            if (isTold) onChange(diff)
            isTold = true
          },
        }),
  })
}
