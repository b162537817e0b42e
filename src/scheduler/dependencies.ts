import type { Message } from '../types/transaction.js'

/**
 * What can be known of a block before it runs. Every index is one more than the transaction's, 0 means none: the last
 * transaction before it of the same sender, which it must follow; and the last one that calls the same function of the same
 * contract (coarse), and with the same first argument (fine), which it may have to follow if such calls turn out to conflict.
 */
export interface Dependencies {
  after: number
  fineAfter: number
  fineKey: number
  coarseAfter: number
  coarseKey: number
}

const SELECTOR = 4
const ARGUMENT = SELECTOR + 32

/** Two strings of bytes are equal if and only if their latin1 texts are; a text is what a Map compares fastest. */
function textOf(bytes: Uint8Array, end = bytes.length): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1')
}

/** Follows the transactions of a block in order. */
export class DependencyTracker {
  readonly #senders = new Map<string, number>()
  readonly #keys = new Map<string, { key: number; last: number }>()

  /** How many keys there are at most after `transactions` transactions. */
  static keys(transactions: number): number {
    return 2 * transactions
  }

  /** The last transaction (plus one) of the same sender, or 0. */
  senderBefore({ sender }: Message, index: number): number {
    const text = textOf(sender)
    const after = this.#senders.get(text) ?? 0
    this.#senders.set(text, index + 1)
    return after
  }

  next(message: Message, index: number): Dependencies {
    const after = this.senderBefore(message, index)
    const { to, data } = message
    if (to === undefined || data.length < SELECTOR) {
      return { after, fineAfter: 0, fineKey: 0, coarseAfter: 0, coarseKey: 0 }
    }
    const called = textOf(to)
    const coarse = this.#step(called + textOf(data, SELECTOR), index)
    const fine = data.length < ARGUMENT ? NONE : this.#step(called + textOf(data, ARGUMENT), index)
    return { after, fineAfter: fine.last, fineKey: fine.key, coarseAfter: coarse.last, coarseKey: coarse.key }
  }

  /** The key's number and its last transaction before this one. */
  #step(text: string, index: number): { key: number; last: number } {
    const known = this.#keys.get(text)
    if (known === undefined) {
      const key = this.#keys.size + 1
      this.#keys.set(text, { key, last: index + 1 })
      return { key, last: 0 }
    }
    const { key, last } = known
    known.last = index + 1
    return { key, last }
  }
}

const NONE = { key: 0, last: 0 }
