/**
 * What became of an account, as the core tells it and the tries take it; changes stand one behind the other, at multiples of eight
 * bytes. Of an account with more slots than there is room for, a further change has the rest of them, and is said to continue.
 *
 *     0 address, 20 bytes · 24 record of its new code · 32 nonce u64 · 40 balance, the lowest limb first · 72 code hash
 *   104 flags u32 · 108 count of slots u32 · 112 slots {key · value, both with the highest byte first}
 */
export const CHANGE_CODE: usize = 24
export const CHANGE_NONCE: usize = 32
export const CHANGE_BALANCE: usize = 40
export const CHANGE_CODE_HASH: usize = 72
export const CHANGE_FLAGS: usize = 104
export const CHANGE_SLOT_COUNT: usize = 108
/** Without slots. */
export const CHANGE_SIZE: usize = 112
export const CHANGED_SLOT_VALUE: usize = 32
export const CHANGED_SLOT_SIZE: usize = 64

export const CHANGE_EXISTS: u32 = 1
export const CHANGE_STORAGE_CLEARED: u32 = 2
/** Otherwise no code hash is written. */
export const CHANGE_HAS_CODE: u32 = 4
/** It has another code than before the block, or none any more. */
export const CHANGE_CODE_IS_NEW: u32 = 8
/** Of the account in the change before. */
export const CHANGE_CONTINUES: u32 = 16
