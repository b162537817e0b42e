import { equalBytes } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { keccak256 } from '../codec/keccak.js'
import { StateBackendError } from '../errors.js'
import type { Account, StateBackend } from '../types/state.js'

/** What backends are asked, in words; put together when something is wrong with the answer. */
export type Question = () => string

export function accountQuestion(address: Uint8Array): Question {
  return () => `account ${bytesToHex(address)}`
}

export function slotQuestion(address: Uint8Array, key: Uint8Array): Question {
  return () => `slot ${bytesToHex(key)} of account ${bytesToHex(address)}`
}

export function codeQuestion(hash: Uint8Array): Question {
  return () => `code with hash ${bytesToHex(hash)}`
}

/** A backend's failure keeps its cause and says what was asked. */
export function backendFailure(question: Question, error: unknown): StateBackendError {
  if (error instanceof StateBackendError) return error
  const reason = error instanceof Error ? error.message : String(error)
  const asked = question()
  const message = `State backend: ${asked}: expected an answer, got ${reason}`
  return new StateBackendError('BackendFailed', message, { asked }, error)
}

/** An account as a backend gives it, if that can be. */
export function askAccount(backend: StateBackend, address: Uint8Array): Account | undefined {
  const question = accountQuestion(address)
  let account: Account | undefined
  try {
    account = backend.account(address)
  } catch (error) {
    throw backendFailure(question, error)
  }
  checkAccount(question, account)
  return account
}

const BALANCE_LIMIT = 1n << 256n
const NONCE_LIMIT = 1n << 64n

/** Throws a StateBackendError unless it is an account, or undefined. */
export function checkAccount(question: Question, account: unknown): asserts account is Account | undefined {
  if (account === undefined) return
  if (typeof account !== 'object' || account === null) refuseAccount(question, 'an account or undefined', account)
  const { balance, nonce, codeHash, hasStorage } = account as Partial<Account>
  if (typeof balance !== 'bigint' || balance < 0n || balance >= BALANCE_LIMIT) {
    refuseAccount(question, 'a balance below 2^256', balance)
  }
  if (typeof nonce !== 'bigint' || nonce < 0n || nonce >= NONCE_LIMIT) {
    refuseAccount(question, 'a nonce below 2^64', nonce)
  }
  if (!isHash(codeHash)) refuseAccount(question, 'a code hash of 32 bytes', sizeOf(codeHash))
  // Who leaves it out would never be asked for a slot.
  if (typeof hasStorage !== 'boolean') refuseAccount(question, 'to be told whether it has storage', hasStorage)
}

export function checkSlot(question: Question, value: unknown): asserts value is Uint8Array | undefined {
  if (value !== undefined && !isHash(value)) refuse('InvalidSlot', question, '32 bytes', sizeOf(value))
}

export function checkCode(question: Question, code: unknown): asserts code is Uint8Array {
  if (!(code instanceof Uint8Array)) refuse('InvalidCode', question, 'the bytes of a code', code)
}

/** 2 µs per KB. */
export function checkCodeHash(question: Question, code: Uint8Array, hash: Uint8Array): void {
  const own = keccak256(code)
  if (!equalBytes(own, hash)) {
    refuse('InvalidCode', question, 'bytes with that hash', `${code.length} bytes with hash ${bytesToHex(own)}`)
  }
}

export function checkBlockHash(question: Question, hash: unknown): asserts hash is Uint8Array {
  if (!isHash(hash)) refuse('InvalidBlockHash', question, '32 bytes', sizeOf(hash))
}

/** Two threads have asked the same. */
export function contradiction(question: Question): StateBackendError {
  const asked = question()
  const message = `State backend: ${asked}: expected the same answer for every thread, got another one`
  return new StateBackendError('Contradiction', message, { asked })
}

function refuseAccount(question: Question, expected: string, got: unknown): never {
  refuse('InvalidAccount', question, expected, got)
}

function refuse(code: string, question: Question, expected: string, got: unknown): never {
  const asked = question()
  const message = `State backend: ${asked}: expected ${expected}, got ${String(got)}`
  throw new StateBackendError(code, message, { asked, expected, got })
}

function isHash(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 32
}

function sizeOf(value: unknown): string {
  return value instanceof Uint8Array ? `${value.length} bytes` : String(value)
}
