import { StateBackendError } from '../errors.js'
import { callPrecompile } from '../precompile/index.js'
import type { Account, StateBackend } from '../types/state.js'
import type { HostImports } from './instantiate.js'
import { layout } from './layout.js'
import type { Words } from './words.js'

/** Where the core's questions are answered from; replaced block by block. */
export interface HostSource {
  backend: StateBackend
  blockHash: (number: bigint) => Uint8Array
}

const { ACCOUNT_BALANCE, ACCOUNT_NONCE, ACCOUNT_EXISTS, ACCOUNT_HAS_STORAGE, ACCOUNT_CODE_HASH } = layout

type StateImports = Pick<HostImports, 'account' | 'slot' | 'codeSize' | 'code' | 'blockHash' | 'precompile' | 'now'>

const EMPTY_CODE_HASH = Uint8Array.from(
  Buffer.from('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470', 'hex'),
)

const ZERO = new Uint8Array(32)

/** A backend's failure keeps its cause and says what was asked. */
function failed(what: string, error: unknown): StateBackendError {
  if (error instanceof StateBackendError) return error
  const reason = error instanceof Error ? error.message : String(error)
  const message = `State backend: ${what} expected an answer, got ${reason}`
  return new StateBackendError('BackendFailed', message, { what }, error)
}

const BALANCE_LIMIT = 1n << 256n
const NONCE_LIMIT = 1n << 64n

function wrongIn(account: Account): string | undefined {
  if (typeof account !== 'object' || account === null) return `an account or undefined, got ${account}`
  const { balance, nonce, codeHash } = account
  if (typeof balance !== 'bigint' || balance < 0n || balance >= BALANCE_LIMIT) {
    return `a balance below 2^256, got ${balance}`
  }
  if (typeof nonce !== 'bigint' || nonce < 0n || nonce >= NONCE_LIMIT) return `a nonce below 2^64, got ${nonce}`
  if (!isHash(codeHash)) return `a code hash of 32 bytes, got ${sizeOf(codeHash)}`
  return undefined
}

function isHash(value: unknown): boolean {
  return value instanceof Uint8Array && value.length === 32
}

function sizeOf(value: unknown): string {
  return value instanceof Uint8Array ? `${value.length}` : String(value)
}

function checkAccount(account: Account): void {
  const wrong = wrongIn(account)
  if (wrong === undefined) return
  throw new StateBackendError('InvalidAccount', `State backend: expected ${wrong}`, { account })
}

/** Pointers past 2 GiB arrive as negative numbers. */
export function stateImports(words: Words, source: HostSource): StateImports {
  // Lent to the backend for one question after the other: arrays of their own would cost more than most answers.
  const address = new Uint8Array(20)
  const key = new Uint8Array(32)
  let code: Uint8Array = new Uint8Array(0)
  return {
    now: () => performance.timeOrigin + performance.now(),
    account(at, exchange) {
      const out = exchange >>> 0
      words.read(at, address)
      let account: Account | undefined
      try {
        account = source.backend.account(address)
      } catch (error) {
        throw failed('an account', error)
      }
      if (account !== undefined) checkAccount(account)
      words.setWord(out + ACCOUNT_BALANCE, account?.balance ?? 0n)
      words.setU64(out + ACCOUNT_NONCE, account?.nonce ?? 0n)
      words.setU32(out + ACCOUNT_EXISTS, account === undefined ? 0 : 1)
      words.setU32(out + ACCOUNT_HAS_STORAGE, account?.hasStorage ? 1 : 0)
      words.write(out + ACCOUNT_CODE_HASH, account?.codeHash ?? EMPTY_CODE_HASH)
    },
    slot(owner, at, out) {
      words.read(owner, address)
      words.read(at, key)
      let value: Uint8Array | undefined
      try {
        value = source.backend.slot(address, key)
      } catch (error) {
        throw failed('a slot', error)
      }
      value ??= ZERO
      if (!isHash(value)) {
        const message = `State backend: expected a slot of 32 bytes, got ${sizeOf(value)}`
        throw new StateBackendError('InvalidSlot', message, { value })
      }
      words.write(out, value)
    },
    codeSize(hash) {
      words.read(hash, key)
      try {
        code = source.backend.code(key)
      } catch (error) {
        throw failed('a code', error)
      }
      if (!(code instanceof Uint8Array)) {
        throw new StateBackendError('InvalidCode', `State backend: expected the bytes of a code, got ${code}`, { code })
      }
      return code.length
    },
    code(_hash, out) {
      words.bytes.set(code, out >>> 0)
    },
    blockHash(number, out) {
      let hash: Uint8Array
      try {
        hash = source.blockHash(BigInt.asUintN(64, number))
      } catch (error) {
        throw failed('a block hash', error)
      }
      if (!isHash(hash)) {
        const message = `State backend: expected a block hash of 32 bytes, got ${sizeOf(hash)}`
        throw new StateBackendError('InvalidBlockHash', message, { hash })
      }
      words.write(out, hash)
    },
    precompile(id, input, length, output) {
      const result = callPrecompile(id, words.copy(input, length))
      if (result === undefined) return -1
      words.bytes.set(result, output >>> 0)
      return result.length
    },
  }
}
