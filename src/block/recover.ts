import { bytesToHex } from '../codec/hex.js'
import type { SignedHash } from '../codec/signature.js'
import {
  checkSignature,
  recoverSender,
  requireSender,
  type SignatureRules,
  senderSignature,
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
  const refusal = each(transactions, (transaction) => {
    messages.push(toMessage(transaction, senderOf(transaction, rules, memo)))
  })
  return withRefusal(messages, refusal)
}

/** Gives each signature's signer, or undefined where no key can have made it. */
export type RecoverSigners = (signed: readonly SignedHash[]) => Promise<(Uint8Array | undefined)[]>

/** The same with all senders recovered by `recover`. Authorities still are in the calling thread: they are few. */
export async function recoverSendersWith(
  recover: RecoverSigners,
  transactions: readonly Transaction[],
  rules: Required<SignatureRules>,
): Promise<RecoveredTransactions> {
  const signed: SignedHash[] = []
  const formed = each(transactions, (transaction) => void signed.push(senderSignature(transaction, rules)))
  const senders = await recover(signed)
  const messages: Message[] = []
  const refusal = each(transactions.slice(0, signed.length), (transaction, index) => {
    messages.push(toMessage(transaction, requireSender(transaction, senders[index])))
  })
  return withRefusal(messages, refusal ?? formed)
}

/** The first refusal, which is also the end. */
function each(
  transactions: readonly Transaction[],
  judge: (transaction: Transaction, index: number) => void,
): InvalidTransactionError | undefined {
  for (const [index, transaction] of transactions.entries()) {
    try {
      judge(transaction, index)
    } catch (refusal) {
      if (refusal instanceof InvalidTransactionError) return refusal
      throw refusal
    }
  }
  return undefined
}

/** Those before it are executed all the same: one of them may be worse. */
function withRefusal(messages: Message[], refusal: InvalidTransactionError | undefined): RecoveredTransactions {
  return refusal === undefined ? { messages } : { messages, refusal }
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
