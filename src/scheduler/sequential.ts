import { invalidTransaction } from '../block/execute.js'
import { InvalidTransactionError } from '../errors.js'
import type { Message, TransactionResult } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'
import { AbortedError } from './parallel.js'

/** How long the calling thread is kept before its event loop may breathe, in milliseconds. */
const TURN = 4

/** Executes transactions one after the other in the calling thread, which stays responsive. */
export async function executeSequential(
  machine: Machine,
  messages: readonly Message[],
  signal: AbortSignal,
  committed: { next(result: TransactionResult): unknown },
): Promise<TransactionResult[]> {
  const results: TransactionResult[] = []
  let since = performance.now()
  for (const [index, message] of messages.entries()) {
    if (performance.now() - since > TURN) {
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
    if (signal.aborted) throw new AbortedError('Aborted', 'Block: expected to end, got a signal to abort')
    try {
      const result = machine.transact(message)
      results.push(result)
      committed.next(result)
    } catch (error) {
      throw error instanceof InvalidTransactionError ? invalidTransaction(index, error) : error
    }
  }
  return results
}
