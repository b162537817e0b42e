export interface Account {
  nonce: bigint
  balance: bigint
  codeHash: Uint8Array
  /**
   * Whether any slot is set. An account without storage is not asked for its slots; creating a contract at an address with
   * storage is a collision.
   */
  hasStorage: boolean
}

/**
 * Where state comes from. Every method answers at once: an asynchronous source is bridged before it gets here. The arrays it
 * is asked with are lent: they hold something else after it returns, so whoever keeps one keeps a copy.
 */
export interface StateBackend {
  account(address: Uint8Array): Account | undefined
  /** The 32-byte value of a slot; undefined or zeros when it is not set. */
  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined
  /** The code of a hash that `account` gave. */
  code(codeHash: Uint8Array): Uint8Array
  /** Another one after every change, so that what was read before it is known to be old. Without it the engine alone changes the state. */
  readonly version?: number
  /** True when codes have been hashed on their way in. Otherwise that is done whenever one is read. */
  readonly hasCheckedCode?: boolean
}

/**
 * Where state comes from that somebody else keeps: a database, a node. Answers may come later; they are checked, asked for
 * once, and hold for as long as the source is not said to have changed. The arrays that it is asked with are its own.
 */
export interface AsyncStateBackend {
  account(address: Uint8Array): Answer<Account | undefined>
  /** The 32-byte value of a slot; undefined or zeros when it is not set. */
  slot(address: Uint8Array, key: Uint8Array): Answer<Uint8Array | undefined>
  /** The code of a hash that `account` gave. */
  code(codeHash: Uint8Array): Answer<Uint8Array>
  /** How threads open it for themselves. Without it they ask through the engine. */
  share?(): BackendDescriptor | undefined
}

export type Answer<T> = T | PromiseLike<T>

/** What one account became. Its bytes may be parts of larger arrays: who keeps few of them for long keeps copies. */
export interface AccountDiff {
  address: Uint8Array
  /** False when the account no longer exists (its other fields are then empty). */
  exists: boolean
  nonce: bigint
  balance: bigint
  codeHash: Uint8Array
  /** The code, when it was set since the diff began. */
  code?: Uint8Array
  /** True when every slot that the backend knows is gone; `slots` holds what was written after that. */
  storageCleared: boolean
  /** Written slots, each once, with their new values; 32 bytes each. */
  slots: [key: Uint8Array, value: Uint8Array][]
}

/** Each account once. */
export type StateDiff = AccountDiff[]

/**
 * How another thread opens the same state: a module that exports `openBackend(data): StateBackend`, and its argument. It is
 * called for each block; what is dear to open is for the module to keep.
 */
export interface BackendDescriptor {
  module: string
  data: unknown
}

/** A backend that any thread can read while nobody writes to it. */
export interface ShareableBackend extends StateBackend {
  share(): BackendDescriptor
}

/** A question for an account and its answer, one behind the other, in words of 32 bits. */
export const AccountAnswer = {
  /** Four u64 limbs, the least significant first. */
  balance: 0,
  /** A u64. */
  nonce: 8,
  exists: 10,
  hasStorage: 11,
  /** Of an account that is not there, too: that of no code. */
  codeHash: 16,
  address: 24,
  words: 32,
} as const

/**
 * A backend that answers into memory, without an object for each answer. `memory` is a view of words; pointers count bytes
 * and are multiples of 4; addresses, keys, hashes and slots stand there as raw bytes.
 */
export interface DirectBackend extends StateBackend {
  /** Writes 32 bytes to `out`; zeros for a slot that is not set. */
  readSlotInto(memory: Int32Array, address: number, key: number, out: number): void
  /** Answers `count` questions in a row from `at` on: `AccountAnswer`. An account that is not there has zeros. */
  readAccountsInto(memory: Int32Array, at: number, count: number): void
  /** The code itself, not to be written to. It has been hashed on its way in. */
  lendCode(codeHash: Uint8Array): Uint8Array
}
