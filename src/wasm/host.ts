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

type StateImports = Pick<HostImports, 'account' | 'slot' | 'codeSize' | 'code' | 'blockHash' | 'precompile' | 'now'>

const EMPTY_CODE_HASH = Uint8Array.from(
  Buffer.from('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470', 'hex'),
)

/** A backend's failure keeps its cause and says what was asked. */
function ask<T>(what: string, question: () => T): T {
  try {
    return question()
  } catch (error) {
    if (error instanceof StateBackendError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new StateBackendError(
      'BackendFailed',
      `State backend: ${what} expected an answer, got ${reason}`,
      { what },
      error,
    )
  }
}

function checkAccount(account: Account): Account {
  const { balance, nonce, codeHash } = account
  const wrong =
    balance < 0n || balance >= 1n << 256n
      ? `a balance below 2^256, got ${balance}`
      : nonce < 0n || nonce >= 1n << 64n
        ? `a nonce below 2^64, got ${nonce}`
        : codeHash.length !== 32
          ? `a code hash of 32 bytes, got ${codeHash.length}`
          : undefined
  if (wrong !== undefined)
    throw new StateBackendError('InvalidAccount', `State backend: expected ${wrong}`, { account })
  return account
}

/** Pointers past 2 GiB arrive as negative numbers. */
export function stateImports(words: Words, source: HostSource): StateImports {
  let code: Uint8Array = new Uint8Array(0)
  return {
    now: () => performance.timeOrigin + performance.now(),
    account(address, exchange) {
      const out = exchange >>> 0
      const found = ask('an account', () => source.backend.account(words.copy(address, 20)))
      const account = found && checkAccount(found)
      words.setWord(out + layout.ACCOUNT_BALANCE, account?.balance ?? 0n)
      words.setU64(out + layout.ACCOUNT_NONCE, account?.nonce ?? 0n)
      words.setU32(out + layout.ACCOUNT_EXISTS, account === undefined ? 0 : 1)
      words.setU32(out + layout.ACCOUNT_HAS_STORAGE, account?.hasStorage ? 1 : 0)
      words.bytes.set(account?.codeHash ?? EMPTY_CODE_HASH, out + layout.ACCOUNT_CODE_HASH)
    },
    slot(address, key, exchange) {
      const out = exchange >>> 0
      const value = ask('a slot', () => source.backend.slot(words.copy(address, 20), words.copy(key, 32)))
      if (value === undefined) {
        words.bytes.fill(0, out, out + 32)
        return
      }
      if (value.length !== 32) {
        const message = `State backend: expected a slot of 32 bytes, got ${value.length}`
        throw new StateBackendError('InvalidSlot', message, { value })
      }
      words.bytes.set(value, out)
    },
    codeSize(hash) {
      code = ask('a code', () => source.backend.code(words.copy(hash, 32)))
      return code.length
    },
    code(_hash, out) {
      words.bytes.set(code, out >>> 0)
    },
    blockHash(number, out) {
      const hash = ask('a block hash', () => source.blockHash(BigInt.asUintN(64, number)))
      words.bytes.set(hash, out >>> 0)
    },
    precompile(id, input, length, output) {
      const result = callPrecompile(id, words.copy(input, length))
      if (result === undefined) return -1
      words.bytes.set(result, output >>> 0)
      return result.length
    },
  }
}
