/** Inside Heddle quantities are bigint, indexes number, and addresses, hashes and data Uint8Array; hex appears at the edge only. */

export interface AccessListEntry {
  address: Uint8Array
  storageKeys: Uint8Array[]
}

/** One signed permission to delegate an account's code (EIP-7702). */
export interface Authorization {
  chainId: bigint
  address: Uint8Array
  nonce: bigint
  yParity: bigint
  r: bigint
  s: bigint
}

interface TransactionFields {
  nonce: bigint
  gasLimit: bigint
  /** Absent for a contract creation. */
  to?: Uint8Array
  value: bigint
  data: Uint8Array
}

interface Signature {
  /** `v` for a legacy transaction (27, 28, or with the chain id folded in), the y parity for every other type. */
  v: bigint
  r: bigint
  s: bigint
}

export interface LegacyTransaction extends TransactionFields, Signature {
  type: 0
  gasPrice: bigint
}

export interface AccessListTransaction extends TransactionFields, Signature {
  type: 1
  chainId: bigint
  gasPrice: bigint
  accessList: AccessListEntry[]
}

export interface FeeMarketTransaction extends TransactionFields, Signature {
  type: 2
  chainId: bigint
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
  accessList: AccessListEntry[]
}

export interface BlobTransaction extends TransactionFields, Signature {
  type: 3
  chainId: bigint
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
  accessList: AccessListEntry[]
  maxFeePerBlobGas: bigint
  blobVersionedHashes: Uint8Array[]
}

export interface SetCodeTransaction extends TransactionFields, Signature {
  type: 4
  chainId: bigint
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
  accessList: AccessListEntry[]
  authorizationList: Authorization[]
}

/** A signed transaction as the envelope carries it. */
export type Transaction =
  | LegacyTransaction
  | AccessListTransaction
  | FeeMarketTransaction
  | BlobTransaction
  | SetCodeTransaction

/** An authorization whose signer has been recovered; without `authority` the signature was invalid, and it is passed over. */
export interface RecoveredAuthorization {
  chainId: bigint
  address: Uint8Array
  nonce: bigint
  authority?: Uint8Array
}

/** What the core executes: a transaction with its sender known and its signature gone. */
export interface Message {
  type: 0 | 1 | 2 | 3 | 4
  sender: Uint8Array
  /** Without one: whatever its sender has when its turn has come. */
  nonce: bigint | undefined
  gasLimit: bigint
  /** Without one: creates a contract. */
  to: Uint8Array | undefined
  value: bigint
  data: Uint8Array
  /** The gas price of types 0 and 1; the fee cap of the others. */
  maxFeePerGas: bigint
  /** Equal to `maxFeePerGas` for types 0 and 1. */
  maxPriorityFeePerGas: bigint
  accessList: AccessListEntry[]
  maxFeePerBlobGas: bigint
  blobVersionedHashes: Uint8Array[]
  authorizations: RecoveredAuthorization[]
}

/** Where the messages of a block come from. To read one may fail: then it must not be in the block, nor what is behind it. */
export interface MessageSource {
  readonly count: number
  /** The same each time. */
  read(index: number): Message
  /** As `read` does, but that the message is good only until the next one is lent: nothing becomes garbage. */
  lend?(index: number): Message
}

export interface Log {
  address: Uint8Array
  topics: Uint8Array[]
  data: Uint8Array
}

export interface TransactionResult {
  /** A `Status` number below 0x40. */
  status: number
  gasUsed: bigint
  output: Uint8Array
  logs: Log[]
  contractAddress?: Uint8Array
}
