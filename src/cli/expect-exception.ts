import type { BlockRule } from '../block/rule.js'
import { HeddleError, InputError } from '../errors.js'
import type { StatusName } from '../types/status.js'

/** The codes that a fixture's name stands for, any of which meets it. */
type Codes<Code extends string> = Readonly<Record<string, readonly Code[]>>

/** What decoding finds wrong: the codes of InputErrors. */
type DecodeCode =
  | 'FieldCount'
  | 'FieldLength'
  | 'FieldLeadingZero'
  | 'FieldOverflow'
  | 'FieldType'
  | 'InvalidHex'
  | 'RlpNotCanonical'
  | 'RlpTrailing'
  | 'RlpTruncated'
  | 'TransactionType'

/** What recovering the sender finds wrong. */
type SignatureCode = 'ChainId' | 'InvalidSignature'

/** A blob too many is in the header's sum as well, which is checked before any transaction. */
const TOO_MANY_BLOBS = ['BlobsTooMany', 'BlobGasUsedAboveLimit'] as const

const TRANSACTION: Codes<StatusName | BlockRule | DecodeCode | SignatureCode> = {
  // rules
  TYPE_NOT_SUPPORTED: ['TypeNotSupported', 'TransactionType'],
  SENDER_NOT_EOA: ['SenderNotExternal'],
  NONCE_MISMATCH_TOO_HIGH: ['NonceTooHigh'],
  NONCE_MISMATCH_TOO_LOW: ['NonceTooLow'],
  NONCE_IS_MAX: ['NonceMax'],
  NONCE_TOO_BIG: ['NonceMax'],
  INSUFFICIENT_ACCOUNT_FUNDS: ['InsufficientFunds', 'CostOverflow'],
  INSUFFICIENT_MAX_FEE_PER_GAS: ['FeeBelowBaseFee'],
  INSUFFICIENT_MAX_FEE_PER_BLOB_GAS: ['BlobFeeTooLow'],
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS: ['PriorityAboveMaxFee'],
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2: ['PriorityAboveMaxFee'],
  GASLIMIT_PRICE_PRODUCT_OVERFLOW: ['CostOverflow', 'InsufficientFunds'],
  INTRINSIC_GAS_TOO_LOW: ['IntrinsicGas', 'FloorGas'],
  INTRINSIC_GAS_BELOW_FLOOR_GAS_COST: ['FloorGas'],
  INITCODE_SIZE_EXCEEDED: ['CreateInitcodeTooLarge'],
  GAS_ALLOWANCE_EXCEEDED: ['BlockGasLimit'],
  GAS_LIMIT_EXCEEDS_MAXIMUM: ['GasLimitCap'],
  TYPE_3_TX_PRE_FORK: ['TypeNotSupported'],
  TYPE_3_TX_ZERO_BLOBS_PRE_FORK: ['TypeNotSupported'],
  TYPE_3_TX_ZERO_BLOBS: ['BlobsMissing'],
  TYPE_3_TX_BLOB_COUNT_EXCEEDED: TOO_MANY_BLOBS,
  TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED: TOO_MANY_BLOBS,
  TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH: ['BlobVersion'],
  TYPE_3_TX_CONTRACT_CREATION: ['BlobCreate'],
  TYPE_3_TX_WITH_FULL_BLOBS: ['FieldCount'],
  TYPE_4_TX_PRE_FORK: ['TypeNotSupported'],
  TYPE_4_EMPTY_AUTHORIZATION_LIST: ['AuthorizationsMissing'],
  TYPE_4_TX_CONTRACT_CREATION: ['AuthorizationCreate'],
  // signature
  INVALID_CHAINID: ['ChainId'],
  // A v of another chain is an invalid v to fixtures from before chains had ids.
  INVALID_SIGNATURE_VRS: ['InvalidSignature', 'ChainId', 'FieldOverflow'],
  EC_RECOVERY_FAIL: ['InvalidSignature'],
  // fields out of their range
  ADDRESS_TOO_SHORT: ['FieldLength'],
  ADDRESS_TOO_LONG: ['FieldLength'],
  RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_LONG: ['FieldLength'],
  RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_SHORT: ['FieldLength'],
  RLP_INVALID_ACCESS_LIST_STORAGE_TOO_LONG: ['FieldLength'],
  RLP_INVALID_ACCESS_LIST_STORAGE_TOO_SHORT: ['FieldLength'],
  NONCE_OVERFLOW: ['FieldOverflow'],
  GASLIMIT_OVERFLOW: ['FieldOverflow', 'FieldLeadingZero'],
  GASPRICE_OVERFLOW: ['FieldOverflow'],
  PRIORITY_OVERFLOW: ['FieldOverflow'],
  VALUE_OVERFLOW: ['FieldOverflow'],
  TYPE_4_INVALID_AUTHORITY_SIGNATURE: ['FieldOverflow'],
  TYPE_4_INVALID_AUTHORITY_SIGNATURE_S_TOO_HIGH: ['FieldOverflow'],
  TYPE_4_INVALID_AUTHORIZATION_FORMAT: ['FieldCount', 'FieldType', 'FieldLength', 'FieldOverflow', 'FieldLeadingZero'],
  // fields of another form
  RLP_INVALID_VALUE: ['FieldOverflow', 'FieldType', 'InvalidHex'],
  RLP_INVALID_DATA: ['FieldType'],
  RLP_INVALID_NONCE: ['FieldType'],
  RLP_INVALID_GASLIMIT: ['FieldType', 'RlpTruncated'],
  RLP_INVALID_TO: ['FieldType', 'RlpTruncated'],
  RLP_INVALID_SIGNATURE_R: ['FieldType', 'RlpTruncated'],
  RLP_INVALID_SIGNATURE_S: ['FieldType', 'RlpTruncated'],
  RLP_LEADING_ZEROS_NONCE: ['FieldLeadingZero'],
  RLP_LEADING_ZEROS_GASLIMIT: ['FieldLeadingZero'],
  RLP_LEADING_ZEROS_GASPRICE: ['FieldLeadingZero'],
  RLP_LEADING_ZEROS_BASEFEE: ['FieldLeadingZero'],
  RLP_LEADING_ZEROS_PRIORITY_FEE: ['FieldLeadingZero'],
  RLP_LEADING_ZEROS_VALUE: ['FieldLeadingZero'],
  RLP_LEADING_ZEROS_V: ['FieldLeadingZero'],
  RLP_LEADING_ZEROS_R: ['FieldLeadingZero'],
  RLP_LEADING_ZEROS_S: ['FieldLeadingZero'],
  RLP_TOO_FEW_ELEMENTS: ['FieldCount'],
  RLP_TOO_MANY_ELEMENTS: ['FieldCount'],
  // RLP itself
  RLP_LEADING_ZEROS_DATA_SIZE: ['RlpNotCanonical'],
  RLP_LEADING_ZEROS_NONCE_SIZE: ['RlpNotCanonical'],
  RLP_ERROR_SIZE_LEADING_ZEROS: ['RlpNotCanonical'],
  RLP_ERROR_SIZE: ['RlpTruncated', 'RlpTrailing'],
  // An envelope that begins with no list is one with a type that does not exist.
  RLP_ERROR_EOF: ['RlpTruncated', 'TransactionType'],
  RLP_INVALID_HEADER: ['TransactionType'],
}

const FORMAT_RULES: readonly BlockRule[] = [
  'MalformedBlock',
  'BaseFeeMissing',
  'BaseFeeUnexpected',
  'WithdrawalsRootMissing',
  'WithdrawalsRootUnexpected',
  'WithdrawalsMissing',
  'WithdrawalsUnexpected',
  'BlobGasUsedMissing',
  'BlobGasUsedUnexpected',
  'ExcessBlobGasMissing',
  'ExcessBlobGasUnexpected',
  'ParentBeaconBlockRootMissing',
  'ParentBeaconBlockRootUnexpected',
  'RequestsHashMissing',
  'RequestsHashUnexpected',
]

const BLOCK: Codes<BlockRule | StatusName | DecodeCode> = {
  // encoding
  INCORRECT_BLOCK_FORMAT: FORMAT_RULES,
  RLP_STRUCTURES_ENCODING: ['MalformedBlock'],
  RLP_WITHDRAWALS_NOT_READ: ['WithdrawalsMissing'],
  RLP_INVALID_FIELD_OVERFLOW_64: ['FieldOverflow'],
  RLP_INVALID_ADDRESS: ['FieldLength'],
  RLP_BLOCK_LIMIT_EXCEEDED: ['BlockTooLarge'],
  // header
  UNKNOWN_PARENT: ['UnknownParent'],
  UNKNOWN_PARENT_ZERO: ['UnknownParent'],
  INVALID_BLOCK_NUMBER: ['NumberMismatch'],
  INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT: ['TimestampNotAfterParent'],
  GASLIMIT_TOO_BIG: ['GasLimitTooHigh'],
  INVALID_GASLIMIT: ['GasLimitOutOfBounds', 'GasLimitTooLow', 'GasLimitTooHigh'],
  GAS_USED_OVERFLOW: ['GasUsedAboveLimit', 'BlockGasLimit'],
  INVALID_GAS_USED_ABOVE_LIMIT: ['GasUsedAboveLimit'],
  EXTRA_DATA_TOO_BIG: ['ExtraDataTooLong'],
  EXTRA_DATA_INVALID_DAO: ['DaoExtraData'],
  // A proof-of-work block after the merge is either this or PARIS_WRONG_POW, as it pleases the fixture.
  INVALID_DIFFICULTY: ['DifficultyMismatch', 'DifficultyNotZero'],
  INVALID_BASEFEE_PER_GAS: ['BaseFeeMismatch'],
  BLOB_GAS_USED_ABOVE_LIMIT: ['BlobGasUsedAboveLimit'],
  INCORRECT_BLOB_GAS_USED: ['BlobGasUsedMismatch', 'BlobGasUsedMisaligned'],
  INCORRECT_EXCESS_BLOB_GAS: ['ExcessBlobGasMismatch'],
  // what a header of one fork is in another
  IMPORT_IMPOSSIBLE_LEGACY: ['BaseFeeMissing'],
  IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT: ['BaseFeeMissing'],
  IMPORT_IMPOSSIBLE_LONDON_WRONG_PARENT: ['BaseFeeUnexpected'],
  IMPORT_IMPOSSIBLE_LONDON_OVER_PARIS: ['DifficultyNotZero'],
  IMPORT_IMPOSSIBLE_PARIS_WRONG_POW: ['DifficultyNotZero'],
  IMPORT_IMPOSSIBLE_PARIS_WRONG_POS: ['DifficultyMismatch'],
  IMPORT_IMPOSSIBLE_PARIS_OVER_SHANGHAI: ['WithdrawalsRootMissing', 'WithdrawalsMissing'],
  IMPORT_IMPOSSIBLE_SHANGHAI: ['WithdrawalsRootUnexpected', 'WithdrawalsUnexpected'],
  IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS: ['UnclesAfterMerge'],
  IMPORT_IMPOSSIBLE_DIFFICULTY_OVER_PARIS: ['DifficultyNotZero'],
  // uncles
  TOO_MANY_UNCLES: ['TooManyUncles'],
  UNCLE_IN_CHAIN: ['UncleAlreadyIncluded'],
  UNCLE_IS_ANCESTOR: ['UncleIsAncestor'],
  UNCLE_IS_BROTHER: ['UncleDuplicate', 'UncleParent'],
  UNCLE_PARENT_INCORRECT: ['UncleParent'],
  UNCLE_UNKNOWN_PARENT: ['UncleParent'],
  // body
  INVALID_TRANSACTIONS_ROOT: ['TransactionsRootMismatch'],
  INVALID_UNCLES_HASH: ['UnclesHashMismatch'],
  INVALID_WITHDRAWALS_ROOT: ['WithdrawalsRootMismatch'],
  // execution
  INVALID_GAS_USED: ['GasUsedMismatch'],
  INVALID_RECEIPTS_ROOT: ['ReceiptsRootMismatch'],
  INVALID_LOG_BLOOM: ['LogsBloomMismatch'],
  INVALID_STATE_ROOT: ['StateRootMismatch'],
  INVALID_REQUESTS: ['RequestsHashMismatch'],
  INVALID_DEPOSIT_EVENT_LAYOUT: ['DepositLayout'],
  SYSTEM_CONTRACT_EMPTY: ['SystemContractMissing'],
  SYSTEM_CONTRACT_CALL_FAILED: ['SystemCallFailed'],
  // Amsterdam's, which has no rules here yet: known names that no error meets.
  INVALID_BLOCK_ACCESS_LIST: [],
  INVALID_BAL_MISSING_ACCOUNT: [],
  INVALID_BAL_EXTRA_ACCOUNT: [],
}

/** How fixtures were filled before the names above existed. */
const LEGACY: Readonly<Record<string, string>> = {
  // state tests
  TR_TypeNotSupported: 'TransactionException.TYPE_NOT_SUPPORTED',
  TR_TypeNotSupportedBlob: 'TransactionException.TYPE_3_TX_PRE_FORK',
  TR_NoFunds: 'TransactionException.INSUFFICIENT_ACCOUNT_FUNDS',
  TR_NoFundsX: 'TransactionException.INSUFFICIENT_ACCOUNT_FUNDS|TransactionException.GASLIMIT_PRICE_PRODUCT_OVERFLOW',
  TR_NoFundsOrGas: 'TransactionException.INSUFFICIENT_ACCOUNT_FUNDS|TransactionException.INTRINSIC_GAS_TOO_LOW',
  TR_IntrinsicGas: 'TransactionException.INTRINSIC_GAS_TOO_LOW',
  IntrinsicGas: 'TransactionException.INTRINSIC_GAS_TOO_LOW',
  TR_FeeCapLessThanBlocks: 'TransactionException.INSUFFICIENT_MAX_FEE_PER_GAS',
  TR_TipGtFeeCap: 'TransactionException.PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS',
  TR_GasLimitReached: 'TransactionException.GAS_ALLOWANCE_EXCEEDED',
  TR_NonceTooHigh: 'TransactionException.NONCE_MISMATCH_TOO_HIGH',
  TR_NonceTooLow: 'TransactionException.NONCE_MISMATCH_TOO_LOW',
  TR_NonceHasMaxValue: 'TransactionException.NONCE_IS_MAX',
  TR_InitCodeLimitExceeded: 'TransactionException.INITCODE_SIZE_EXCEEDED',
  TR_RLP_WRONGVALUE: 'TransactionException.RLP_INVALID_VALUE',
  TR_EMPTYBLOB: 'TransactionException.TYPE_3_TX_ZERO_BLOBS',
  TR_BLOBCREATE: 'TransactionException.TYPE_3_TX_CONTRACT_CREATION',
  TR_BLOBVERSION_INVALID: 'TransactionException.TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH',
  TR_BLOBLIST_OVERSIZE: 'TransactionException.TYPE_3_TX_BLOB_COUNT_EXCEEDED',
  SenderNotEOA: 'TransactionException.SENDER_NOT_EOA',
  // blocks
  TooManyUncles: 'BlockException.TOO_MANY_UNCLES',
  UncleInChain: 'BlockException.UNCLE_IN_CHAIN',
  UncleIsAncestor: 'BlockException.UNCLE_IS_ANCESTOR',
  UncleIsBrother: 'BlockException.UNCLE_IS_BROTHER',
  UncleParentIncorrect: 'BlockException.UNCLE_PARENT_INCORRECT',
  UnknownParent: 'BlockException.UNKNOWN_PARENT',
  UnknownParent2: 'BlockException.UNKNOWN_PARENT',
  ExtraDataTooBig: 'BlockException.EXTRA_DATA_TOO_BIG',
  InvalidDifficulty: 'BlockException.INVALID_DIFFICULTY',
  InvalidGasLimit: 'BlockException.INVALID_GASLIMIT',
  InvalidGasLimit2: 'BlockException.INVALID_GASLIMIT',
  TooMuchGasUsed: 'BlockException.INVALID_GAS_USED_ABOVE_LIMIT',
  InvalidGasUsed: 'BlockException.INVALID_GAS_USED',
  InvalidLogBloom: 'BlockException.INVALID_LOG_BLOOM',
  InvalidNumber: 'BlockException.INVALID_BLOCK_NUMBER',
  InvalidReceiptsStateRoot: 'BlockException.INVALID_RECEIPTS_ROOT',
  InvalidStateRoot: 'BlockException.INVALID_STATE_ROOT',
  InvalidTimestampEqualParent: 'BlockException.INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT',
  InvalidTimestampOlderParent: 'BlockException.INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT',
  InvalidTransactionsRoot: 'BlockException.INVALID_TRANSACTIONS_ROOT',
  InvalidUnclesHash: 'BlockException.INVALID_UNCLES_HASH',
  InvalidWithdrawals: 'BlockException.INVALID_WITHDRAWALS_ROOT',
  PostParisUncleHashIsNotEmpty: 'BlockException.IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS',
  PostMergeUncleHashIsNotEmpty: 'BlockException.IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS',
  PostMergeDifficultyIsNot0: 'BlockException.IMPORT_IMPOSSIBLE_DIFFICULTY_OVER_PARIS',
  '3675PoWBlockRejected': 'BlockException.IMPORT_IMPOSSIBLE_PARIS_WRONG_POW',
  '3675PoSBlockRejected': 'BlockException.IMPORT_IMPOSSIBLE_PARIS_WRONG_POS',
  '3675PreParis1559BlockRejected': 'BlockException.IMPORT_IMPOSSIBLE_LONDON_OVER_PARIS',
  '1559BlockImportImpossible_BaseFeeWrong': 'BlockException.INVALID_BASEFEE_PER_GAS',
  '1559BlockImportImpossible_TargetGasLow': 'BlockException.INVALID_GASLIMIT',
  '1559BlockImportImpossible_TargetGasHigh': 'BlockException.INVALID_GASLIMIT',
  '1559BlockImportImpossible_InitialGasLimitInvalid': 'BlockException.INVALID_GASLIMIT',
  '1559BlockImportImpossible_HeaderIsLegacy': 'BlockException.IMPORT_IMPOSSIBLE_LEGACY',
  '1559BlockImportImpossible_ParentIsLegacy': 'BlockException.IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT',
  LegacyBlockImportImpossible: 'BlockException.IMPORT_IMPOSSIBLE_LEGACY',
  LegacyBlockImportImpossible2: 'BlockException.IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT',
}

const FAMILIES: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> = new Map([
  ['TransactionException', new Map(Object.entries(TRANSACTION))],
  ['BlockException', new Map(Object.entries(BLOCK))],
])
const LEGACY_NAMES: ReadonlyMap<string, string> = new Map(Object.entries(LEGACY))

/**
 * Whether `error` is what a fixture expects: one of the names between its bars stands for the code of the error, or of an
 * error that caused it. A name that is not known is an InputError, so that it cannot pass for any failure.
 */
export function exceptionMatches(expected: string, error: HeddleError): boolean {
  const accepted = new Set(expected.split('|').flatMap((name) => codesOf(name.trim())))
  for (let link: unknown = error; link instanceof HeddleError; link = link.cause) {
    if (accepted.has(link.code)) return true
  }
  return false
}

function codesOf(name: string): readonly string[] {
  const modern = LEGACY_NAMES.get(name)
  if (modern !== undefined) return modern.split('|').flatMap(codesOf)
  const [family, rule] = name.split('.')
  const codes = FAMILIES.get(family!)?.get(rule ?? '')
  if (codes === undefined) {
    const expectation = 'the name of a transaction or block exception'
    const message = `Expected exception: expected ${expectation}, got ${JSON.stringify(name)}`
    throw new InputError('UnknownException', message, { expected: expectation, got: name })
  }
  return codes
}
