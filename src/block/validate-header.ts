import { ELASTICITY, nextBaseFee } from '../chain/base-fee.js'
import { GAS_PER_BLOB, maxBlobGas, nextExcessBlobGas } from '../chain/blob-fee.js'
import { blobScheduleAt, type ChainConfig } from '../chain/config.js'
import { expectedDifficulty } from '../chain/difficulty.js'
import { equalBytes } from '../codec/bytes.js'
import { headerHash } from '../codec/header.js'
import { hexToBytes } from '../codec/hex.js'
import { InputError } from '../errors.js'
import { Fork, forkName } from '../types/fork.js'
import type { BlockHeader } from '../types/header.js'
import { DAO_EXTRA_DATA, requiresDaoExtraData } from './dao.js'
import { type ForkField, invalidBlock } from './rule.js'

export interface HeaderContext {
  config: ChainConfig
  /** The fork of the header that is judged. */
  fork: Fork
  parent: BlockHeader
  /** Computed when it is absent. */
  parentHash?: Uint8Array
}

/** keccak256(rlp([])): no uncles. */
export const EMPTY_UNCLES_HASH: Uint8Array = hexToBytes(
  '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347',
)

const MINIMUM_GAS_LIMIT = 5000n
export const MAXIMUM_GAS_LIMIT: bigint = 2n ** 63n - 1n
const GAS_LIMIT_BOUND_DIVISOR = 1024n
const MAXIMUM_EXTRA_DATA = 32

/** Which header field came with which fork. */
const FORK_FIELDS: readonly { rule: ForkField; name: keyof BlockHeader; since: Fork }[] = [
  { rule: 'BaseFee', name: 'baseFee', since: Fork.London },
  { rule: 'WithdrawalsRoot', name: 'withdrawalsRoot', since: Fork.Shanghai },
  { rule: 'BlobGasUsed', name: 'blobGasUsed', since: Fork.Cancun },
  { rule: 'ExcessBlobGas', name: 'excessBlobGas', since: Fork.Cancun },
  { rule: 'ParentBeaconBlockRoot', name: 'parentBeaconBlockRoot', since: Fork.Cancun },
  { rule: 'RequestsHash', name: 'requestsHash', since: Fork.Prague },
]

/**
 * Throws an InvalidBlockError unless the header may follow its parent. Proof-of-work seals are not checked: neither
 * `mixHash` nor `nonce` before Paris, when they were one.
 */
export function validateHeader(header: BlockHeader, context: HeaderContext): void {
  validateAncestry(header, context)
  validateGas(header, context)
  validateForkFields(header, context.fork)
  validateExtraData(header, context.config)
  if (context.fork >= Fork.Paris) validateProofOfStake(header)
  else validateDifficulty(header, context)
  if (context.fork >= Fork.London) validateBaseFee(header, context.parent)
  if (context.fork >= Fork.Cancun) validateBlobGas(header, context)
}

function validateAncestry(header: BlockHeader, { parent, parentHash }: HeaderContext): void {
  const hash = parentHash ?? headerHash(parent)
  if (!equalBytes(header.parentHash, hash)) {
    throw invalidBlock('UnknownParent', { what: 'parent hash', expected: hash, got: header.parentHash })
  }
  if (header.number !== parent.number + 1n) {
    throw invalidBlock('NumberMismatch', { what: 'number', expected: parent.number + 1n, got: header.number })
  }
  if (header.timestamp <= parent.timestamp) {
    const expected = `more than ${parent.timestamp}`
    throw invalidBlock('TimestampNotAfterParent', { what: 'timestamp', expected, got: header.timestamp })
  }
}

function validateForkFields(header: BlockHeader, fork: Fork): void {
  for (const { rule, name, since } of FORK_FIELDS) {
    const value = header[name]
    if (fork >= since && value === undefined) {
      const expected = `a value, as in every header since ${forkName(since)}`
      throw invalidBlock(`${rule}Missing`, { what: name, expected, got: 'none' })
    }
    if (fork < since && value !== undefined) {
      const expected = `none before ${forkName(since)} (the block is ${forkName(fork)})`
      throw invalidBlock(`${rule}Unexpected`, { what: name, expected, got: value })
    }
  }
}

function validateGas(header: BlockHeader, { fork, parent }: HeaderContext): void {
  const { gasLimit, gasUsed } = header
  if (gasLimit > MAXIMUM_GAS_LIMIT) {
    const expected = `at most ${MAXIMUM_GAS_LIMIT}`
    throw invalidBlock('GasLimitTooHigh', { what: 'gas limit', expected, got: gasLimit })
  }
  if (gasLimit < MINIMUM_GAS_LIMIT) {
    const expected = `at least ${MINIMUM_GAS_LIMIT}`
    throw invalidBlock('GasLimitTooLow', { what: 'gas limit', expected, got: gasLimit })
  }
  // The first block with a base fee has twice its parent's limit, so that its target is what was the limit.
  const isFirstWithBaseFee = fork >= Fork.London && parent.baseFee === undefined
  const before = isFirstWithBaseFee ? parent.gasLimit * ELASTICITY : parent.gasLimit
  const bound = before / GAS_LIMIT_BOUND_DIVISOR
  if (gasLimit <= before - bound || gasLimit >= before + bound) {
    const expected = `more than ${before - bound} and less than ${before + bound}`
    throw invalidBlock('GasLimitOutOfBounds', { what: 'gas limit', expected, got: gasLimit })
  }
  if (gasUsed > gasLimit) {
    const expected = `at most the limit, ${gasLimit}`
    throw invalidBlock('GasUsedAboveLimit', { what: 'gas used', expected, got: gasUsed })
  }
}

function validateExtraData({ extraData, number }: BlockHeader, config: ChainConfig): void {
  if (extraData.length > MAXIMUM_EXTRA_DATA) {
    const expected = `at most ${MAXIMUM_EXTRA_DATA} bytes`
    throw invalidBlock('ExtraDataTooLong', { what: 'extra data', expected, got: `${extraData.length} bytes` })
  }
  if (requiresDaoExtraData(config, number) && !equalBytes(extraData, DAO_EXTRA_DATA)) {
    throw invalidBlock('DaoExtraData', { what: 'extra data', expected: DAO_EXTRA_DATA, got: extraData })
  }
}

function validateProofOfStake(header: BlockHeader): void {
  if (header.difficulty !== 0n) {
    throw invalidBlock('DifficultyNotZero', { what: 'difficulty', expected: 0n, got: header.difficulty })
  }
  if (header.nonce.some((byte) => byte !== 0)) {
    throw invalidBlock('NonceNotZero', { what: 'nonce', expected: new Uint8Array(8), got: header.nonce })
  }
  if (!equalBytes(header.unclesHash, EMPTY_UNCLES_HASH)) {
    throw invalidBlock('UnclesAfterMerge', { what: 'uncles hash', expected: EMPTY_UNCLES_HASH, got: header.unclesHash })
  }
}

function validateDifficulty(header: BlockHeader, { fork, parent }: HeaderContext): void {
  const expected = expectedDifficulty(fork, {
    number: header.number,
    timestamp: header.timestamp,
    parentDifficulty: parent.difficulty,
    parentTimestamp: parent.timestamp,
    parentHasUncles: !equalBytes(parent.unclesHash, EMPTY_UNCLES_HASH),
  })
  if (header.difficulty !== expected) {
    throw invalidBlock('DifficultyMismatch', { what: 'difficulty', expected, got: header.difficulty })
  }
}

function validateBaseFee(header: BlockHeader, parent: BlockHeader): void {
  const expected = nextBaseFee(parent)
  if (header.baseFee !== expected) {
    throw invalidBlock('BaseFeeMismatch', { what: 'base fee', expected, got: header.baseFee })
  }
}

function validateBlobGas(header: BlockHeader, { config, fork, parent }: HeaderContext): void {
  const schedule = blobScheduleAt(config, header.timestamp)
  if (schedule === undefined) {
    const message = `Chain configuration: expected a blob schedule at time ${header.timestamp}, got none`
    throw new InputError('NoBlobSchedule', message, { timestamp: header.timestamp })
  }
  const blobGasUsed = header.blobGasUsed!
  if (blobGasUsed > maxBlobGas(schedule)) {
    const expected = `at most ${maxBlobGas(schedule)}`
    throw invalidBlock('BlobGasUsedAboveLimit', { what: 'blob gas used', expected, got: blobGasUsed })
  }
  if (blobGasUsed % GAS_PER_BLOB !== 0n) {
    const expected = `a multiple of ${GAS_PER_BLOB}`
    throw invalidBlock('BlobGasUsedMisaligned', { what: 'blob gas used', expected, got: blobGasUsed })
  }
  const expected = nextExcessBlobGas(fork, schedule, parent)
  if (header.excessBlobGas !== expected) {
    throw invalidBlock('ExcessBlobGasMismatch', { what: 'excess blob gas', expected, got: header.excessBlobGas })
  }
}
