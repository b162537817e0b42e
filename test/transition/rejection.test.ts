import * as assert from 'uvu/assert'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { createMachine } from '../../src/wasm/machine.js'
import { suite } from '../support/suite.js'
import { type Json, transitionJson } from '../support/transition.js'
import {
  feeMarketTransfer,
  KEY,
  MINER,
  RECIPIENT,
  richSender,
  SENDER,
  stakeBlock,
  transfer,
  workBlock,
} from '../support/transition-input.js'

const test = suite('transition/rejection')

const machine = createMachine()
const FROM = '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A'

function reason(fork: string, transaction: Json, alloc: Json = richSender()): string {
  const env = fork === 'Frontier' || fork === 'Berlin' ? workBlock() : stakeBlock()
  const { result } = transitionJson(machine, { config: fixtureNetwork(fork), alloc, env, txs: [transaction] })
  assert.is(result.rejected?.length, 1)
  assert.equal(result.receipts, [])
  return result.rejected![0]!.error
}

const blob = (fields: Json) =>
  feeMarketTransfer(0, {
    type: '0x3',
    maxFeePerBlobGas: '0x1',
    blobVersionedHashes: [`0x01${'0'.repeat(62)}`],
    ...fields,
  })
const authorization = { chainId: '0x1', address: MINER, nonce: '0x0', yParity: '0x0', r: '0x1', s: '0x1' }
const delegation = (fields: Json) =>
  feeMarketTransfer(0, { type: '0x4', gas: '0xffff', authorizationList: [authorization], ...fields })

/** What geth says: fillers look for these words. */
const REASONS: readonly [fork: string, transaction: Json, reason: string][] = [
  ['Berlin', transfer(3), `nonce too high: address ${FROM}, tx: 3 state: 0`],
  ['Berlin', transfer(0, { gas: '0x5207' }), 'intrinsic gas too low: have 20999, want 21000'],
  ['Berlin', transfer(0, { gas: '0x1000001' }), 'gas limit reached'],
  [
    'Berlin',
    transfer(0, { value: '0xde0b6b3a7640000' }),
    `insufficient funds for gas * price + value: address ${FROM} have 1000000000000000000 want 1000000000000210000`,
  ],
  [
    'Berlin',
    transfer(0, { gasPrice: `0x${'f'.repeat(64)}` }),
    `insufficient funds for gas * price + value: address ${FROM} required balance exceeds 256 bits`,
  ],
  ['Berlin', feeMarketTransfer(0), 'transaction type not supported'],
  ['Frontier', transfer(0), 'invalid transaction v, r, s values'],
  ['Berlin', transfer(0, { secretKey: null }), 'invalid transaction v, r, s values'],
  ['Berlin', transfer(0, { v: '0x29', r: '0x1', s: '0x1' }), 'invalid chain id for signer: have 3 want 1'],
  [
    'Paris',
    feeMarketTransfer(0, { maxFeePerGas: '0x6' }),
    `max fee per gas less than block base fee: address ${FROM}, maxFeePerGas: 6, baseFee: 7`,
  ],
  [
    'Paris',
    feeMarketTransfer(0, { maxPriorityFeePerGas: '0x65' }),
    'max priority fee per gas higher than max fee per gas: ' +
      `address ${FROM}, maxPriorityFeePerGas: 101, maxFeePerGas: 100`,
  ],
  [
    'Shanghai',
    transfer(0, { to: null, gas: '0xfffff', input: `0x${'00'.repeat(49_153)}` }),
    'max initcode size exceeded: code size 49153 limit 49152',
  ],
  ['Shanghai', blob({}), 'blob tx used but field env.ExcessBlobGas missing'],
  ['Cancun', blob({ blobVersionedHashes: [] }), 'blob transaction missing blob hashes'],
  ['Cancun', blob({ blobVersionedHashes: [`0x02${'0'.repeat(62)}`] }), 'blob 0 has invalid hash version'],
  [
    'Cancun',
    blob({ maxFeePerBlobGas: '0x0' }),
    `max fee per blob gas less than block blob gas fee: address ${FROM} blobGasFeeCap: 0, blobBaseFee: 1`,
  ],
  [
    'Cancun',
    blob({ to: null }),
    'rlp: input string too short for common.Address, decoding into (types.Transaction)(types.BlobTx).To',
  ],
  ['Prague', delegation({ authorizationList: [] }), `EIP-7702 transaction with empty auth list (sender ${FROM})`],
  [
    'Prague',
    delegation({ to: null }),
    'rlp: input string too short for common.Address, decoding into (types.Transaction)(types.SetCodeTx).To',
  ],
  ['Prague', transfer(0, { input: '0x11' }), 'intrinsic gas too low: have 21000, want 21016'],
  [
    'Prague',
    transfer(0, { input: '0x11', gas: '0x521c' }),
    'insufficient gas for floor data gas cost: have 21020, want 21040',
  ],
  ['Osaka', transfer(0, { gas: '0x1000001' }), 'transaction gas limit too high (cap: 16777216, tx: 16777217)'],
]

/** Prague wants to ask these for requests. */
const REQUEST_CONTRACTS = {
  '0x00000961ef480eb55e80d19ad83579a64c007002': { code: '0x00' },
  '0x0000bbddc7ce488642fb579f8b00f3a590007251': { code: '0x00' },
}

for (const [fork, transaction, expected] of REASONS) {
  test(`${fork}: ${expected.slice(0, 60)}`, () => {
    assert.is(reason(fork, transaction, richSender(REQUEST_CONTRACTS)), expected)
  })
}

test('a sender with code', () => {
  const alloc = { [SENDER]: { balance: '0xffffffffff', code: '0x00' } }
  assert.is(reason('Berlin', transfer(0), alloc), `sender not an eoa: address ${FROM}`)
})

test('a nonce at its end', () => {
  const alloc = { [SENDER]: { balance: '0xffffffffff', nonce: '0xffffffffffffffff' } }
  const transaction = { ...transfer(0), nonce: '0xffffffffffffffff' }
  const expected = `nonce has max value: address ${FROM}, nonce: 18446744073709551615`
  assert.is(reason('Berlin', transaction, alloc), expected)
})

test('too many blobs for one transaction', () => {
  const blobVersionedHashes = Array.from({ length: 7 }, () => `0x01${'0'.repeat(62)}`)
  const transaction = blob({ blobVersionedHashes })
  assert.is(reason('Osaka', transaction, richSender(REQUEST_CONTRACTS)), 'blob transaction has too many blobs')
})

test('the key signs for its own address only', () => {
  assert.is(KEY.length, 66)
  const other = transfer(0, { secretKey: `0x${'22'.repeat(32)}` })
  assert.match(
    reason('Berlin', other, { [RECIPIENT]: { balance: '0xff' } }),
    /^insufficient funds .* have 0 want 210001$/,
  )
})

test.run()
