import { textOf } from '../trie/secure.js'
import type { Account, Answer, AsyncStateBackend } from '../types/state.js'
import {
  accountQuestion,
  backendFailure,
  checkAccount,
  checkCode,
  checkCodeHash,
  checkSlot,
  codeQuestion,
  type Question,
  slotQuestion,
} from './check-answer.js'
import { PendingError } from './pending.js'

/** Values kept from block to block: some 300 MB of them. */
const MOST_KNOWN = 1 << 20

/** What a source has answered: each question is asked once, and what comes later than at once is thrown as PendingError. */
export class Answers {
  readonly #source: AsyncStateBackend
  /** By the bytes that were asked for; the lengths of addresses, hashes, and addresses with keys tell these apart. */
  #known = new Map<string, unknown>()
  #waiting = new Map<string, PendingError>()

  constructor(source: AsyncStateBackend) {
    this.#source = source
  }

  /** A new block: what the last one did not wait for is asked anew when it is needed, and there is room. */
  begin(): void {
    this.#waiting = new Map()
    if (this.#known.size > MOST_KNOWN) this.#known = new Map()
  }

  account(address: Uint8Array): Account | undefined {
    const ask = (own: Uint8Array): Pending<Account | undefined> => ({
      asked: accountQuestion(own),
      question: () => this.#source.account(own),
      check: checkAccount,
    })
    return this.#answer(textOf(address), address, ask)
  }

  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    const ask = (own: Uint8Array): Pending<Uint8Array | undefined> => {
      const ownKey = key.slice()
      const asked = slotQuestion(own, ownKey)
      return { asked, question: () => this.#source.slot(own, ownKey), check: checkSlot }
    }
    return this.#answer(textOf(address) + textOf(key), address, ask)
  }

  code(hash: Uint8Array): Uint8Array {
    const ask = (own: Uint8Array): Pending<Uint8Array> => ({
      asked: codeQuestion(own),
      question: () => this.#source.code(own),
      check: (asked, code) => {
        checkCode(asked, code)
        checkCodeHash(asked, code, own)
      },
    })
    return this.#answer(textOf(hash), hash, ask)
  }

  /** What is known by `name`, else what the source says. It is asked with copies, which it may keep. */
  #answer<T>(name: string, lent: Uint8Array, ask: (own: Uint8Array) => Pending<T>): T {
    const known = this.#known.get(name)
    if (known !== undefined || this.#known.has(name)) return known as T
    const waiting = this.#waiting.get(name)
    if (waiting !== undefined) throw waiting
    const { asked, question, check } = ask(lent.slice())
    const keep = (answer: T): T => {
      check(asked, answer)
      this.#known.set(name, answer)
      return answer
    }
    let answer: Answer<T>
    try {
      answer = question()
    } catch (error) {
      throw backendFailure(asked, error)
    }
    if (!isPromise(answer)) return keep(answer)
    throw this.#wait(name, asked, answer, keep)
  }

  #wait<T>(name: string, asked: Question, answer: PromiseLike<T>, keep: (answer: T) => T): PendingError {
    // An answer that is late, for a block that is over, is nobody's: the source may have been asked again.
    const isAwaited = () => this.#waiting.get(name) === pending
    const arrival = Promise.resolve(answer).then(
      (value) => {
        if (!isAwaited()) return
        this.#waiting.delete(name)
        keep(value)
      },
      (error: unknown) => {
        if (isAwaited()) this.#waiting.delete(name)
        throw backendFailure(asked, error)
      },
    )
    const pending = new PendingError(asked(), arrival)
    this.#waiting.set(name, pending)
    return pending
  }
}

interface Pending<T> {
  asked: Question
  question: () => Answer<T>
  check: (asked: Question, answer: unknown) => void
}

function isPromise<T>(answer: Answer<T>): answer is PromiseLike<T> {
  return typeof (answer as PromiseLike<T> | undefined)?.then === 'function'
}
