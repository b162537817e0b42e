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
import { invalidBlock } from './rule.js'

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
 * Throws an InvalidBlockError unless the body is the one that the header commits to. `size` is the length of the encoded
 * block, where it is known.
 */
export function validateBody(block: Block, fork: Fork, size?: number): void {
  const { header, transactions, uncles } = block
  if (fork >= Fork.Osaka) validateSize(size ?? encodeBlock(block).length)
  const expectedRoot = transactionsRoot(transactions)
  if (!equalBytes(header.transactionsRoot, expectedRoot)) {
    const got = header.transactionsRoot
    throw invalidBlock('TransactionsRootMismatch', { what: 'transactions root', expected: expectedRoot, got })
  }
  const expectedHash = unclesHash(uncles)
  if (!equalBytes(header.unclesHash, expectedHash)) {
    throw invalidBlock('UnclesHashMismatch', { what: 'uncles hash', expected: expectedHash, got: header.unclesHash })
  }
  validateWithdrawals(block, fork)
  if (fork >= Fork.Cancun) validateBlobGasUsed(block)
}

function validateSize(size: number): void {
  if (size <= MAXIMUM_BLOCK_SIZE) return
  throw invalidBlock('BlockTooLarge', { what: 'size', expected: `at most ${MAXIMUM_BLOCK_SIZE} bytes`, got: size })
}

function validateWithdrawals({ header, withdrawals }: Block, fork: Fork): void {
  if (fork < Fork.Shanghai) {
    if (withdrawals === undefined) return
    throw invalidBlock('WithdrawalsUnexpected', {
      what: 'withdrawals',
      expected: 'none before Shanghai',
      got: 'a list',
    })
  }
  if (withdrawals === undefined) {
    throw invalidBlock('WithdrawalsMissing', { what: 'withdrawals', expected: 'a list, from Shanghai on', got: 'none' })
  }
  const expected = withdrawalsRoot(withdrawals)
  if (!equalBytes(header.withdrawalsRoot!, expected)) {
    throw invalidBlock('WithdrawalsRootMismatch', { what: 'withdrawals root', expected, got: header.withdrawalsRoot })
  }
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
