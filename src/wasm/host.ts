import { callPrecompile } from '../precompile/index.js'
import {
  accountQuestion,
  backendFailure,
  checkAccount,
  checkBlockHash,
  checkCode,
  checkCodeHash,
  checkSlot,
  codeQuestion,
  contradiction,
  slotQuestion,
} from '../state/check-answer.js'
import type { Account } from '../types/state.js'
import { directAnswers } from './direct.js'
import type { HostSource } from './host-source.js'
import type { HostImports } from './instantiate.js'
import { layout } from './layout.js'
import type { Words } from './words.js'

const { ACCOUNT_BALANCE, ACCOUNT_NONCE, ACCOUNT_EXISTS, ACCOUNT_HAS_STORAGE, ACCOUNT_CODE_HASH } = layout

type StateImports = Pick<
  HostImports,
  'account' | 'accounts' | 'slot' | 'contradicted' | 'codeSize' | 'code' | 'blockHash' | 'precompile' | 'now'
>

const EMPTY_CODE_HASH = Uint8Array.from(
  Buffer.from('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470', 'hex'),
)

const ZERO = new Uint8Array(32)

/** Pointers past 2 GiB arrive as negative numbers. */
export function stateImports(words: Words, source: HostSource): StateImports {
  // Lent to the backend for one question after the other: arrays of their own would cost more than most answers.
  const address = new Uint8Array(20)
  const key = new Uint8Array(32)
  const askedAccount = accountQuestion(address)
  const askedSlot = slotQuestion(address, key)
  const askedCode = codeQuestion(key)
  let code: Uint8Array = new Uint8Array(0)
  const direct = directAnswers(words, source)
  return {
    now: () => performance.timeOrigin + performance.now(),
    accounts: (at, count) => (direct.accounts(at >>> 0, count) ? 1 : 0),
    account(at, exchange) {
      const out = exchange >>> 0
      if (direct.account(at >>> 0, out)) return
      words.read(at, address)
      let account: Account | undefined
      try {
        account = source.backend.account(address)
      } catch (error) {
        throw backendFailure(askedAccount, error)
      }
      checkAccount(askedAccount, account)
      words.setWord(out + ACCOUNT_BALANCE, account?.balance ?? 0n)
      words.setU64(out + ACCOUNT_NONCE, account?.nonce ?? 0n)
      words.setU32(out + ACCOUNT_EXISTS, account === undefined ? 0 : 1)
      words.setU32(out + ACCOUNT_HAS_STORAGE, account?.hasStorage ? 1 : 0)
      words.write(out + ACCOUNT_CODE_HASH, account?.codeHash ?? EMPTY_CODE_HASH)
    },
    slot(owner, at, out) {
      if (direct.slot(owner >>> 0, at >>> 0, out >>> 0)) return
      words.read(owner, address)
      words.read(at, key)
      let value: Uint8Array | undefined
      try {
        value = source.backend.slot(address, key)
      } catch (error) {
        throw backendFailure(askedSlot, error)
      }
      checkSlot(askedSlot, value)
      words.write(out, value ?? ZERO)
    },
    contradicted(owner, at) {
      words.read(owner, address)
      if (at !== 0) words.read(at, key)
      throw contradiction(at === 0 ? askedAccount : askedSlot)
    },
    codeSize(hash) {
      words.read(hash, key)
      const lent = direct.code(key)
      if (lent !== undefined) {
        code = lent
        return code.length
      }
      try {
        code = source.backend.code(key)
      } catch (error) {
        throw backendFailure(askedCode, error)
      }
      checkCode(askedCode, code)
      if (source.backend.hasCheckedCode !== true) checkCodeHash(askedCode, code, key)
      return code.length
    },
    code(_hash, out) {
      words.bytes.set(code, out >>> 0)
    },
    blockHash(number, out) {
      const asked = () => `hash of block ${BigInt.asUintN(64, number)}`
      let hash: Uint8Array
      try {
        hash = source.blockHash(BigInt.asUintN(64, number))
      } catch (error) {
        throw backendFailure(asked, error)
      }
      checkBlockHash(asked, hash)
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
