import type { Log } from '../types/transaction.js'
import { logsBloom, logsToRlp } from './logs.js'
import { lendRlp } from './rlp.js'

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
  return lendReceipt(receipt).slice()
}

/** Lent by `lendRlp`. */
export function lendReceipt({ type, outcome, cumulativeGasUsed, bloom, logs }: Receipt): Uint8Array {
  const status = typeof outcome === 'boolean' ? (outcome ? 1n : 0n) : outcome
  return lendRlp([status, cumulativeGasUsed, bloom ?? logsBloom(logs), logsToRlp(logs)], type)
}
