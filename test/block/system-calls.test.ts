import * as assert from 'uvu/assert'
import { DAO_ACCOUNTS, drainsDao, requiresDaoExtraData } from '../../src/block/dao.js'
import {
  BEACON_ROOTS_ADDRESS,
  CONSOLIDATION_REQUEST_ADDRESS,
  closingCalls,
  HISTORY_STORAGE_ADDRESS,
  openingCalls,
  WITHDRAWAL_REQUEST_ADDRESS,
} from '../../src/block/system-calls.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { mainnet, sepolia } from '../../src/chain/networks.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { Fork } from '../../src/types/fork.js'
import { headerAt } from '../support/header.js'
import { suite } from '../support/suite.js'

const test = suite('block/system-calls')

test('EIP-4788, EIP-2935: the beacon root, then the parent hash, before the first transaction', () => {
  assert.equal(openingCalls(Fork.Shanghai, headerAt(Fork.Shanghai)), [])
  const cancun = headerAt(Fork.Cancun)
  assert.equal(openingCalls(Fork.Cancun, cancun), [
    { address: BEACON_ROOTS_ADDRESS, input: cancun.parentBeaconBlockRoot },
  ])
  const prague = headerAt(Fork.Prague)
  assert.equal(openingCalls(Fork.Prague, prague), [
    { address: BEACON_ROOTS_ADDRESS, input: prague.parentBeaconBlockRoot },
    { address: HISTORY_STORAGE_ADDRESS, input: prague.parentHash },
  ])
  assert.equal(openingCalls(Fork.Prague, { ...prague, number: 0n }), [])
})

test('EIP-7002, EIP-7251: withdrawal, then consolidation requests after the last transaction', () => {
  assert.equal(closingCalls(Fork.Cancun), [])
  const calls = closingCalls(Fork.Prague).map(({ type, address, input }) => [type, address, input.length])
  assert.equal(calls, [
    [1, WITHDRAWAL_REQUEST_ADDRESS, 0],
    [2, CONSOLIDATION_REQUEST_ADDRESS, 0],
  ])
})

test('EIP-779: 116 accounts are drained at one block, and ten blocks say so', () => {
  assert.is(DAO_ACCOUNTS.length, 116)
  assert.is(new Set(DAO_ACCOUNTS.map(bytesToHex)).size, 116)
  assert.ok(drainsDao(mainnet, 1_920_000n))
  assert.not(drainsDao(mainnet, 1_920_001n))
  assert.not(drainsDao(sepolia, 0n))
  const marked = [4n, 5n, 14n, 15n].map((number) => requiresDaoExtraData(fixtureNetwork('HomesteadToDaoAt5'), number))
  assert.equal(marked, [false, true, true, false])
})

test.run()
