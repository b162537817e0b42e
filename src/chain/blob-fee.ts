import { InputError } from '../errors.js'
import { Fork } from '../types/fork.js'

/** How many blobs a block should and may carry, and how fast their fee follows. */
export interface BlobSchedule {
  target: number
  max: number
  baseFeeUpdateFraction: bigint
}

export const GAS_PER_BLOB = 131_072n
const MINIMUM_BLOB_BASE_FEE = 1n
/** The execution gas that a blob is held to cost at least (EIP-7918). */
const BLOB_BASE_COST = 8192n

export interface BlobFeeParent {
  /** Absent before Cancun, and then counted as 0. */
  blobGasUsed?: bigint
  excessBlobGas?: bigint
  baseFee?: bigint
}

/** factor * e ** (numerator / denominator), by its Taylor series in integers, as EIP-4844 defines it. */
export function fakeExponential(factor: bigint, numerator: bigint, denominator: bigint): bigint {
  let sum = 0n
  let term = factor * denominator
  // The terms fall to zero once i exceeds numerator / denominator, since each is the last times numerator / (denominator * i).
  for (let i = 1n; term > 0n; i++) {
    sum += term
    term = (term * numerator) / (denominator * i)
  }
  return sum / denominator
}

/** e ** 178 is more than 2 ** 256: no valid chain gets there, and a hostile header would keep the series running for hours. */
const HIGHEST_EXPONENT = 178n

export function blobBaseFee(excessBlobGas: bigint, schedule: BlobSchedule): bigint {
  const highest = HIGHEST_EXPONENT * schedule.baseFeeUpdateFraction
  if (excessBlobGas >= highest) {
    const expected = `less than ${highest}, where the blob base fee leaves 256 bits`
    throw new InputError('ExcessBlobGasTooHigh', `Excess blob gas: expected ${expected}, got ${excessBlobGas}`, {
      expected,
      got: excessBlobGas,
    })
  }
  return fakeExponential(MINIMUM_BLOB_BASE_FEE, excessBlobGas, schedule.baseFeeUpdateFraction)
}

export function maxBlobGas(schedule: BlobSchedule): bigint {
  return BigInt(schedule.max) * GAS_PER_BLOB
}

/** The excess blob gas of the block after `parent`; `fork` and `schedule` are those of the new block. */
export function nextExcessBlobGas(fork: Fork, schedule: BlobSchedule, parent: BlobFeeParent): bigint {
  const parentExcess = parent.excessBlobGas ?? 0n
  const parentUsed = parent.blobGasUsed ?? 0n
  const target = BigInt(schedule.target) * GAS_PER_BLOB
  if (parentExcess + parentUsed < target) return 0n
  if (fork >= Fork.Osaka && isBelowReservePrice(parentExcess, schedule, parent.baseFee ?? 0n)) {
    const max = BigInt(schedule.max)
    return parentExcess + (parentUsed * (max - BigInt(schedule.target))) / max
  }
  return parentExcess + parentUsed - target
}

/** Whether blobs cost less than their share of execution gas: then the excess falls no further. */
function isBelowReservePrice(parentExcess: bigint, schedule: BlobSchedule, parentBaseFee: bigint): boolean {
  return BLOB_BASE_COST * parentBaseFee > GAS_PER_BLOB * blobBaseFee(parentExcess, schedule)
}
