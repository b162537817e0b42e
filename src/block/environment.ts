import { blobBaseFee } from '../chain/blob-fee.js'
import { blobScheduleAt, type ChainConfig } from '../chain/config.js'
import type { BlockEnvironment } from '../types/block.js'
import { Fork } from '../types/fork.js'
import type { BlockHeader } from '../types/header.js'

/** What a header that has been validated says to the instructions of its block. */
export function blockEnvironment(
  config: ChainConfig,
  fork: Fork,
  header: BlockHeader,
  blockHash: BlockEnvironment['blockHash'],
): BlockEnvironment {
  const schedule = fork >= Fork.Cancun ? blobScheduleAt(config, header.timestamp) : undefined
  return {
    fork,
    chainId: config.chainId,
    coinbase: header.coinbase,
    number: header.number,
    timestamp: header.timestamp,
    gasLimit: header.gasLimit,
    difficulty: header.difficulty,
    prevRandao: header.mixHash,
    baseFee: header.baseFee ?? 0n,
    blobBaseFee: schedule === undefined ? 0n : blobBaseFee(header.excessBlobGas ?? 0n, schedule),
    maxBlobs: schedule?.max ?? 0,
    blockHash,
  }
}
