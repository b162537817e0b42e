import { bytesToHex } from '../codec/hex.js'
import { InvalidBlockError } from '../errors.js'

/** Why a block is refused: the `code` of every InvalidBlockError. */
export type BlockRule =
  // encoding
  | 'MalformedBlock'
  | 'BlockTooLarge'
  // header, against its parent
  | 'UnknownParent'
  | 'NumberMismatch'
  | 'TimestampNotAfterParent'
  | 'GasLimitTooLow'
  | 'GasLimitTooHigh'
  | 'GasLimitOutOfBounds'
  | 'GasUsedAboveLimit'
  | 'ExtraDataTooLong'
  | 'DaoExtraData'
  | 'DifficultyMismatch'
  | 'DifficultyNotZero'
  | 'NonceNotZero'
  | 'UnclesAfterMerge'
  | 'BaseFeeMismatch'
  | 'BlobGasUsedAboveLimit'
  | 'BlobGasUsedMisaligned'
  | 'ExcessBlobGasMismatch'
  // header, fields that its fork has or has not
  | `${ForkField}Missing`
  | `${ForkField}Unexpected`
  // uncles
  | 'TooManyUncles'
  | 'UncleDuplicate'
  | 'UncleAlreadyIncluded'
  | 'UncleIsAncestor'
  | 'UncleParent'
  | 'UncleInvalid'
  // body, against the header
  | 'TransactionsRootMismatch'
  | 'UnclesHashMismatch'
  | 'WithdrawalsMissing'
  | 'WithdrawalsUnexpected'
  | 'WithdrawalsRootMismatch'
  | 'BlobGasUsedMismatch'
  // what execution found
  | 'InvalidTransaction'
  | 'GasUsedMismatch'
  | 'ReceiptsRootMismatch'
  | 'LogsBloomMismatch'
  | 'StateRootMismatch'
  | 'DepositLayout'
  | 'SystemContractMissing'
  | 'SystemCallFailed'
  | 'RequestsHashMismatch'

export type ForkField =
  | 'BaseFee'
  | 'WithdrawalsRoot'
  | 'BlobGasUsed'
  | 'ExcessBlobGas'
  | 'ParentBeaconBlockRoot'
  | 'RequestsHash'

export interface Refusal {
  /** The field or thing that broke the rule. */
  what: string
  expected: unknown
  got: unknown
  details?: Record<string, unknown>
  cause?: unknown
}

/** The error for a block that breaks `rule`. */
export function invalidBlock(rule: BlockRule, refusal: Refusal): InvalidBlockError {
  const { what, expected, got, details, cause } = refusal
  const message = `Block ${what}: expected ${show(expected)}, got ${show(got)}`
  return new InvalidBlockError(rule, message, { ...details, expected, got }, cause)
}

function show(value: unknown): string {
  return value instanceof Uint8Array ? bytesToHex(value) : String(value)
}
