import { BLOOM_SIZE, logsBloom, mergeBloom } from '../codec/logs.js'
import { lendReceipt, type Receipt } from '../codec/receipt.js'
import type { ReceiptCommitments } from '../scheduler/block-tasks.js'
import { orderedRootOf } from '../trie/ordered.js'
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

/** The receipts of a block, one after the other. */
export class ReceiptList {
  /** See BlockMessages. */
  static readonly kept: ReceiptList = new ReceiptList()

  readonly list: Receipt[] = []
  #cumulativeGasUsed = 0n

  add(type: Receipt['type'], result: TransactionResult, outcome: Receipt['outcome']): void {
    this.#cumulativeGasUsed += result.gasUsed
    this.list.push(new ResultReceipt(type, outcome, this.#cumulativeGasUsed, result))
  }
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
