import type { Transaction } from './transaction.js'

/** A field that a fork added is present exactly in the headers from that fork on. */
export interface BlockHeader {
  parentHash: Uint8Array
  unclesHash: Uint8Array
  coinbase: Uint8Array
  stateRoot: Uint8Array
  transactionsRoot: Uint8Array
  receiptsRoot: Uint8Array
  logsBloom: Uint8Array
  difficulty: bigint
  number: bigint
  gasLimit: bigint
  gasUsed: bigint
  timestamp: bigint
  extraData: Uint8Array
  /** From Paris on it holds prevRandao. */
  mixHash: Uint8Array
  nonce: Uint8Array
  /** From London on. */
  baseFee?: bigint
  /** From Shanghai on. */
  withdrawalsRoot?: Uint8Array
  /** This and the next two: from Cancun on. */
  blobGasUsed?: bigint
  excessBlobGas?: bigint
  parentBeaconBlockRoot?: Uint8Array
  /** From Prague on. */
  requestsHash?: Uint8Array
}

export interface Withdrawal {
  index: bigint
  validatorIndex: bigint
  address: Uint8Array
  /** In Gwei. */
  amount: bigint
}

export interface Block {
  header: BlockHeader
  transactions: Transaction[]
  uncles: BlockHeader[]
  /** From Shanghai on. */
  withdrawals?: Withdrawal[]
}
