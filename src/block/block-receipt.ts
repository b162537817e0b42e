import { bytesToHex } from '../codec/hex.js'
import type { Committed } from '../scheduler/on-workers.js'
import { isSuccess } from '../types/status.js'
import type { TransactionResult } from '../types/transaction.js'
import type { Hex } from './draft.js'

export interface BlockLog {
  address: Hex
  topics: Hex[]
  data: Hex
}

export interface BlockReceipt {
  index: number
  success: boolean
  gasUsed: bigint
  cumulativeGasUsed: bigint
  contractAddress?: Hex
  logs: BlockLog[]
}

/** Hands on the receipts of what has become final since the last call. */
export function committing(onCommit: (receipt: BlockReceipt) => void): (tasks: Committed) => void {
  const stream = receiptStream()
  return (tasks) => {
    const { committed } = tasks
    while (stream.count < committed) onCommit(stream.next(tasks.result(stream.count)))
  }
}

/** The receipts of a whole block, put together when they are first asked for. */
export function receiptsOf(results: Iterable<TransactionResult>): () => BlockReceipt[] {
  let receipts: BlockReceipt[] | undefined
  return () => {
    const stream = receiptStream()
    receipts ??= Array.from(results, (result) => stream.next(result))
    return receipts
  }
}

interface ReceiptStream {
  count: number
  next(result: TransactionResult): BlockReceipt
}

/** Turns results, in order, into receipts for the outside. */
function receiptStream(): ReceiptStream {
  let cumulativeGasUsed = 0n
  return {
    count: 0,
    next({ status, gasUsed, logs, contractAddress }) {
      cumulativeGasUsed += gasUsed
      const receipt: BlockReceipt = {
        index: this.count++,
        success: isSuccess(status),
        gasUsed,
        cumulativeGasUsed,
        logs: logs.map(({ address, topics, data }) => ({
          address: bytesToHex(address) as Hex,
          topics: topics.map((topic) => bytesToHex(topic) as Hex),
          data: bytesToHex(data) as Hex,
        })),
      }
      if (contractAddress !== undefined && isSuccess(status))
        receipt.contractAddress = bytesToHex(contractAddress) as Hex
      return receipt
    },
  }
}
