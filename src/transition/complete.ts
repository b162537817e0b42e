import { nextBaseFee } from '../chain/base-fee.js'
import { type BlobSchedule, blobBaseFee, nextExcessBlobGas } from '../chain/blob-fee.js'
import { blobScheduleAt, type ChainConfig, forkAt } from '../chain/config.js'
import { expectedDifficulty } from '../chain/difficulty.js'
import { equalBytes } from '../codec/bytes.js'
import { hexToBytes } from '../codec/hex.js'
import type { BlockEnvironment } from '../types/block.js'
import { Fork } from '../types/fork.js'
import type { DescribedBlock } from './environment.js'
import { ExitCode, TransitionError } from './error.js'

/** The block with everything that its fork wants it to have. */
export interface CompleteBlock extends Omit<DescribedBlock, 'parent'> {
  fork: Fork
  /** Absent when nothing was said of blob gas: then no transaction can have blobs. */
  blobs?: { excessGas: bigint; baseFee: bigint; schedule: BlobSchedule }
}

const NO_UNCLES_HASH = hexToBytes('0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347')
const ZERO_HASH = new Uint8Array(32)

/** Computes from the parent what was left out; a TransitionError when that cannot be done, or when the fork forbids it. */
export function completeBlock(described: DescribedBlock, config: ChainConfig): CompleteBlock {
  const { parent, difficulty: _, parentBeaconBlockRoot: root, ...block } = described
  const { number, timestamp } = block
  const isPostMerge =
    config.terminalTotalDifficulty === 0n ||
    (config.terminalTotalDifficulty !== undefined && block.random !== undefined)
  const fork = forkAt(config, { number, timestamp, isPostMerge })
  const baseFee = fork >= Fork.London ? baseFeeOf(described) : block.baseFee
  if (fork >= Fork.Shanghai && block.withdrawals === undefined) throw missing('withdrawals', 'from Shanghai on')
  const difficulty = isPostMerge ? undefined : difficultyOf(described, fork)
  if (isPostMerge) requireMerged(described)
  if (fork >= Fork.Cancun && root === undefined) throw missing('parentBeaconBlockRoot', 'from Cancun on')
  const blobs = fork >= Fork.Cancun ? blobsOf(described, config, fork) : undefined
  return {
    ...block,
    fork,
    ...(baseFee === undefined ? {} : { baseFee }),
    ...(difficulty === undefined ? {} : { difficulty }),
    // One that comes before its time is no reason for a system call.
    ...(fork >= Fork.Cancun && root !== undefined ? { parentBeaconBlockRoot: root } : {}),
    ...(blobs === undefined ? {} : { blobs }),
  }
}

function baseFeeOf({ baseFee, number, parent }: DescribedBlock): bigint {
  if (baseFee !== undefined) return baseFee
  if (parent.baseFee === undefined || number === 0n) throw missing('currentBaseFee or parentBaseFee', 'from London on')
  return nextBaseFee(parent)
}

function difficultyOf({ difficulty, number, timestamp, parent }: DescribedBlock, fork: Fork): bigint {
  if (difficulty !== undefined) return difficulty
  if (parent.difficulty === undefined) throw missing('currentDifficulty or parentDifficulty', 'before Paris')
  if (number === 0n) throw missing('currentDifficulty', 'in block 0, which has no parent')
  if (timestamp <= parent.timestamp) {
    const expected = `expected more than the parent's ${parent.timestamp} to compute a difficulty`
    throw new TransitionError(ExitCode.Config, `env.currentTimestamp: ${expected}, got ${timestamp}`)
  }
  const { unclesHash = ZERO_HASH } = parent
  return expectedDifficulty(fork, {
    number,
    timestamp,
    parentDifficulty: parent.difficulty,
    parentTimestamp: parent.timestamp,
    parentHasUncles: !equalBytes(unclesHash, ZERO_HASH) && !equalBytes(unclesHash, NO_UNCLES_HASH),
  })
}

function requireMerged({ random, difficulty = 0n }: DescribedBlock): void {
  if (random === undefined) throw missing('currentRandom', 'from Paris on')
  if (difficulty !== 0n) {
    throw new TransitionError(ExitCode.Config, `env.currentDifficulty: expected 0 from Paris on, got ${difficulty}`)
  }
}

function blobsOf(described: DescribedBlock, config: ChainConfig, fork: Fork): CompleteBlock['blobs'] {
  const { timestamp, excessBlobGas, parent } = described
  const schedule = blobScheduleAt(config, timestamp)
  if (schedule === undefined) return undefined
  const isKnown = parent.excessBlobGas !== undefined && parent.blobGasUsed !== undefined
  if (excessBlobGas === undefined && !isKnown) return undefined
  const excessGas = excessBlobGas ?? nextExcessBlobGas(fork, schedule, parent)
  return { excessGas, baseFee: blobBaseFee(excessGas, schedule), schedule }
}

function missing(fields: string, when: string): TransitionError {
  return new TransitionError(ExitCode.Config, `env: expected ${fields} ${when}, got none`)
}

/** What instructions see of the block. */
export function environmentOf(
  block: CompleteBlock,
  chainId: bigint,
  blockHash: BlockEnvironment['blockHash'],
): BlockEnvironment {
  const { fork, coinbase, number, timestamp, gasLimit, blobs } = block
  return {
    fork,
    chainId,
    coinbase,
    number,
    timestamp,
    gasLimit,
    difficulty: block.difficulty ?? 0n,
    prevRandao: block.random ?? ZERO_HASH,
    baseFee: fork >= Fork.London ? (block.baseFee ?? 0n) : 0n,
    blobBaseFee: blobs?.baseFee ?? 1n,
    maxBlobs: blobs?.schedule.max ?? 0,
    blockHash,
  }
}
