import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToBigInt, concatBytes, equalBytes } from '../codec/bytes.js'
import { hexToBytes } from '../codec/hex.js'
import type { Log } from '../types/transaction.js'
import { invalidBlock } from './rule.js'

export const DEPOSIT_REQUEST = 0x00
export const WITHDRAWAL_REQUEST = 0x01
export const CONSOLIDATION_REQUEST = 0x02

/** What a block asks of the consensus layer: all requests of one type, their bytes joined. */
export interface Request {
  type: number
  data: Uint8Array
}

/** keccak256 of DepositEvent(bytes,bytes,bytes,bytes,bytes). */
const DEPOSIT_EVENT = hexToBytes('0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5')

/**
 * The data of a deposit event is five byte strings in the ABI's layout, each with the only place that it may be at:
 *
 *   word 0..4   the offsets of the five strings
 *   at offset   the length, then the bytes, padded to whole words
 */
const DEPOSIT_FIELDS: readonly { name: string; offset: number; length: number }[] = [
  { name: 'pubkey', offset: 160, length: 48 },
  { name: 'withdrawal credentials', offset: 256, length: 32 },
  { name: 'amount', offset: 320, length: 8 },
  { name: 'signature', offset: 384, length: 96 },
  { name: 'index', offset: 512, length: 8 },
]
const DEPOSIT_DATA_LENGTH = 576
const WORD = 32

/** The deposits in the block's logs, in order; a deposit event of another layout makes the block invalid. */
export function depositRequest(logs: Iterable<Log>, depositContract: Uint8Array): Request {
  const deposits: Uint8Array[] = []
  for (const { address, topics, data } of logs) {
    const isDeposit = topics[0] !== undefined && equalBytes(topics[0], DEPOSIT_EVENT)
    if (isDeposit && equalBytes(address, depositContract)) deposits.push(parseDeposit(data))
  }
  return { type: DEPOSIT_REQUEST, data: concatBytes(...deposits) }
}

/** One deposit: the five fields, joined. */
export function parseDeposit(data: Uint8Array): Uint8Array {
  if (data.length !== DEPOSIT_DATA_LENGTH) {
    throw invalidBlock('DepositLayout', {
      what: 'deposit event length',
      expected: DEPOSIT_DATA_LENGTH,
      got: data.length,
    })
  }
  const fields: Uint8Array[] = []
  for (const [index, { name, offset, length }] of DEPOSIT_FIELDS.entries()) {
    requireWord(data, index * WORD, offset, `deposit event offset of ${name}`)
    requireWord(data, offset, length, `deposit event length of ${name}`)
    fields.push(data.subarray(offset + WORD, offset + WORD + length))
  }
  return concatBytes(...fields)
}

function requireWord(data: Uint8Array, at: number, expected: number, what: string): void {
  const got = bytesToBigInt(data.subarray(at, at + WORD))
  if (got !== BigInt(expected)) throw invalidBlock('DepositLayout', { what, expected, got })
}

/** The requests as the consensus layer gets them: type byte and data, in order of type, without the empty ones. */
export function encodeRequests(requests: readonly Request[]): Uint8Array[] {
  return requests
    .filter(({ data }) => data.length > 0)
    .sort((a, b) => a.type - b.type)
    .map(({ type, data }) => concatBytes(Uint8Array.of(type), data))
}

export function requestsHash(requests: readonly Request[]): Uint8Array {
  return sha256(concatBytes(...encodeRequests(requests).map((request) => sha256(request))))
}
