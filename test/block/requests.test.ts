import { sha256 } from '@noble/hashes/sha2.js'
import * as assert from 'uvu/assert'
import {
  CONSOLIDATION_REQUEST,
  DEPOSIT_REQUEST,
  depositRequest,
  encodeRequests,
  parseDeposit,
  requestsHash,
  WITHDRAWAL_REQUEST,
} from '../../src/block/requests.js'
import { MAINNET_DEPOSIT_CONTRACT } from '../../src/chain/networks.js'
import { bigIntToBytes, concatBytes } from '../../src/codec/bytes.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { keccak256 } from '../../src/codec/keccak.js'
import { InvalidBlockError } from '../../src/errors.js'
import type { Log } from '../../src/types/transaction.js'
import { suite } from '../support/suite.js'

const test = suite('block/requests')

const topic = keccak256(new TextEncoder().encode('DepositEvent(bytes,bytes,bytes,bytes,bytes)'))
const FIELDS: [fill: number, length: number][] = [
  [1, 48],
  [2, 32],
  [3, 8],
  [4, 96],
  [5, 8],
]

/** ABI-encodes the five byte strings as the deposit contract does. */
function depositData(): Uint8Array {
  const heads: Uint8Array[] = []
  const tails: Uint8Array[] = []
  let offset = FIELDS.length * 32
  for (const [fill, length] of FIELDS) {
    heads.push(bigIntToBytes(BigInt(offset), 32))
    const padded = new Uint8Array(Math.ceil(length / 32) * 32).fill(fill, 0, length)
    tails.push(bigIntToBytes(BigInt(length), 32), padded)
    offset += 32 + padded.length
  }
  return concatBytes(...heads, ...tails)
}

const deposit = concatBytes(...FIELDS.map(([fill, length]) => new Uint8Array(length).fill(fill)))

function log(changes: Partial<Log> = {}): Log {
  return { address: MAINNET_DEPOSIT_CONTRACT, topics: [topic], data: depositData(), ...changes }
}

function refused(data: Uint8Array): void {
  assert.throws(
    () => depositRequest([log({ data })], MAINNET_DEPOSIT_CONTRACT),
    (error: unknown) => error instanceof InvalidBlockError && error.code === 'DepositLayout',
  )
}

test('EIP-6110: a deposit is the five fields of its event, joined', () => {
  assert.is(depositData().length, 576)
  assert.equal(parseDeposit(depositData()), deposit)
})

test('EIP-6110: all deposits of the block, in order, and no other log', () => {
  const other = new Uint8Array(20).fill(9)
  const logs = [log(), log({ address: other }), log({ topics: [other] }), log({ topics: [], data: topic }), log()]
  const request = depositRequest(logs, MAINNET_DEPOSIT_CONTRACT)
  assert.is(request.type, DEPOSIT_REQUEST)
  assert.equal(request.data, concatBytes(deposit, deposit))
})

test('EIP-6110: any other layout of the event makes the block invalid', () => {
  refused(depositData().subarray(1))
  refused(concatBytes(depositData(), new Uint8Array(1)))
  refused(new Uint8Array(0))
  const lengths = [160, 256, 320, 384, 512]
  for (const at of [0, 32, 64, 96, 128, ...lengths]) {
    const data = depositData()
    data[at + 31] = data[at + 31]! + 1
    refused(data)
    const huge = depositData()
    huge[at] = 1
    refused(huge)
  }
})

test('EIP-7685: requests go by type, and empty ones are left out', () => {
  const requests = [
    { type: CONSOLIDATION_REQUEST, data: Uint8Array.of(7) },
    { type: WITHDRAWAL_REQUEST, data: new Uint8Array(0) },
    { type: DEPOSIT_REQUEST, data: Uint8Array.of(8, 9) },
  ]
  const [first, second] = [Uint8Array.of(0, 8, 9), Uint8Array.of(2, 7)]
  assert.equal(encodeRequests(requests), [first, second])
  assert.equal(requestsHash(requests), sha256(concatBytes(sha256(first), sha256(second))))
})

test('EIP-7685: the hash of no requests is that of no bytes', () => {
  const none = '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  assert.is(bytesToHex(requestsHash([])), none)
  assert.is(bytesToHex(requestsHash([{ type: DEPOSIT_REQUEST, data: new Uint8Array(0) }])), none)
})

test.run()
