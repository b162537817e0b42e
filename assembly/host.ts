/**
 * Everything that the core asks of JavaScript: values that the state pages do not hold yet, and precompiles whose curve
 * arithmetic stays there. The trace imports are called by traced code only.
 */

/** Runs a precompile: the number of bytes written to `output`, or -1 if it failed. */
@external('host', 'precompile')
export declare function hostPrecompile(id: u32, input: usize, length: u32, output: usize): i32

/** Writes the account at the 20 raw bytes `address` to `out` (ACCOUNT_* in layout.ts). */
@external('host', 'account')
export declare function loadAccount(address: usize, out: usize): void

/**
 * As `account`, for `count` of them in a row from `at` on. 0 when the host cannot, or will not say why not here: then each is to be
 * asked for by itself.
 */
@external('host', 'accounts')
export declare function loadAccounts(at: usize, count: u32): u32

/** Writes 32 raw bytes to `out`; address and key are raw too. */
@external('host', 'slot')
export declare function loadSlot(address: usize, key: usize, out: usize): void

/** Two workers were told different things of an account, or of its slot where `key` is not 0: the host ends the block. */
@external('host', 'contradicted')
export declare function contradicted(address: usize, key: usize): void

/** The size of the code with the 32 raw bytes at `hash`; `loadCode` for the same hash follows. */
@external('host', 'codeSize')
export declare function codeSize(hash: usize): u32


@external('host', 'code')
export declare function loadCode(hash: usize, out: usize): void

/** Writes the 32 raw bytes of the hash of block `number`. */
@external('host', 'blockHash')
export declare function blockHash(number: u64, out: usize): void

/** Milliseconds; asked only while a schedule is recorded. */
@external('host', 'now')
export declare function now(): f64


@external('host', 'traceStep')
export declare function traceStep(pc: u32, op: u32, gas: i64, sp: usize, memorySize: u32, depth: u32, refund: i64): void

/** The gas that is left after the price of the last reported instruction; later than this it may grow again. */
@external('host', 'traceCost')
export declare function traceCost(gasLeft: i64): void


@external('host', 'traceExit')
export declare function traceExit(depth: u32, gasUsed: i64, status: u32, outputSize: u32): void
