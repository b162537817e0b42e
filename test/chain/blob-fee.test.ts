import * as assert from 'uvu/assert'
import { blobBaseFee, fakeExponential, GAS_PER_BLOB, maxBlobGas, nextExcessBlobGas } from '../../src/chain/blob-fee.js'
import { CANCUN_BLOBS, PRAGUE_BLOBS } from '../../src/chain/networks.js'
import { InputError } from '../../src/errors.js'
import { Fork } from '../../src/types/fork.js'
import { suite } from '../support/suite.js'

const test = suite('chain/blob-fee')

test('EIP-4844: the exponential agrees with e ** x', () => {
  for (const [numerator, denominator] of [
    [0n, 1n],
    [1n, 1n],
    [7n, 3n],
    [50n, 2n],
  ] as const) {
    const scale = 1_000_000n
    const exact = Math.exp(Number(numerator) / Number(denominator)) * Number(scale)
    const got = Number(fakeExponential(scale, numerator, denominator))
    assert.ok(Math.abs(got - exact) <= exact * 1e-6 + 50, `e ** (${numerator}/${denominator}): ${exact}, got ${got}`)
  }
})

test('EIP-4844: a blob costs 1 wei until the excess begins to count', () => {
  assert.is(blobBaseFee(0n, CANCUN_BLOBS), 1n)
  // ln 2 of the update fraction: the first integer result of 2.
  assert.is(blobBaseFee(2_314_057n, CANCUN_BLOBS), 1n)
  assert.is(blobBaseFee(2_314_058n, CANCUN_BLOBS), 2n)
})

test('a blob base fee beyond 256 bits is refused, however absurd the excess', () => {
  assert.throws(
    () => blobBaseFee(2n ** 64n - 1n, CANCUN_BLOBS),
    (error: unknown) => error instanceof InputError,
  )
})

test('EIP-4844: the excess grows by what is above the target and never falls below zero', () => {
  const used = (blobs: bigint) => blobs * GAS_PER_BLOB
  const next = (excess: bigint, blobs: bigint) =>
    nextExcessBlobGas(Fork.Cancun, CANCUN_BLOBS, { excessBlobGas: excess, blobGasUsed: used(blobs), baseFee: 7n })
  assert.is(next(0n, 0n), 0n)
  assert.is(next(0n, 3n), 0n)
  assert.is(next(0n, 4n), GAS_PER_BLOB)
  assert.is(next(used(2n), 0n), 0n)
  assert.is(next(used(5n), 6n), used(8n))
  assert.is(nextExcessBlobGas(Fork.Cancun, CANCUN_BLOBS, {}), 0n)
})

test('EIP-7691: Prague doubles the target and moves the maximum to 9', () => {
  assert.is(maxBlobGas(PRAGUE_BLOBS), 9n * GAS_PER_BLOB)
  const parent = { excessBlobGas: 0n, blobGasUsed: 9n * GAS_PER_BLOB, baseFee: 7n }
  assert.is(nextExcessBlobGas(Fork.Prague, PRAGUE_BLOBS, parent), 3n * GAS_PER_BLOB)
})

test('EIP-7918: below the reserve price the excess does not fall', () => {
  const parent = { excessBlobGas: 20n * GAS_PER_BLOB, blobGasUsed: 6n * GAS_PER_BLOB, baseFee: 1_000_000_000n }
  assert.is(nextExcessBlobGas(Fork.Prague, PRAGUE_BLOBS, parent), 20n * GAS_PER_BLOB)
  assert.is(nextExcessBlobGas(Fork.Osaka, PRAGUE_BLOBS, parent), 22n * GAS_PER_BLOB)
  // 8192 * 16 = 131072 * 1: at 16 wei the reserve is met exactly, above it is not.
  const atPrice = { excessBlobGas: 0n, blobGasUsed: 9n * GAS_PER_BLOB, baseFee: 16n }
  assert.is(nextExcessBlobGas(Fork.Osaka, PRAGUE_BLOBS, atPrice), 3n * GAS_PER_BLOB)
  assert.is(nextExcessBlobGas(Fork.Osaka, PRAGUE_BLOBS, { ...atPrice, baseFee: 17n }), 3n * GAS_PER_BLOB)
  const busy = { excessBlobGas: GAS_PER_BLOB, blobGasUsed: 6n * GAS_PER_BLOB, baseFee: 17n }
  assert.is(nextExcessBlobGas(Fork.Osaka, PRAGUE_BLOBS, { ...busy, baseFee: 16n }), GAS_PER_BLOB)
  assert.is(nextExcessBlobGas(Fork.Osaka, PRAGUE_BLOBS, busy), 3n * GAS_PER_BLOB)
})

test('EIP-7918: below the target the excess is zero, whatever the price', () => {
  const parent = { excessBlobGas: 0n, blobGasUsed: 5n * GAS_PER_BLOB, baseFee: 10n ** 12n }
  assert.is(nextExcessBlobGas(Fork.Osaka, PRAGUE_BLOBS, parent), 0n)
})

test.run()
