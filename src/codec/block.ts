import { HeddleError, InputError, InvalidBlockError } from '../errors.js'
import type { Block, Withdrawal } from '../types/header.js'
import type { Transaction } from '../types/transaction.js'
import { headerFromJson, headerFromRlp, headerToRlp } from './header.js'
import { decodeRlp, encodeRlp, encodeRlpListOfEncoded, splitRlpList } from './rlp.js'
import { readList } from './rlp-field.js'
import { decodeTransaction, encodeTransaction, transactionFromJson } from './transaction/index.js'
import { withdrawalFromJson, withdrawalFromRlp, withdrawalToRlp } from './withdrawal.js'

const LIST_PREFIX = 0xc0

export function encodeBlock(block: Block): Uint8Array {
  const parts = [
    encodeRlp(headerToRlp(block.header)),
    encodeRlpListOfEncoded(block.transactions.map(encodeBodyTransaction)),
    encodeRlp(block.uncles.map((uncle) => headerToRlp(uncle))),
  ]
  if (block.withdrawals !== undefined) parts.push(encodeRlp(block.withdrawals.map(withdrawalToRlp)))
  return encodeRlpListOfEncoded(parts)
}

/** A legacy transaction is a list among lists; the envelope of every other type is wrapped as bytes. */
export function encodeBodyTransaction(transaction: Transaction): Uint8Array {
  const envelope = encodeTransaction(transaction)
  return envelope[0]! >= LIST_PREFIX ? envelope : encodeRlp(envelope)
}

/**
 * Whether the fields are those of the block's fork is for the rules to judge. What cannot be a block of any fork is an
 * InvalidBlockError with code MalformedBlock, `details.transaction` where one is at fault, and the reason as its cause.
 */
export function decodeBlock(data: Uint8Array): Block {
  const parts = attempt('block', () => splitRlpList(data))
  if (parts.length !== 3 && parts.length !== 4) {
    throw malformed('block', `expected 3 or 4 items, got ${parts.length}`)
  }
  const [header, transactions, uncles, withdrawals] = parts
  return {
    header: attempt('header', () => headerFromRlp(decodeRlp(header!))),
    transactions: decodeTransactions(transactions!),
    uncles: attempt('uncles', () =>
      readList(decodeRlp(uncles!), 'uncles').map((item, index) => headerFromRlp(item, `uncles[${index}]`)),
    ),
    ...(withdrawals === undefined ? {} : { withdrawals: decodeWithdrawals(withdrawals) }),
  }
}

function decodeTransactions(data: Uint8Array): Transaction[] {
  const items = attempt('transactions', () => splitRlpList(data))
  return items.map((item, index) =>
    attempt(`transaction ${index}`, () => decodeBodyTransaction(item, index), { transaction: index }),
  )
}

export function decodeBodyTransaction(item: Uint8Array, index: number): Transaction {
  if (item[0]! >= LIST_PREFIX) return decodeTransaction(item)
  const envelope = decodeRlp(item) as Uint8Array
  // Bytes that begin like a list would be a legacy transaction in disguise: one block, two encodings.
  if (envelope.length === 0 || envelope[0]! >= LIST_PREFIX) {
    const message = `transaction ${index}: expected a list, or bytes that begin with a type, got ${envelope.length} bytes`
    throw new InputError('TransactionType', message, { index })
  }
  return decodeTransaction(envelope)
}

function decodeWithdrawals(data: Uint8Array): Withdrawal[] {
  return attempt('withdrawals', () =>
    readList(decodeRlp(data), 'withdrawals').map((item, index) => withdrawalFromRlp(item, `withdrawals[${index}]`)),
  )
}

/**
 * A block as nodes give it, with whole transactions. Nodes give no more than the hashes of uncles: their headers go to
 * `uncles`, as JSON.
 */
export function blockFromJson(json: unknown, uncles: readonly unknown[] = []): Block {
  const header = headerFromJson(json, 'block')
  const source = json as Readonly<Record<string, unknown>>
  const named = jsonList(source.uncles ?? [], 'block.uncles')
  if (named.length !== uncles.length) {
    const message = `block.uncles: expected the headers of ${named.length} uncles, got ${uncles.length}`
    throw new InputError('UnclesMissing', message, { expected: named.length, got: uncles.length })
  }
  return {
    header,
    transactions: jsonList(source.transactions, 'block.transactions').map((transaction, index) =>
      transactionFromJson(transaction, `block.transactions[${index}]`),
    ),
    uncles: uncles.map((uncle, index) => headerFromJson(uncle, `block.uncles[${index}]`)),
    ...(source.withdrawals === undefined || source.withdrawals === null
      ? {}
      : {
          withdrawals: jsonList(source.withdrawals, 'block.withdrawals').map((withdrawal, index) =>
            withdrawalFromJson(withdrawal, `block.withdrawals[${index}]`),
          ),
        }),
  }
}

function jsonList(value: unknown, field: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new InputError('InvalidJson', `${field}: expected a list, got ${typeof value}`, { field, expected: 'a list' })
}

function attempt<T>(what: string, decode: () => T, details: Record<string, unknown> = {}): T {
  try {
    return decode()
  } catch (cause) {
    if (!(cause instanceof HeddleError)) throw cause
    throw malformed(what, cause.message, { ...cause.details, ...details }, cause)
  }
}

function malformed(what: string, reason: string, details: Record<string, unknown> = {}, cause?: unknown): HeddleError {
  return new InvalidBlockError('MalformedBlock', `Block ${what}: ${reason}`, details, cause)
}
