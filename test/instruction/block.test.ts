import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { ending, MAX, numberOf, top, word } from '../support/bytecode.js'
import { COINBASE, hashOfBlock } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/block')

test('blockhash: knows the 256 blocks before this one', () => {
  const environment = { number: 1000n }
  for (const number of [999n, 900n, 744n]) {
    assert.is(top(`${number} BLOCKHASH`, { environment }), numberOf(hashOfBlock(number)), String(number))
  }
})

test('blockhash: any other number gives zero', () => {
  for (const number of [743n, 1000n, 1001n, (1n << 64n) + 999n, MAX]) {
    assert.is(top(`${number} BLOCKHASH`, { environment: { number: 1000n } }), 0n, String(number))
  }
})

test('blockhash: the young chain has fewer than 256 blocks', () => {
  assert.is(top('0 BLOCKHASH', { environment: { number: 2n } }), numberOf(hashOfBlock(0n)))
  assert.is(top('0 BLOCKHASH', { environment: { number: 0n } }), 0n)
})

test('blockhash: asks for each hash once', () => {
  const asked: bigint[] = []
  const blockHash = (number: bigint) => {
    asked.push(number)
    return word(number)
  }
  assert.is(top('5 BLOCKHASH 5 BLOCKHASH ADD 6 BLOCKHASH ADD', { environment: { number: 9n, blockHash } }), 16n)
  // Once in each build.
  assert.equal(asked, [5n, 6n, 5n, 6n])
})

test('coinbase, timestamp, number, gaslimit, chainid: are the block’s', () => {
  const environment = { timestamp: 77n, number: 78n, gasLimit: 79n, chainId: 80n }
  assert.is(top('COINBASE', { environment }), numberOf(COINBASE))
  assert.is(top('TIMESTAMP', { environment }), 77n)
  assert.is(top('NUMBER', { environment }), 78n)
  assert.is(top('GASLIMIT', { environment }), 79n)
  assert.is(top('CHAINID', { environment }), 80n)
})

test('gaslimit, chainid: may be wider than 64 bits', () => {
  const environment = { gasLimit: MAX, chainId: MAX - 1n }
  assert.is(top('GASLIMIT', { environment }), MAX)
  assert.is(top('CHAINID', { environment }), MAX - 1n)
})

test('prevrandao: is the difficulty before Paris and the beacon’s randomness after (EIP-4399)', () => {
  const environment = { difficulty: 12n, prevRandao: word(13n) }
  assert.is(top('PREVRANDAO', { environment, fork: Fork.GrayGlacier }), 12n)
  assert.is(top('PREVRANDAO', { environment, fork: Fork.Paris }), 13n)
})

test('basefee, blobbasefee: are the block’s', () => {
  const environment = { baseFee: 1n << 70n, blobBaseFee: 1n << 71n }
  assert.is(top('BASEFEE', { environment }), 1n << 70n)
  assert.is(top('BLOBBASEFEE', { environment }), 1n << 71n)
})

test('blobhash: is the transaction’s, zero behind the last one', () => {
  const message = { blobVersionedHashes: [word(5n), word(6n)] }
  assert.is(top('1 BLOBHASH', { message }), 6n)
  for (const index of [2n, 1n << 32n, 1n << 64n, MAX]) assert.is(top(`${index} BLOBHASH`, { message }), 0n)
  assert.is(top('0 BLOBHASH'), 0n)
})

test('chainid, basefee, blobhash, blobbasefee: begin with Istanbul, London, Cancun, Cancun', () => {
  const first: [string, Fork][] = [
    ['CHAINID', Fork.Istanbul],
    ['SELFBALANCE', Fork.Istanbul],
    ['BASEFEE', Fork.London],
    ['0 BLOBHASH', Fork.Cancun],
    ['BLOBBASEFEE', Fork.Cancun],
  ]
  for (const [program, fork] of first) {
    assert.is(ending(program, { fork }), 'Stop', program)
    assert.is(ending(program, { fork: (fork - 1) as Fork }), 'UndefinedInstruction', program)
  }
})

test.run()
