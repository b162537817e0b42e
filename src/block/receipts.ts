import { BLOOM_SIZE, logsBloom, mergeBloom } from '../codec/logs.js'
import { lendReceipt, type Receipt } from '../codec/receipt.js'
import type { BlockResults } from '../scheduler/block-results.js'
import type { ReceiptCommitments } from '../scheduler/block-tasks.js'
import { orderedRootOf } from '../trie/ordered.js'
import { isSuccess } from '../types/status.js'
import type { Log, TransactionResult } from '../types/transaction.js'

/** The receipt of a transaction with this result: what becomes of its logs is found out when somebody asks. */
class ResultReceipt implements Receipt {
  readonly type: Receipt['type']
  readonly outcome: Receipt['outcome']
  readonly cumulativeGasUsed: bigint
  readonly #result: TransactionResult
  #bloom: Uint8Array | undefined

  constructor(type: Receipt['type'], outcome: Receipt['outcome'], cumulative: bigint, result: TransactionResult) {
    this.type = type
    this.outcome = outcome
    this.cumulativeGasUsed = cumulative
    this.#result = result
  }

  get logs(): readonly Log[] {
    return this.#result.logs
  }

  get bloom(): Uint8Array {
    this.#bloom ??= logsBloom(this.logs)
    return this.#bloom
  }
}

/** The receipts of a block, made when they are first asked for. Before Byzantium they have `roots`, that after each transaction. */
export function receiptsOf(results: BlockResults, roots: readonly Uint8Array[] = []): () => Receipt[] {
  let receipts: Receipt[] | undefined
  return () => {
    receipts ??= makeReceipts(results, roots)
    return receipts
  }
}

function makeReceipts(results: BlockResults, roots: readonly Uint8Array[]): Receipt[] {
  let cumulativeGasUsed = 0n
  return Array.from(results, (result, index) => {
    cumulativeGasUsed += result.gasUsed
    const outcome = roots[index] ?? isSuccess(result.status)
    return new ResultReceipt(results.typeOf(index), outcome, cumulativeGasUsed, result)
  })
}

/** Of receipts that the core knows nothing of, or not all: what it makes of its tasks is the same (assembly/receipt). */
export function commitmentsOf(receipts: readonly Receipt[]): ReceiptCommitments {
  const joined = new Uint8Array(BLOOM_SIZE)
  for (const { bloom } of receipts) mergeBloom(joined, bloom!)
  return {
    receiptsRoot: orderedRootOf(receipts.length, (index) => lendReceipt(receipts[index]!)),
    logsBloom: joined,
  }
}
