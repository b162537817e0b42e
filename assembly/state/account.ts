import {
  accountLocation,
  BALANCE,
  PART_BALANCE,
  PART_CODE,
  PART_EXISTENCE,
  PART_NONCE,
  STATE_CODE,
  STATE_EXISTS,
  STATE_GENERATION,
  STATE_HAS_STORAGE,
  STATE_NONCE,
  STATE_PARTS,
} from '../version/location'
import { accountEpoch, accounts, accountsEnd, accountTable, accountTableCapacity } from '../runtime/arena'
import { hashAddress } from '../runtime/hash-table'
import { Status } from '../status'
import * as u256 from '../u256'
import { ensureAccount } from '../version/load'
import { position } from '../version/position'
import { readBalance, readState } from '../version/versions'
import { rememberCell, rememberWord } from './journal'
import { fail } from './limit'

/**
 * The transaction's own view of an account. It is made when the account is first named and stays at its place until the
 * transaction ends, so that a pointer to it stands for the account everywhere.
 *
 *    0  address      three limbs (20 bytes)
 *   20  location     in the shared pages
 *   24  seen         which parts the transaction depends on (PART_EXISTENCE …)
 *   28  hash
 *   32  change       of the balance, modulo 2^256: cell
 *   64  nonce, code, generation      one cell
 *   96  flags        word
 *  100  base code, base generation, base exists
 *  112  base nonce
 *  120  has storage
 *  128  base balance known once the transaction depends on it: a mere credit never asks
 *  160  balance      base and change, as of the last look
 */
export const ACCOUNT_SIZE: usize = 192
export const ADDRESS: usize = 0
export const LOCATION: usize = 20
const SEEN: usize = 24
const HASH: usize = 28
export const CHANGE_CELL: usize = 32
const FIELDS_CELL: usize = 64
const NONCE_FIELD: usize = 64
const CODE_FIELD: usize = 72
const FLAGS: usize = 96
export const BASE_CODE: usize = 100
export const BASE_GENERATION: usize = 104
export const BASE_EXISTS: usize = 108
export const BASE_NONCE: usize = 112
export const HAS_STORAGE: usize = 120
export const BASE_BALANCE: usize = 128
const BALANCE_SEEN: usize = 160

export const EXISTS: u32 = 1
export const WARM: u32 = 2
export const CREATED: u32 = 4
export const DESTRUCTED: u32 = 8
export const TOUCHED: u32 = 16

const SMALLEST_TABLE: u32 = 256

let epoch: u32 = 0
let mask: u32 = 0
let end: usize = 0

/** Where the view's last account ends: they stand one after the other from the arena's `accounts`. */
export function accountsFilledTo(): usize {
  return end
}

/**
 * Empties the table: entries of earlier transactions are told apart by their epoch. It is the arena's and not the instance's,
 * because another instance may have worked here since, and entries of both look alike.
 */
function beginEpoch(): void {
  epoch = load<u32>(accountEpoch) + 1
  // When it wraps round, old entries must really go.
  if (!epoch) {
    memory.fill(accountTable, 0, (<usize>accountTableCapacity) << 3)
    epoch = 1
  }
  store<u32>(accountEpoch, epoch)
}

export function resetAccounts(): void {
  beginEpoch()
  mask = SMALLEST_TABLE - 1
  end = accounts
}


@inline
function entryAt(at: u32): usize {
  return accountTable + ((<usize>at) << 3)
}

function place(account: usize): void {
  let at = load<u32>(account, HASH) & mask
  // Ends: the table is at most half full.
  while (load<u32>(entryAt(at), 4) == epoch) at = (at + 1) & mask
  store<u32>(entryAt(at), <u32>account)
  store<u32>(entryAt(at), epoch, 4)
}

function grow(): void {
  beginEpoch()
  mask = ((mask + 1) << 2) - 1
  for (let account = accounts; account < end; account += ACCOUNT_SIZE) place(account)
}

function add(address: usize, hash: u32): usize {
  if (end + ACCOUNT_SIZE > accountsEnd || (<u32>((end - accounts) / ACCOUNT_SIZE)) << 2 > accountTableCapacity - 8) {
    fail(Status.MemoryLimit)
    return accounts
  }
  const account = end
  store<u64>(account, load<u64>(address))
  store<u64>(account, load<u64>(address, 8), 8)
  store<u64>(account, load<u32>(address, 16), 16)
  store<u64>(account, 0, 24)
  // Of the copy: the stack may have anything above the address.
  const location = accountLocation(account)
  if (!location || !ensureAccount(location)) {
    fail(location ? Status.HeapLimit : Status.LocationLimit)
    if (end == accounts) memory.fill(account, 0, ACCOUNT_SIZE)
    return accounts
  }
  end += ACCOUNT_SIZE
  store<u32>(account, location, LOCATION)
  store<u32>(account, 0, SEEN)
  store<u32>(account, hash, HASH)
  const state = readState(location, position)
  const nonce = load<u64>(state, STATE_NONCE)
  const code = load<u32>(state, STATE_CODE)
  const exists = load<u32>(state, STATE_EXISTS)
  u256.zero(account + CHANGE_CELL)
  store<u64>(account, nonce, NONCE_FIELD)
  store<u64>(account, nonce, BASE_NONCE)
  store<u32>(account, code, CODE_FIELD)
  store<u32>(account, code, BASE_CODE)
  store<u32>(account, load<u32>(state, STATE_GENERATION), BASE_GENERATION)
  store<u32>(account, exists, BASE_EXISTS)
  store<u32>(account, load<u32>(state, STATE_HAS_STORAGE), HAS_STORAGE)
  store<u32>(account, exists ? EXISTS : 0, FLAGS)
  if ((<u32>((end - accounts) / ACCOUNT_SIZE)) << 1 > mask) grow()
  else place(account)
  return account
}

/** The account with the address in the low 160 bits of the word at `address`. */
export function accountAt(address: usize): usize {
  const a0 = load<u64>(address)
  const a1 = load<u64>(address, 8)
  const a2 = load<u32>(address, 16)
  const hash = hashAddress(a0, a1, <u64>a2)
  let at = hash & mask
  // Ends: the table is at most half full.
  while (true) {
    const entry = entryAt(at)
    if (load<u32>(entry, 4) != epoch) return add(address, hash)
    const account = <usize>load<u32>(entry)
    if (load<u64>(account) == a0 && load<u64>(account, 8) == a1 && load<u32>(account, 16) == a2) return account
    at = (at + 1) & mask
  }
}


@inline
export function depend(account: usize, parts: u32): void {
  store<u32>(account, load<u32>(account, SEEN) | parts, SEEN)
}

/** The pointer is good until the balance is next asked for or changed. */
export function balanceOf(account: usize): usize {
  if (!isBalanceSeen(account)) {
    readBalance(load<u32>(account, LOCATION) + BALANCE, position, account + BASE_BALANCE)
    depend(account, PART_BALANCE)
  }
  const balance = account + BALANCE_SEEN
  u256.add(balance, account + BASE_BALANCE, account + CHANGE_CELL)
  return balance
}


@inline
export function nonceOf(account: usize): u64 {
  depend(account, PART_NONCE)
  return load<u64>(account, NONCE_FIELD)
}


@inline
export function codeOf(account: usize): usize {
  depend(account, PART_CODE)
  return <usize>load<u32>(account, CODE_FIELD)
}


@inline
export function exists(account: usize): bool {
  depend(account, PART_EXISTENCE)
  return (load<u32>(account, FLAGS) & EXISTS) != 0
}


@inline
export function hasStorage(account: usize): bool {
  depend(account, PART_EXISTENCE)
  return load<u32>(account, HAS_STORAGE) != 0
}


@inline
export function generationOf(account: usize): u32 {
  depend(account, PART_EXISTENCE)
  return load<u32>(account, BASE_GENERATION)
}


@inline
export function has(account: usize, flag: u32): bool {
  return (load<u32>(account, FLAGS) & flag) != 0
}

export function mark(account: usize, flag: u32): void {
  const flags = load<u32>(account, FLAGS)
  if ((flags & flag) == flag) return
  rememberWord(account + FLAGS)
  store<u32>(account, flags | flag, FLAGS)
}

/** A credit does not read the balance: two transactions that only credit an account do not conflict. */
export function credit(account: usize, amount: usize): void {
  mark(account, EXISTS | TOUCHED)
  if (u256.isZero(amount)) return
  rememberCell(account + CHANGE_CELL)
  u256.add(account + CHANGE_CELL, account + CHANGE_CELL, amount)
}

/** The caller has seen that the balance suffices. */
export function debit(account: usize, amount: usize): void {
  if (u256.isZero(amount)) return
  rememberCell(account + CHANGE_CELL)
  u256.sub(account + CHANGE_CELL, account + CHANGE_CELL, amount)
}

export function setNonce(account: usize, nonce: u64): void {
  mark(account, EXISTS | TOUCHED)
  rememberCell(account + FIELDS_CELL)
  store<u64>(account, nonce, NONCE_FIELD)
}

export function setCode(account: usize, code: u32): void {
  mark(account, EXISTS | TOUCHED)
  rememberCell(account + FIELDS_CELL)
  store<u32>(account, code, CODE_FIELD)
}

/** EIP-161: no nonce, no balance, no code. An account that does not exist is empty too. */
export function isEmpty(account: usize): bool {
  // The balance last: it is what transactions contend for, and it is read only if the others leave it open.
  return nonceOf(account) == 0 && codeOf(account) == 0 && u256.isZero(balanceOf(account))
}

/**
 * A touch of the RIPEMD-160 precompile outlives the revert of the frame that made it: so the empty account there was removed on
 * mainnet, once, in block 2,675,119, and so it has been ever since.
 */
const KEPT_TOUCH: u32 = 1 << 31

export function keepTouched(account: usize): void {
  store<u32>(account, load<u32>(account, SEEN) | KEPT_TOUCH, SEEN)
}

/** Its slots were written in a life that this transaction ended. */
const REMOVED: u32 = 1 << 30

export function noteRemoved(account: usize): void {
  store<u32>(account, load<u32>(account, SEEN) | REMOVED, SEEN)
}


@inline
export function isRemoved(account: usize): bool {
  return (load<u32>(account, SEEN) & REMOVED) != 0
}


@inline
export function partsSeen(account: usize): u32 {
  return load<u32>(account, SEEN) & (STATE_PARTS | PART_BALANCE)
}


@inline
export function isBalanceSeen(account: usize): bool {
  return (load<u32>(account, SEEN) & PART_BALANCE) != 0
}

export function isTouched(account: usize): bool {
  return has(account, TOUCHED) || (load<u32>(account, SEEN) & KEPT_TOUCH) != 0
}

/** What the account is at the end of the transaction: read without becoming a dependency. */
export function finalNonce(account: usize): u64 {
  return load<u64>(account, NONCE_FIELD)
}

export function finalCode(account: usize): u32 {
  return load<u32>(account, CODE_FIELD)
}
