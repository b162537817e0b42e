import { bytesToHex } from '../codec/hex.js'
import {
  checkSignature,
  recoverSender,
  type SignatureRules,
  toMessage,
  transactionHash,
} from '../codec/transaction/index.js'
import { InvalidTransactionError } from '../errors.js'
import type { Message, Transaction } from '../types/transaction.js'

/** Senders by the hash of their transaction, so that a block seen twice (a pool, a sibling) costs no second recovery. */
export type SenderMemo = Map<string, Uint8Array>

/** About 10 MB; past it the memo begins anew. */
const MEMO_LIMIT = 65_536

export interface RecoveredTransactions {
  /** Up to the first that is refused. */
  messages: Message[]
  /** Why the transaction after the last message must not be in the block. */
  refusal?: InvalidTransactionError
}

/**
 * What the transactions of a block are to the core: signatures are judged by the block's fork and chain, and become
 * senders and authorities. It is the slowest step of a block of plain transfers, and the only one that needs no state.
 */
export function recoverSenders(
  transactions: readonly Transaction[],
  rules: Required<SignatureRules>,
  memo?: SenderMemo,
): RecoveredTransactions {
  const messages: Message[] = []
  for (const transaction of transactions) {
    try {
      messages.push(toMessage(transaction, senderOf(transaction, rules, memo)))
    } catch (refusal) {
      // Those before it are executed all the same: one of them may be worse.
      if (refusal instanceof InvalidTransactionError) return { messages, refusal }
      throw refusal
    }
  }
  return { messages }
}

function senderOf(transaction: Transaction, rules: Required<SignatureRules>, memo?: SenderMemo): Uint8Array {
  if (memo === undefined) return recoverSender(transaction, rules)
  const id = bytesToHex(transactionHash(transaction))
  const known = memo.get(id)
  if (known !== undefined) {
    checkSignature(transaction, rules)
    return known
  }
  const sender = recoverSender(transaction, rules)
  if (memo.size >= MEMO_LIMIT) memo.clear()
  memo.set(id, sender)
  return sender
}
