import { encodeRequests, requestsHash } from '../block/requests.js'
import { GAS_PER_BLOB } from '../chain/blob-fee.js'
import { createAddress } from '../codec/address.js'
import { encodeBodyTransaction } from '../codec/block.js'
import { compareBytes } from '../codec/bytes.js'
import { bytesToHex, formatQuantity } from '../codec/hex.js'
import { BLOOM_SIZE, logsHash, mergeBloom } from '../codec/logs.js'
import { encodeReceipt } from '../codec/receipt.js'
import { encodeRlpListOfEncoded } from '../codec/rlp.js'
import { encodeTransaction } from '../codec/transaction/index.js'
import { encodeWithdrawal } from '../codec/withdrawal.js'
import type { InMemoryState } from '../state/in-memory.js'
import { orderedRoot } from '../trie/ordered.js'
import { isSuccess } from '../types/status.js'
import type { CompleteBlock } from './complete.js'
import type { Included, TransitionOutcome } from './execute.js'

type Json = Record<string, unknown>

/** The block has no hash yet; receipts and logs carry geth's placeholder. */
const BLOCK_HASH = `0x1337${'0'.repeat(60)}`
const NO_ADDRESS = `0x${'0'.repeat(40)}`

/** Fields in geth's order; null where geth has null. */
export function resultToJson(block: CompleteBlock, outcome: TransitionOutcome): Json {
  const { included, rejected, gasUsed, blobGasUsed, requests, post } = outcome
  const { baseFee, withdrawals, blobs, difficulty } = block
  return {
    stateRoot: bytesToHex(post.root()),
    txRoot: bytesToHex(orderedRoot(included.map(({ transaction }) => encodeTransaction(transaction)))),
    receiptsRoot: bytesToHex(orderedRoot(included.map(({ receipt }) => encodeReceipt(receipt)))),
    logsHash: bytesToHex(logsHash(included.flatMap(({ result }) => result.logs))),
    logsBloom: bytesToHex(joinBlooms(included)),
    receipts: receiptsToJson(block, included),
    ...(rejected.length === 0 ? {} : { rejected }),
    currentDifficulty: difficulty === undefined ? null : formatQuantity(difficulty),
    gasUsed: formatQuantity(gasUsed),
    ...(baseFee === undefined ? {} : { currentBaseFee: formatQuantity(baseFee) }),
    ...(withdrawals === undefined
      ? {}
      : { withdrawalsRoot: bytesToHex(orderedRoot(withdrawals.map(encodeWithdrawal))) }),
    ...(blobs === undefined
      ? {}
      : { currentExcessBlobGas: formatQuantity(blobs.excessGas), blobGasUsed: formatQuantity(blobGasUsed) }),
    ...(requests === undefined ? {} : { requestsHash: bytesToHex(requestsHash(requests)) }),
    requests: requests === undefined ? null : encodeRequests(requests).map(bytesToHex),
  }
}

function receiptsToJson(block: CompleteBlock, included: readonly Included[]): Json[] {
  let logIndex = 0
  return included.map(({ transaction, hash, message, result, receipt }, index) => {
    const place = {
      blockNumber: formatQuantity(block.number),
      transactionHash: bytesToHex(hash),
      transactionIndex: formatQuantity(index),
      blockHash: BLOCK_HASH,
      blockTimestamp: formatQuantity(block.timestamp),
    }
    const { outcome, type } = receipt
    return {
      ...(type === 0 ? {} : { type: formatQuantity(type) }),
      root: outcome instanceof Uint8Array ? bytesToHex(outcome) : '0x',
      status: isSuccess(result.status) ? '0x1' : '0x0',
      cumulativeGasUsed: formatQuantity(receipt.cumulativeGasUsed),
      logsBloom: bytesToHex(receipt.bloom!),
      logs: result.logs.map(({ address, topics, data }) => ({
        address: bytesToHex(address),
        topics: topics.map(bytesToHex),
        data: bytesToHex(data),
        ...place,
        logIndex: formatQuantity(logIndex++),
        removed: false,
      })),
      transactionHash: place.transactionHash,
      contractAddress:
        message.to === undefined ? bytesToHex(createAddress(message.sender, transaction.nonce)) : NO_ADDRESS,
      gasUsed: formatQuantity(result.gasUsed),
      effectiveGasPrice: null,
      ...(transaction.type === 3
        ? {
            blobGasUsed: formatQuantity(BigInt(transaction.blobVersionedHashes.length) * GAS_PER_BLOB),
            blobGasPrice: formatQuantity(block.blobs!.baseFee),
          }
        : {}),
      blockHash: BLOCK_HASH,
      blockNumber: place.blockNumber,
      transactionIndex: place.transactionIndex,
    }
  })
}

function joinBlooms(included: readonly Included[]): Uint8Array {
  const joined = new Uint8Array(BLOOM_SIZE)
  for (const { receipt } of included) mergeBloom(joined, receipt.bloom!)
  return joined
}

/** The transactions that made it into the block, as its body holds them. */
export function bodyToHex(included: readonly Included[]): string {
  return bytesToHex(encodeRlpListOfEncoded(included.map(({ transaction }) => encodeBodyTransaction(transaction))))
}

/** By address, and within an account by slot; what is zero or empty is left out, but for balances. */
export function allocToJson(state: InMemoryState): Json {
  const alloc: Json = {}
  for (const address of [...state.addresses()].sort(compareBytes)) {
    const { nonce, balance, codeHash, hasStorage } = state.account(address)!
    const code = state.code(codeHash)
    const slots = hasStorage ? state.slots(address).sort(([a], [b]) => compareBytes(a, b)) : []
    alloc[bytesToHex(address)] = {
      ...(code.length === 0 ? {} : { code: bytesToHex(code) }),
      ...(slots.length === 0
        ? {}
        : { storage: Object.fromEntries(slots.map(([key, value]) => [bytesToHex(key), bytesToHex(value)])) }),
      balance: formatQuantity(balance),
      ...(nonce === 0n ? {} : { nonce: formatQuantity(nonce) }),
    }
  }
  return alloc
}
