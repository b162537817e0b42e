import { accountQuestion, backendFailure, codeQuestion, slotQuestion } from '../state/check-answer.js'
import type { DirectBackend, StateBackend } from '../types/state.js'
import type { HostSource } from './host-source.js'
import { layout } from './layout.js'
import type { Words } from './words.js'

const { ACCOUNT_BALANCE, ACCOUNT_CODE_HASH, ACCOUNT_EXISTS, ACCOUNT_HAS_STORAGE, ACCOUNT_NONCE } = layout

/** Answers that a backend writes into the shared memory itself. False: it is not of that kind, and has to be asked. */
interface DirectAnswers {
  account(at: number, out: number): boolean
  slot(owner: number, at: number, out: number): boolean
  /** Undefined likewise. */
  code(hash: Uint8Array): Uint8Array | undefined
}

/**
 * It takes half the time of an answer in objects. A code is copied once: a copy in between would be memory fresh from the system
 * in each block and thread, 2 MB and 0.6 ms in a real block of 25 ms.
 */
export function directAnswers(words: Words, source: HostSource): DirectAnswers {
  const memory = new Int32Array(words.bytes.buffer)
  let known: StateBackend | undefined
  let direct: DirectBackend | undefined
  const backend = () => {
    if (source.backend !== known) {
      known = source.backend
      direct = isDirect(known) ? known : undefined
    }
    return direct
  }
  return {
    account(at, out) {
      const own = backend()
      if (own === undefined) return false
      const [balance, nonce, codeHash] = [out + ACCOUNT_BALANCE, out + ACCOUNT_NONCE, out + ACCOUNT_CODE_HASH]
      try {
        const kind = own.readAccountInto(memory, at, balance, nonce, codeHash)
        words.setU32(out + ACCOUNT_EXISTS, kind === 0 ? 0 : 1)
        words.setU32(out + ACCOUNT_HAS_STORAGE, kind === 2 ? 1 : 0)
      } catch (error) {
        throw backendFailure(accountQuestion(words.copy(at, 20)), error)
      }
      return true
    },
    slot(owner, at, out) {
      const own = backend()
      if (own === undefined) return false
      try {
        own.readSlotInto(memory, owner, at, out)
      } catch (error) {
        throw backendFailure(slotQuestion(words.copy(owner, 20), words.copy(at, 32)), error)
      }
      return true
    },
    code(hash) {
      try {
        return backend()?.lendCode(hash)
      } catch (error) {
        throw backendFailure(codeQuestion(hash.slice()), error)
      }
    },
  }
}

function isDirect(backend: StateBackend): backend is DirectBackend {
  return 'readAccountInto' in backend && 'readSlotInto' in backend && 'lendCode' in backend
}
