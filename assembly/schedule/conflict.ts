import {
  KEY_MASK,
  KEYS,
  TASK_AFTER,
  TASK_BLOBS,
  TASK_COARSE_AFTER,
  TASK_COARSE_KEY,
  TASK_EXECUTIONS,
  TASK_FINE_AFTER,
  TASK_FINE_KEY,
  TASK_GAS_LIMIT,
  TASK_STARTED,
  TASK_TRANSACTION,
  TX_BLOBS,
  TX_DATA,
  TX_DATA_SIZE,
  TX_GAS_LIMIT,
  TX_HAS_TO,
  TX_SENDER,
  TX_TO,
} from '../layout'
import { hashAddress, hashSlot } from '../runtime/hash-table'
import { mayBeLong, taskAt } from './task'

/**
 * Whom a transaction had better wait for. Same sender: always, because of the nonce. Beyond that a block teaches about itself:
 * every call has two keys, a coarse one (contract and function) and a fine one, its subject: the contract and the accounts that
 * it names, in any order and without the sender. So swaps in both directions of a pair have one subject, as have a deposit
 * and a loan of the same token; a call that names nobody has its function and first argument instead. Calls whose key keeps
 * conflicting wait for the last one before them; until then they run at once. Everything here is a hint: validation is what
 * makes the result right, so two keys that fall on the same entry do no harm. Three tables, by key, because three write them:
 *
 *   last         the last transaction (plus one) with this key, while the host prepares tasks in order
 *   conflicts    counted when they are found, read before each call
 *   committed    counted by the committer, and read only where there are conflicts
 */
export const KEY_SIZE: u32 = 12

export const FINE_CONFLICTS: u32 = 2
export const COARSE_CONFLICTS: u32 = 6
/** A function where one call in so many conflicts is worth waiting for: those that do not conflict wait, too. */
export const COARSE_SHARE: u32 = 3

const SELECTOR: u32 = 4
const ARGUMENT: u32 = 36
const MOST_ARGUMENTS: u32 = 16

/** Tells keys of senders, functions and first arguments apart. */
const SENDER_KIND: u32 = 1
const COARSE_KIND: u32 = 2
const FINE_KIND: u32 = 3
const SUBJECT_KIND: u32 = 4


@inline
function lastOf(key: u32): usize {
  return <usize>load<u32>(KEYS) + ((<usize>key) << 2)
}


@inline
function conflictsOf(key: u32): usize {
  return lastOf(key + load<u32>(KEY_MASK) + 1)
}


@inline
function committedOf(key: u32): usize {
  return lastOf(key + ((load<u32>(KEY_MASK) + 1) << 1))
}

/** 0 stands for no key. */
@inline
function keyOf(hash: u32): u32 {
  const key = hash & load<u32>(KEY_MASK)
  return key ? key : 1
}

/** Makes `index` the key's last transaction; gives the one before it (plus one), or 0. */
@inline
function follow(key: u32, index: u32): u32 {
  const entry = lastOf(key)
  const last = load<u32>(entry)
  store<u32>(entry, index + 1)
  // Two keys of one transaction may fall on the same entry: nothing waits for itself.
  return last == index + 1 ? 0 : last
}


@inline
function hashOf(address: usize, kind: u32, a: u64, b: u64, c: u64): u32 {
  const low = hashAddress(load<u64>(address), load<u64>(address, 8), load<u64>(address, 16))
  return hashSlot(low, kind, a, b, c)
}

/** More blobs than any block may have, all the more so those of one transaction, need not be told apart. */
const MOST_BLOBS: u32 = 0xffff

/** The block's tasks that may take long. */
export let longTasks: u32 = 0

/** Notes what can be known of tasks before they run. Called for all tasks, in block order. */
export function prepareTasks(from: u32, until: u32): void {
  if (!from) longTasks = 0
  for (let index = from; index < until; index++) prepareTask(index)
}

function prepareTask(index: u32): void {
  const task = taskAt(index)
  const transaction = <usize>load<u32>(task, TASK_TRANSACTION)
  const gas = load<u64>(transaction, TX_GAS_LIMIT)
  store<u64>(task, gas, TASK_GAS_LIMIT)
  if (mayBeLong(task)) longTasks++
  store<u16>(task, min(load<u32>(transaction, TX_BLOBS), MOST_BLOBS), TASK_BLOBS)
  store<u32>(task, follow(keyOf(hashOf(transaction + TX_SENDER, SENDER_KIND, 0, 0, 0)), index), TASK_AFTER)
  const size = load<u32>(transaction, TX_DATA_SIZE)
  if (!load<u32>(transaction, TX_HAS_TO) || size < SELECTOR) return
  const data = <usize>load<u32>(transaction, TX_DATA)
  const to = transaction + TX_TO
  const selector = load<u32>(data)
  const coarse = keyOf(hashOf(to, COARSE_KIND, selector, 0, 0))
  store<u32>(task, coarse, TASK_COARSE_KEY)
  store<u32>(task, follow(coarse, index), TASK_COARSE_AFTER)
  if (size < ARGUMENT) return
  const subject = subjectOf(transaction, data, size)
  const fine = keyOf(
    subject
      ? hashOf(to, SUBJECT_KIND, subject, 0, 0)
      : hashOf(to, FINE_KIND, load<u64>(data, 12) ^ selector, load<u64>(data, 20), load<u64>(data, 28)),
  )
  store<u32>(task, fine, TASK_FINE_KEY)
  store<u32>(task, follow(fine, index), TASK_FINE_AFTER)
}

/** One number for all accounts that a call names beside its sender; 0 when it names none. */
function subjectOf(transaction: usize, data: usize, size: u32): u64 {
  const senderLow = bswap<u64>(load<u64>(transaction, TX_SENDER))
  const senderHigh = bswap<u64>(load<u64>(transaction, TX_SENDER + 8))
  const end = data + min(size, MOST_ARGUMENTS * 32 + SELECTOR)
  let sum: u64 = 0
  for (let word = data + SELECTOR; word + 32 <= end; word += 32) {
    // As large as an address, and no larger: amounts are smaller, hashes are not.
    if (load<u64>(word) || load<u32>(word, 8) || !load<u64>(word, 12)) continue
    const low = load<u64>(word, 24)
    const high = load<u64>(word, 16)
    if (low == senderLow && high == senderHigh) continue
    // Whatever their order, the sum is the same; mixed, so that sums of others are not.
    sum += rotl<u64>((low ^ rotl<u64>(high, 29)) * 0x9e3779b97f4a7c15, 32) * 0xd6e8feb86659fd93
  }
  return sum
}

/** Two transactions with a conflict: the narrower key that they share learns of it. */
export function learnConflict(reader: u32, writer: u32): void {
  const a = taskAt(reader)
  const b = taskAt(writer)
  const fine = load<u32>(a, TASK_FINE_KEY)
  const coarse = load<u32>(a, TASK_COARSE_KEY)
  if (fine && fine == load<u32>(b, TASK_FINE_KEY)) count(conflictsOf(fine))
  else if (coarse && coarse == load<u32>(b, TASK_COARSE_KEY)) count(conflictsOf(coarse))
}


@inline
function count(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1)
}

/**
 * Called by the committer alone, for every transaction. That calls do not conflict says nothing once they wait, nor when one
 * begins after all before it are committed, as when one worker is alone at first.
 */
export function countCommitted(task: usize, index: u32): void {
  if (load<u32>(task, TASK_STARTED) == index && load<u32>(task, TASK_EXECUTIONS) == 1) return
  const coarse = load<u32>(task, TASK_COARSE_KEY)
  if (coarse && !isWaitedFor(coarse)) count(committedOf(coarse))
}


@inline
function isWaitedFor(coarse: u32): bool {
  const conflicts = load<u32>(conflictsOf(coarse))
  return conflicts >= COARSE_CONFLICTS && conflicts * COARSE_SHARE >= load<u32>(committedOf(coarse))
}

/** The transaction (plus one) that this one had better wait for, beside its sender's last, or 0. */
export function expectedWriter(task: usize): u32 {
  const fine = load<u32>(task, TASK_FINE_KEY)
  if (fine && load<u32>(conflictsOf(fine)) >= FINE_CONFLICTS) return load<u32>(task, TASK_FINE_AFTER)
  const coarse = load<u32>(task, TASK_COARSE_KEY)
  return coarse && isWaitedFor(coarse) ? load<u32>(task, TASK_COARSE_AFTER) : 0
}
