import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { INITIAL_BASE_FEE, nextBaseFee } from '../../src/chain/base-fee.js'
import { suite } from '../support/suite.js'

const test = suite('chain/base-fee')

test('EIP-1559: the first block has the initial base fee', () => {
  assert.is(nextBaseFee({ gasLimit: 30_000_000n, gasUsed: 30_000_000n }), INITIAL_BASE_FEE)
})

test('EIP-1559: unchanged at the target, an eighth more when full, an eighth less when empty', () => {
  const parent = { gasLimit: 30_000_000n, baseFee: 8_000_000_000n }
  assert.is(nextBaseFee({ ...parent, gasUsed: 15_000_000n }), 8_000_000_000n)
  assert.is(nextBaseFee({ ...parent, gasUsed: 30_000_000n }), 9_000_000_000n)
  assert.is(nextBaseFee({ ...parent, gasUsed: 0n }), 7_000_000_000n)
})

test('EIP-1559: above the target it rises by 1 at least, below it may stay', () => {
  assert.is(nextBaseFee({ gasLimit: 30_000_000n, gasUsed: 15_000_001n, baseFee: 7n }), 8n)
  assert.is(nextBaseFee({ gasLimit: 30_000_000n, gasUsed: 14_999_999n, baseFee: 7n }), 7n)
})

test('EIP-1559: it never moves by more than an eighth, or 1', () => {
  // Even: half of an odd limit is rounded down, and a full block is then a little more than twice its target.
  const gas = fc.bigInt({ min: 2500n, max: 2n ** 40n }).map((half) => half * 2n)
  fc.assert(
    fc.property(gas, fc.bigInt({ min: 0n, max: 1000n }), fc.bigInt({ min: 0n, max: 2n ** 80n }), (limit, part, fee) => {
      const next = nextBaseFee({ gasLimit: limit, gasUsed: (limit * part) / 1000n, baseFee: fee })
      const bound = fee / 8n + 1n
      return next >= fee - bound && next <= fee + bound && next >= 0n
    }),
  )
})

test.run()
