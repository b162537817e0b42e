import { decodeBodyTransaction } from '../codec/block.js'
import { hexToBytes, parseQuantity } from '../codec/hex.js'
import { splitRlpList } from '../codec/rlp.js'
import { signTransaction, transactionFromJson } from '../codec/transaction/index.js'
import { InputError } from '../errors.js'
import { at, type JsonObject, readList, readObject, unexpected } from '../fixture/json.js'
import type { Transaction } from '../types/transaction.js'
import { ExitCode, endingWith } from './error.js'

/** A transaction as it was given, or why it cannot be read: one of many may be so. */
export type Candidate = Transaction | InputError

/** Transactions in JSON; those that come with a key instead of a signature are signed. */
export function transactionsFromJson(json: unknown, chainId: bigint): Candidate[] {
  if (json === undefined || json === null) return []
  return endingWith(ExitCode.Json, 'transactions', () =>
    readList(json, 'txs').map((item, index) => readTransaction(item, at('txs', index), chainId)),
  )
}

/** The body of a block: a list of signed transactions. */
export function transactionsFromRlp(body: Uint8Array): Candidate[] {
  const items = endingWith(ExitCode.Rlp, 'transactions', () => splitRlpList(body))
  return items.map((item, index) => {
    try {
      return decodeBodyTransaction(item, index)
    } catch (error) {
      if (error instanceof InputError) return error
      throw error
    }
  })
}

function readTransaction(json: unknown, path: string, chainId: bigint): Transaction {
  const fields = readObject(json, path)
  const transaction = transactionFromJson(json, path)
  const { secretKey } = fields
  const isSigned = (transaction.v | transaction.r | transaction.s) !== 0n
  if (isSigned || secretKey === undefined || secretKey === null) return transaction
  const key = hexToBytes(secretKey as string, at(path, 'secretKey'), 32)
  return sign(transaction, key, fields, path, chainId)
}

/** `protected: false` leaves the chain out of a legacy transaction. */
function sign(
  transaction: Transaction,
  key: Uint8Array,
  fields: JsonObject,
  path: string,
  chainId: bigint,
): Transaction {
  if (transaction.type === 0) return signTransaction(transaction, key, isProtected(fields, path) ? chainId : undefined)
  const named = fields.chainId === undefined || fields.chainId === null ? 0n : parseQuantity(fields.chainId)
  if (named !== 0n && named !== chainId) throw unexpected(at(path, 'chainId'), String(chainId), fields.chainId)
  return signTransaction({ ...transaction, chainId }, key)
}

function isProtected({ protected: value }: JsonObject, path: string): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'boolean') return value
  throw unexpected(at(path, 'protected'), 'true or false', value)
}
