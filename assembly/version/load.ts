import { contradicted, loadAccount, loadAccounts, loadSlot } from '../host'
import {
  ACCOUNT_ADDRESS,
  ACCOUNT_ANSWER_SIZE,
  ACCOUNT_BALANCE,
  ACCOUNT_CODE_HASH,
  ACCOUNT_EXISTS,
  ACCOUNT_HAS_STORAGE,
  ACCOUNT_NONCE,
} from '../layout'
import { exchange, returnData } from '../runtime/arena'
import * as u256 from '../u256'
import { codeByHash, NO_ROOM } from './code'
import {
  accountLocation,
  KEY,
  LOADED,
  LOADED_YET,
  LOADING,
  OWNER,
  record,
  SECOND,
  STATE_CODE,
  STATE_EXISTS,
  STATE_HAS_STORAGE,
  STATE_NONCE,
  STATE_VALUE,
  storeAddress,
} from './location'

/** Writing takes some ten stores: who is not ready after so many looks is dead, or has been put to sleep by the system. */
const PATIENCE: u32 = 1 << 22

/**
 * Whether this worker is to write what the host has told it. Else somebody has done so. The race that it closes: two workers ask the
 * host at once, get two answers, and each writes a part of its own.
 */
function claimLoading(at: usize): bool {
  if (!atomic.cmpxchg<u32>(at + LOADED, 0, LOADING)) return true
  for (let looks: u32 = 0; looks < PATIENCE; looks++) if (atomic.load<u32>(at + LOADED) == LOADED_YET) return false
  return true
}

/** Asks the host for an account that the pages do not hold yet. False when there is no room for its code's record. */
export function ensureAccount(location: u32): bool {
  const account = record(location)
  if (atomic.load<u32>(account + LOADED) == LOADED_YET) return true
  storeAddress(exchange + 256, account)
  loadAccount(exchange + 256 + 12, exchange)
  return takeAnswer(account, exchange, exchange + 256 + 12)
}

/** What the host has answered becomes the base value, or is compared with what another worker was told. */
function takeAnswer(account: usize, answer: usize, address: usize): bool {
  const code = codeByHash(answer + ACCOUNT_CODE_HASH)
  if (code == NO_ROOM) return false
  const state = account + STATE_VALUE
  if (!claimLoading(account)) {
    const isSame =
      load<u32>(state, STATE_EXISTS) == load<u32>(answer, ACCOUNT_EXISTS) &&
      load<u32>(state, STATE_HAS_STORAGE) == load<u32>(answer, ACCOUNT_HAS_STORAGE) &&
      load<u64>(state, STATE_NONCE) == load<u64>(answer, ACCOUNT_NONCE) &&
      load<u32>(state, STATE_CODE) == code &&
      u256.eq(account + SECOND, answer + ACCOUNT_BALANCE)
    if (!isSame) contradicted(address, 0)
    return true
  }
  store<u64>(state, load<u64>(answer, ACCOUNT_NONCE), STATE_NONCE)
  store<u32>(state, code, STATE_CODE)
  store<u32>(state, load<u32>(answer, ACCOUNT_EXISTS), STATE_EXISTS)
  store<u32>(state, load<u32>(answer, ACCOUNT_HAS_STORAGE), STATE_HAS_STORAGE)
  u256.copy(account + SECOND, answer + ACCOUNT_BALANCE)
  atomic.store<u32>(account + LOADED, LOADED_YET)
  return true
}

/** How many accounts fit into what `askFor` and `loadAsked` use. */
const MOST_ASKED: u32 = 64
let asked: u32 = 0


@inline
function answerAt(place: u32): usize {
  return returnData + <usize>place * ACCOUNT_ANSWER_SIZE
}

/** Puts an account that the pages do not hold yet among those that `loadAsked` loads: the host answers many at once in less time. */
export function askFor(address: usize): void {
  const location = accountLocation(address)
  if (!location || asked == MOST_ASKED) return
  const account = record(location)
  if (atomic.load<u32>(account + LOADED)) return
  const answer = answerAt(asked++)
  storeAddress(answer + ACCOUNT_ADDRESS - 12, account)
  store<u32>(answer, location, ACCOUNT_ADDRESS + 20)
}

/** What fails here, fails again for the transaction that needs the account. */
export function loadAsked(): void {
  const count = asked
  asked = 0
  if (!count || !loadAccounts(returnData, count)) return
  for (let place: u32 = 0; place < count; place++) {
    const answer = answerAt(place)
    const account = record(load<u32>(answer, ACCOUNT_ADDRESS + 20))
    if (atomic.load<u32>(account + LOADED) != LOADED_YET) takeAnswer(account, answer, answer + ACCOUNT_ADDRESS)
  }
}

/** Asks the host for a slot that the pages do not hold yet; its account's are loaded. Without storage it is zero, as it stands. */
export function ensureSlot(location: u32): void {
  const slot = record(location)
  if (atomic.load<u32>(slot + LOADED) == LOADED_YET) return
  const account = record(load<u32>(slot, OWNER))
  if (load<u32>(account, STATE_VALUE + STATE_HAS_STORAGE)) {
    storeAddress(exchange + 256, account)
    u256.storeBytes(exchange + 288, slot + KEY)
    loadSlot(exchange + 256 + 12, exchange + 288, exchange)
    // As a word, behind what the host wrote.
    u256.loadBytes(exchange + 32, exchange, 32)
    if (!claimLoading(slot)) {
      if (!u256.eq(slot + SECOND, exchange + 32)) contradicted(exchange + 256 + 12, exchange + 288)
      return
    }
    u256.copy(slot + SECOND, exchange + 32)
  }
  atomic.store<u32>(slot + LOADED, LOADED_YET)
}
