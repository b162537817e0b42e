/** What instructions can see of the block that they run in. */
export interface BlockEnvironment {
  /** A `Fork` number (assembly/fork/fork.ts). */
  fork: number
  chainId: bigint
  coinbase: Uint8Array
  number: bigint
  timestamp: bigint
  gasLimit: bigint
  /** Before Paris. */
  difficulty: bigint
  /** From Paris on: 32 bytes. */
  prevRandao: Uint8Array
  /** 0 before London. */
  baseFee: bigint
  /** From Cancun on. */
  blobBaseFee: bigint
  /** The most blobs a block may carry, by the chain's schedule. */
  maxBlobs: number
  /** The hash of one of the 256 blocks before this one; zeros when it is not known. */
  blockHash: (number: bigint) => Uint8Array
}
