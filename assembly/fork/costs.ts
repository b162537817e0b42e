/** Prices and limits that instructions and transactions name. What depends on more than two conditions is in a table of its own. */

export const KECCAK_WORD_COST: i64 = 6
export const COPY_WORD_COST: i64 = 3
export const INITCODE_WORD_COST: i64 = 2
export const LOG_TOPIC_COST: i64 = 375
export const LOG_BYTE_COST: i64 = 8
export const MEMORY_WORD_COST: i64 = 3
export const MEMORY_QUADRATIC_DIVISOR: i64 = 512
export const CODE_BYTE_COST: i64 = 200

export const COLD_ACCOUNT_COST: i64 = 2600
export const COLD_SLOT_COST: i64 = 2100
export const WARM_ACCESS_COST: i64 = 100

export const CALL_VALUE_COST: i64 = 9000
export const CALL_NEW_ACCOUNT_COST: i64 = 25000
export const CALL_STIPEND: i64 = 2300
export const SSTORE_SENTRY_GAS: i64 = 2300
export const SELFDESTRUCT_REFUND: i64 = 24000

export const TRANSACTION_COST: i64 = 21000
export const TRANSACTION_CREATE_COST: i64 = 32000
export const TRANSACTION_ZERO_BYTE_COST: i64 = 4
export const TRANSACTION_BYTE_COST_FRONTIER: i64 = 68
export const TRANSACTION_BYTE_COST: i64 = 16
export const ACCESS_LIST_ADDRESS_COST: i64 = 2400
export const ACCESS_LIST_KEY_COST: i64 = 1900
export const AUTHORIZATION_COST: i64 = 12500
export const AUTHORIZATION_NEW_ACCOUNT_COST: i64 = 25000
export const FLOOR_TOKEN_COST: i64 = 10
export const TOKENS_PER_NONZERO_BYTE: i64 = 4
export const BLOB_GAS: i64 = 131072

export const MAX_CALL_DEPTH: u32 = 1024
export const MAX_STACK_ITEMS: u32 = 1024
export const MAX_CODE_SIZE: u32 = 24576
export const MAX_INITCODE_SIZE: u32 = 49152
export const MAX_TRANSACTION_GAS: u64 = 16777216
export const MAX_BLOBS_PER_TRANSACTION: u32 = 6
