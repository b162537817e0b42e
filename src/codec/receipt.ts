import type { Log } from '../types/transaction.js'
import { logsBloom, logsToRlp } from './logs.js'
import { encodeRlp, encodeTypedRlp } from './rlp.js'

export interface Receipt {
  type: 0 | 1 | 2 | 3 | 4
  /** From Byzantium on whether the transaction succeeded; before, the 32-byte state root after it. */
  outcome: boolean | Uint8Array
  cumulativeGasUsed: bigint
  /** Computed from the logs when it is absent. */
  bloom?: Uint8Array
  logs: readonly Log[]
}

/** As the receipts trie holds it: the type before the list, but for legacy transactions. */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const { type, outcome, cumulativeGasUsed, logs } = receipt
  const status = typeof outcome === 'boolean' ? (outcome ? 1n : 0n) : outcome
  const list = [status, cumulativeGasUsed, receipt.bloom ?? logsBloom(logs), logsToRlp(logs)]
  return type === 0 ? encodeRlp(list) : encodeTypedRlp(type, list)
}
