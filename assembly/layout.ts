/**
 * The one shared memory, low to high. Only the first two parts have fixed addresses; `arrange` places the rest once, by the
 * size of the memory, and writes where into the control block.
 *
 *   0x0000_0400  static data        constant tables; every instantiation writes the same bytes again
 *   0x0001_0000  control block      where everything is; counters that all workers share
 *   0x0001_0400  block environment  what BLOCKHASH, NUMBER … see; written by the host before a block
 *   0x0001_0800  seats              who is at work on the running block, 16 bytes per worker: see schedule/seat.ts
 *   0x0001_1000  block hashes       256 × 32, a ring by number; loaded flags after it
 *   0x0001_4000  host exchange      4 KiB per worker where the host leaves an account or a slot it was asked for
 *   …            opcode counts      u32 by fork and opcode, in debug builds
 *   …            location index     hash table of u32 location numbers
 *   …            locations          64 bytes each: see version/location.ts; kept from block to block
 *   …            code index         hash table of pointers to code records
 *   …            arenas             one per worker, and after them their EVM memories: see runtime/arena.ts
 *   …            code heap          codes and their analyses; kept from block to block
 *   …            heap               the running block: transactions, versions, results; to the end of the memory
 */
export const CONTROL: usize = 0x1_0000
export const ENVIRONMENT: usize = 0x1_0400
export const SEATS: usize = 0x1_0800
export const SEAT_SIZE: usize = 16
export const BLOCK_HASHES: usize = 0x1_1000
export const BLOCK_HASH_LOADED: usize = 0x1_3000
export const EXCHANGE: usize = 0x1_4000
export const EXCHANGE_SIZE: usize = 0x1000
export const MAX_WORKERS: u32 = 64
export const OPCODE_COUNTS: usize = EXCHANGE + EXCHANGE_SIZE * MAX_WORKERS
export const OPCODE_COUNTS_SIZE: usize = 32 * 256 * 4
export const FIRST_FREE: usize = OPCODE_COUNTS + OPCODE_COUNTS_SIZE

/** Control block. */
export const HEAP_NEXT: usize = CONTROL
export const HEAP_START: usize = CONTROL + 4
export const HEAP_END: usize = CONTROL + 8
export const CODE_HEAP_NEXT: usize = CONTROL + 16
export const CODE_HEAP_START: usize = CONTROL + 20
export const CODE_HEAP_END: usize = CONTROL + 24
export const ARENA_COUNT: usize = CONTROL + 28
export const LOCATION_COUNT: usize = CONTROL + 64
export const LOCATION_CAPACITY: usize = CONTROL + 128
export const LOCATION_INDEX: usize = CONTROL + 132
export const LOCATION_INDEX_MASK: usize = CONTROL + 136
export const LOCATIONS: usize = CONTROL + 140
export const CODE_INDEX: usize = CONTROL + 144
export const CODE_INDEX_MASK: usize = CONTROL + 148
export const ARENAS: usize = CONTROL + 152
export const ARENA_SIZE: usize = CONTROL + 156
export const CODE_COUNT: usize = CONTROL + 160
/** The location that the block changed last, whose DIRTY leads to the one before: see version/location.ts. */
export const DIRTY_LIST: usize = CONTROL + 164
/** Changes when what workers have reserved of locations is not theirs any more. */
export const LOCATION_EPOCH: usize = CONTROL + 168
/** Of the index entries that are not empty: version/location.ts. */
export const LOCATION_TAG: usize = CONTROL + 172

/** The running block, as workers share it. What is written by many has a cache line of its own. */
export const BLOCK_TASKS: usize = CONTROL + 192
export const BLOCK_COUNT: usize = CONTROL + 196
/** 1 once the run must end early, whatever the reason. */
export const BLOCK_ABORTED: usize = CONTROL + 200
/** Why a transaction must not be in the block (a Status), and its index. */
export const BLOCK_ERROR: usize = CONTROL + 204
export const BLOCK_ERROR_INDEX: usize = CONTROL + 208
/** Not 0: every execution is recorded (schedule/record.ts). */
export const BLOCK_RECORDING: usize = CONTROL + 212
export const RECORDS: usize = CONTROL + 216
export const RECORD_CAPACITY: usize = CONTROL + 220
export const RECORD_COUNT: usize = CONTROL + 224
/** Hints by key, a power of two of them: schedule/conflict.ts. */
export const KEYS: usize = CONTROL + 228
export const KEY_MASK: usize = CONTROL + 232
/** The location of the fee recipient's balance, and a pointer to its last sum: see version/fees.ts. */
export const FEE_LOCATION: usize = CONTROL + 236
export const FEES_SUMMED: usize = CONTROL + 240
/** Whether a worker has the block for itself, and which: schedule/alone.ts. */
export const BLOCK_ALONE: usize = CONTROL + 244
/** How many transactions the host has written so far. */
export const BLOCK_AVAILABLE: usize = CONTROL + 256
export const BLOCK_CURSOR: usize = CONTROL + 320
export const BLOCK_COMMITTED: usize = CONTROL + 384
/** The committing worker plus one. */
export const COMMIT_LOCK: usize = CONTROL + 448
/** Workers that wait for something to do; a word that changes when there may be. */
export const IDLE_WORKERS: usize = CONTROL + 512
export const WAKE: usize = CONTROL + 516
/** Released transactions that their releaser did not keep for itself: a list by TASK_NEXT, and its lock. */
export const SHARED_READY: usize = CONTROL + 576
export const SHARED_READY_LOCK: usize = CONTROL + 580
/** Where the search for spoilt executions goes on, and how often one was taken back: schedule/check.ts. */
export const BLOCK_CHECK: usize = CONTROL + 832
export const BLOCK_TAKEN_BACK: usize = CONTROL + 836
/** How often an execution that was not the first one of its transaction has written: see schedule/validate.ts. */
export const BLOCK_EPOCH: usize = CONTROL + 840
/** How many transactions of the block, from the first on, have all been executed at least once: a lower bound. */
export const BLOCK_EXECUTED: usize = CONTROL + 896
/** What is next and what is done of what becomes the base (schedule/fold.ts); whether that is left to the host. */
export const BLOCK_FOLD_CURSOR: usize = CONTROL + 960
export const BLOCK_FOLDED: usize = CONTROL + 964
export const BLOCK_KEEPS_VERSIONS: usize = CONTROL + 968
/** The newest chunk of the block's entries: version/entries.ts. */
export const ENTRY_CHUNKS: usize = CONTROL + 972
/** How far the cursor had come before a death put it back. */
export const BLOCK_REACHED: usize = CONTROL + 976
/** What is being made state: where it is written down and where that ends, and the transaction (plus one) that it is of: version/redo.ts. */
export const REDO_LOG: usize = CONTROL + 980
export const REDO_END: usize = CONTROL + 984
export const REDO_OF: usize = CONTROL + 988
/** Ten u64: see runtime/hash-table.ts. */
export const HASH_SECRETS: usize = CONTROL + 704
/** Rung by a worker that asks the host for a value: see src/worker/state-channel.ts. */
export const HOST_DOORBELL: usize = CONTROL + 640
/** Who may come in to work: schedule/seat.ts. */
export const BLOCK_DOOR: usize = CONTROL + 644

/** A transaction's task: see schedule/task.ts. Its first cache line is all that the committer touches. */
/** What its fee recipient gets, as far as that is kept here: version/fees.ts. */
export const TASK_FEE: usize = 0
export const TASK_STATE: usize = 8
export const TASK_DEPENDENTS: usize = 12
export const TASK_VALIDATED: usize = 16
export const TASK_STATUS: usize = 20
export const TASK_EXECUTIONS: usize = 24
export const TASK_STARTED: usize = 28
export const TASK_GAS_LIMIT: usize = 32
export const TASK_GAS_USED: usize = 40
export const TASK_CUMULATIVE_GAS: usize = 48
/** u16 each. */
export const TASK_BLOBS: usize = 56
export const TASK_CUMULATIVE_BLOBS: usize = 58
export const TASK_COARSE_KEY: usize = 60
export const TASK_TRANSACTION: usize = 64
export const TASK_NEXT: usize = 68
export const TASK_AFTER: usize = 72
export const TASK_FINE_AFTER: usize = 76
export const TASK_FINE_KEY: usize = 80
export const TASK_COARSE_AFTER: usize = 84
export const TASK_CHAIN: usize = 88
export const TASK_READS: usize = 92
export const TASK_READ_COUNT: usize = 96
/** Their size in bytes, and 8 bytes behind that themselves; 0 when there are none. */
export const TASK_LOGS: usize = 100
export const TASK_WORKER: usize = 104
/** Where it last saw something else than before, which part of that (PART_SLOT …), and who (plus one) had written there. */
export const TASK_CONFLICT: usize = 108
export const TASK_CONFLICT_PART: usize = 112
export const TASK_CONFLICT_WRITER: usize = 116
/** The address of the contract that it created, 20 bytes; 0 when it only calls. */
export const TASK_CREATED: usize = 120
/** Two cache lines: neighbours are mostly executed by different workers. */
export const TASK_SIZE: usize = 128

/**
 * A worker's seat: the turn of the door at which it took it, or 0; the turn after which it stayed, or for which it was called again;
 * how long it was at work in that block, in milliseconds.
 */
export const SEAT_TURN: usize = 0
export const SEAT_CALL: usize = 4
export const SEAT_BUSY: usize = 8

/** Block environment: 256-bit values are words (four little-endian limbs). */
export const BLOCK_FORK: usize = ENVIRONMENT
export const BLOCK_MAX_BLOBS: usize = ENVIRONMENT + 4
export const BLOCK_GAS_LIMIT: usize = ENVIRONMENT + 8
export const BLOCK_GAS_USED: usize = ENVIRONMENT + 16
export const BLOCK_BLOBS_USED: usize = ENVIRONMENT + 24
export const BLOCK_NUMBER: usize = ENVIRONMENT + 32
export const BLOCK_TIMESTAMP: usize = ENVIRONMENT + 64
export const BLOCK_COINBASE: usize = ENVIRONMENT + 96
export const BLOCK_RANDOMNESS: usize = ENVIRONMENT + 128
export const BLOCK_BASE_FEE: usize = ENVIRONMENT + 160
export const BLOCK_BLOB_BASE_FEE: usize = ENVIRONMENT + 192
export const BLOCK_CHAIN_ID: usize = ENVIRONMENT + 224
export const BLOCK_GAS_CEILING: usize = ENVIRONMENT + 256
/** BLOCK_GAS_LIMIT as a word, for the instruction. */

/** A transaction as the host writes it. Pointers are into the heap. */
export const TX_TYPE: usize = 0
export const TX_FLAGS: usize = 4
export const TX_GAS_LIMIT: usize = 8
export const TX_NONCE: usize = 16
export const TX_HAS_TO: usize = 24
export const TX_DATA: usize = 28
export const TX_DATA_SIZE: usize = 32
/** Flat list: u32 kind-free address entry {20 little-endian bytes, u32 key count} followed by its keys as words. */
export const TX_ACCESS_LIST: usize = 36
export const TX_ACCESS_ADDRESSES: usize = 40
export const TX_ACCESS_KEYS: usize = 44
/** Raw 32-byte hashes. */
export const TX_BLOB_HASHES: usize = 48
export const TX_BLOBS: usize = 52
/** AUTHORIZATION_SIZE bytes each. */
export const TX_AUTHORIZATIONS: usize = 56
export const TX_AUTHORIZATION_COUNT: usize = 60
export const TX_SENDER: usize = 64
export const TX_TO: usize = 96
export const TX_VALUE: usize = 128
export const TX_MAX_FEE: usize = 160
export const TX_PRIORITY_FEE: usize = 192
export const TX_MAX_BLOB_FEE: usize = 224
export const TX_SIZE: usize = 256

/** TX_FLAGS: a call by the protocol itself or by a simulator: no validation, no nonce, no fees. */
export const FLAG_UNCHARGED: u32 = 1
/** TX_FLAGS: whatever nonce the sender has when the transaction's turn has come. */
export const FLAG_NEXT_NONCE: u32 = 2

/** Behind the address: how many keys follow the entry. */
export const ACCESS_ENTRY_KEYS: usize = 24
export const ACCESS_ENTRY_SIZE: usize = 32

export const AUTHORIZATION_CHAIN_ID: usize = 0
export const AUTHORIZATION_ADDRESS: usize = 32
export const AUTHORIZATION_AUTHORITY: usize = 64
export const AUTHORIZATION_NONCE: usize = 96
export const AUTHORIZATION_VALID: usize = 104
export const AUTHORIZATION_SIZE: usize = 112

/** What the host writes into the exchange when asked for an account. */
export const ACCOUNT_BALANCE: usize = 0
export const ACCOUNT_NONCE: usize = 32
export const ACCOUNT_EXISTS: usize = 40
export const ACCOUNT_HAS_STORAGE: usize = 44
export const ACCOUNT_CODE_HASH: usize = 64
/** When several are asked for at once: the address, as 20 raw bytes, stands behind its answer. */
export const ACCOUNT_ADDRESS: usize = 96
export const ACCOUNT_ANSWER_SIZE: usize = 128

/** One log: header, then topics (32 raw bytes each), then data padded to 8. */
export const LOG_ADDRESS: usize = 0
export const LOG_TOPICS: usize = 32
export const LOG_DATA_SIZE: usize = 36
export const LOG_HEADER_SIZE: usize = 40
