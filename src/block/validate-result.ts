import { equalBytes } from '../codec/bytes.js'
import type { BlockHeader } from '../types/header.js'
import { type BlockRule, invalidBlock } from './rule.js'

/** What executing the block gave, for the header to be held against. */
export interface BlockOutcome {
  gasUsed: bigint
  logsBloom: Uint8Array
  receiptsRoot: Uint8Array
  /** From Prague on. */
  requestsHash?: Uint8Array
  /** Empty when it is not known. */
  stateRoot: Uint8Array
}

/** Throws an InvalidBlockError unless the header says what execution found. */
export function validateResult(header: BlockHeader, outcome: BlockOutcome): void {
  if (header.gasUsed !== outcome.gasUsed) {
    throw invalidBlock('GasUsedMismatch', { what: 'gas used', expected: outcome.gasUsed, got: header.gasUsed })
  }
  requireEqual('LogsBloomMismatch', 'logs bloom', outcome.logsBloom, header.logsBloom)
  requireEqual('ReceiptsRootMismatch', 'receipts root', outcome.receiptsRoot, header.receiptsRoot)
  if (outcome.requestsHash !== undefined) {
    requireEqual('RequestsHashMismatch', 'requests hash', outcome.requestsHash, header.requestsHash!)
  }
  if (outcome.stateRoot.length > 0) {
    requireEqual('StateRootMismatch', 'state root', outcome.stateRoot, header.stateRoot)
  }
}

function requireEqual(rule: BlockRule, what: string, expected: Uint8Array, got: Uint8Array): void {
  if (!equalBytes(expected, got)) throw invalidBlock(rule, { what, expected, got })
}
