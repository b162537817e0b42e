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
import { inTurns } from '../scheduler/attempt.js'
import type { Message, MessageSource, Transaction } from '../types/transaction.js'

/** Senders by the hash of their transaction, so that a block seen twice (a pool, a sibling) costs no second recovery. */
export type SenderMemo = Map<string, Uint8Array>

/** About 10 MB; past it the memo begins anew. */
const MEMO_LIMIT = 65_536

/** Gives each signature's signer, or undefined where no key can have made it. */
export type RecoverSigners = (signed: readonly SignedHash[]) => Promise<(Uint8Array | undefined)[]>

/**
 * What the transactions of a block are to the core: signatures are judged by the block's fork and chain, and become
 * senders and authorities. It is the slowest step of a block of plain transfers, and the only one that needs no state.
 */
export function signedSource(
  transactions: readonly Transaction[],
  rules: Required<SignatureRules>,
  memo?: SenderMemo,
): MessageSource {
  return {
    count: transactions.length,
    read: (index) => toMessage(transactions[index]!, senderOf(transactions[index]!, rules, memo)),
  }
}

/** The same with all senders recovered by `recover`. Authorities still are in the calling thread: they are few. */
export async function signedSourceWith(
  recover: RecoverSigners,
  transactions: readonly Transaction[],
  rules: Required<SignatureRules>,
  signal?: AbortSignal,
): Promise<MessageSource> {
  const signed: SignedHash[] = []
  const malformed = await refusalOf(() =>
    inTurns(transactions.length, (index) => void signed.push(senderSignature(transactions[index]!, rules)), signal),
  )
  const senders = await recover(signed)
  return {
    count: transactions.length,
    read(index) {
      if (index === signed.length) throw malformed
      return toMessage(transactions[index]!, requireSender(transactions[index]!, senders[index]))
    },
  }
}

/** The same with all messages there beforehand: whoever was to sign them has been recovered, once. */
export async function knownSource(source: MessageSource, signal?: AbortSignal): Promise<MessageSource> {
  const messages: Message[] = []
  const refusal = await refusalOf(() =>
    inTurns(source.count, (index) => void messages.push(source.read(index)), signal),
  )
  return {
    count: source.count,
    read(index) {
      if (index >= messages.length) throw refusal
      return messages[index]!
    },
  }
}

async function refusalOf(run: () => Promise<void>): Promise<InvalidTransactionError | undefined> {
  try {
    await run()
    return undefined
  } catch (refusal) {
    if (refusal instanceof InvalidTransactionError) return refusal
    throw refusal
  }
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
