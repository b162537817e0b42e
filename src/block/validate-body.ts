import { GAS_PER_BLOB } from '../chain/blob-fee.js'
import { encodeBlock } from '../codec/block.js'
import { equalBytes } from '../codec/bytes.js'
import { headerToRlp } from '../codec/header.js'
import { keccak256 } from '../codec/keccak.js'
import { encodeRlp } from '../codec/rlp.js'
import { encodeTransaction } from '../codec/transaction/index.js'
import { encodeWithdrawal } from '../codec/withdrawal.js'
import { orderedRoot } from '../trie/ordered.js'
import { Fork } from '../types/fork.js'
import type { Block, BlockHeader, Withdrawal } from '../types/header.js'
import type { Transaction } from '../types/transaction.js'
import { type BlockRule, invalidBlock } from './rule.js'

/** 10 MiB, less 2 MiB for what the consensus layer adds (EIP-7934). */
export const MAXIMUM_BLOCK_SIZE = 8_388_608

export function transactionsRoot(transactions: readonly Transaction[]): Uint8Array {
  return orderedRoot(transactions.map((transaction) => encodeTransaction(transaction)))
}

export function withdrawalsRoot(withdrawals: readonly Withdrawal[]): Uint8Array {
  return orderedRoot(withdrawals.map((withdrawal) => encodeWithdrawal(withdrawal)))
}

export function unclesHash(uncles: readonly BlockHeader[]): Uint8Array {
  return keccak256(encodeRlp(uncles.map((uncle) => headerToRlp(uncle))))
}

/**
 * Throws an InvalidBlockError unless the body has the form that its fork asks for, and the uncles of its header. `size`
 * is the length of the encoded block, where it is known.
 */
export function validateBody(block: Block, fork: Fork, size?: number): void {
  const { header, uncles, withdrawals } = block
  if (fork >= Fork.Osaka) validateSize(size ?? encodeBlock(block).length)
  const expected = unclesHash(uncles)
  if (!equalBytes(header.unclesHash, expected)) {
    throw invalidBlock('UnclesHashMismatch', { what: 'uncles hash', expected, got: header.unclesHash })
  }
  if (fork < Fork.Shanghai && withdrawals !== undefined) {
    throw invalidBlock('WithdrawalsUnexpected', {
      what: 'withdrawals',
      expected: 'none before Shanghai',
      got: 'a list',
    })
  }
  if (fork >= Fork.Shanghai && withdrawals === undefined) {
    throw invalidBlock('WithdrawalsMissing', { what: 'withdrawals', expected: 'a list, from Shanghai on', got: 'none' })
  }
}

function validateSize(size: number): void {
  if (size <= MAXIMUM_BLOCK_SIZE) return
  throw invalidBlock('BlockTooLarge', { what: 'size', expected: `at most ${MAXIMUM_BLOCK_SIZE} bytes`, got: size })
}

/**
 * Throws an InvalidBlockError unless the header commits to this body's transactions, withdrawals and blobs. Nothing here
 * needs execution; but a block with a bad transaction has a bad root as well in many fixtures, which then name the
 * transaction as the reason. So it is asked once all transactions are known to be good.
 */
export function validateCommitments(block: Block, fork: Fork): void {
  const { header, transactions, withdrawals } = block
  requireRoot('TransactionsRootMismatch', 'transactions root', transactionsRoot(transactions), header.transactionsRoot)
  if (fork >= Fork.Shanghai) {
    const expected = withdrawalsRoot(withdrawals!)
    requireRoot('WithdrawalsRootMismatch', 'withdrawals root', expected, header.withdrawalsRoot!)
  }
  if (fork >= Fork.Cancun) validateBlobGasUsed(block)
}

function requireRoot(rule: BlockRule, what: string, expected: Uint8Array, got: Uint8Array): void {
  if (!equalBytes(expected, got)) throw invalidBlock(rule, { what, expected, got })
}

function validateBlobGasUsed({ header, transactions }: Block): void {
  let blobs = 0n
  for (const transaction of transactions) {
    if (transaction.type === 3) blobs += BigInt(transaction.blobVersionedHashes.length)
  }
  const expected = blobs * GAS_PER_BLOB
  if (header.blobGasUsed !== expected) {
    throw invalidBlock('BlobGasUsedMismatch', { what: 'blob gas used', expected, got: header.blobGasUsed })
  }
}
