import * as assert from 'uvu/assert'
import { DAO_EXTRA_DATA } from '../../src/block/dao.js'
import type { BlockRule } from '../../src/block/rule.js'
import { EMPTY_UNCLES_HASH, validateHeader } from '../../src/block/validate-header.js'
import { GAS_PER_BLOB } from '../../src/chain/blob-fee.js'
import { forkAt } from '../../src/chain/config.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { headerHash } from '../../src/codec/header.js'
import { InvalidBlockError } from '../../src/errors.js'
import type { ForkName } from '../../src/types/fork.js'
import { Fork } from '../../src/types/fork.js'
import type { BlockHeader } from '../../src/types/header.js'
import { childOf, headerAt } from '../support/header.js'
import { suite } from '../support/suite.js'

const test = suite('block/validate-header')

function check(network: string, parent: BlockHeader, header: BlockHeader): void {
  const config = fixtureNetwork(network)
  const { number, timestamp } = header
  validateHeader(header, { config, fork: forkAt(config, { number, timestamp }), parent })
}

/** The child of a plausible parent on this network, with some fields changed, breaks `rule`. */
function refused(rule: BlockRule, network: ForkName, changes: Partial<BlockHeader>, parentChanges = {}): void {
  const parent = { ...headerAt(Fork[network]), ...parentChanges }
  const header = { ...childOf(parent, Fork[network]), parentHash: headerHash(parent), ...changes }
  assert.throws(
    () => check(network, parent, header),
    (error: unknown) => error instanceof InvalidBlockError && error.code === rule && error.message.includes('expected'),
    `${network}: ${rule}`,
  )
}

function without(header: BlockHeader, name: keyof BlockHeader): BlockHeader {
  const copy = { ...header }
  delete copy[name]
  return copy
}

test('a plausible child is valid in every fork', () => {
  for (const [name, fork] of Object.entries(Fork)) {
    const parent = headerAt(fork)
    assert.not.throws(() => check(name, parent, childOf(parent, fork)), undefined, name)
  }
})

test('the parent is the one named, the number is one more, the time later', () => {
  refused('UnknownParent', 'London', { parentHash: new Uint8Array(32) })
  refused('NumberMismatch', 'London', { number: 12n })
  refused('NumberMismatch', 'London', { number: 10n })
  refused('TimestampNotAfterParent', 'London', { timestamp: 1000n })
  refused('TimestampNotAfterParent', 'London', { timestamp: 999n })
})

test('the gas limit moves by less than a 1024th, between 5000 and 2^63 - 1', () => {
  const bound = 30_000_000n / 1024n
  refused('GasLimitOutOfBounds', 'London', { gasLimit: 30_000_000n + bound })
  refused('GasLimitOutOfBounds', 'London', { gasLimit: 30_000_000n - bound })
  const parent = headerAt(Fork.London)
  for (const gasLimit of [30_000_000n + bound - 1n, 30_000_000n - bound + 1n]) {
    assert.not.throws(() => check('London', parent, { ...childOf(parent, Fork.London), gasLimit }))
  }
  refused('GasLimitTooLow', 'Berlin', { gasLimit: 4999n }, { gasLimit: 5000n })
  refused('GasLimitTooHigh', 'Berlin', { gasLimit: 2n ** 63n }, { gasLimit: 2n ** 63n - 1n })
})

test('EIP-1559: the first block with a base fee has twice the limit of its parent', () => {
  const parent = headerAt(Fork.Berlin)
  parent.number = 4n
  const child = { ...childOf(parent, Fork.Berlin), baseFee: 1_000_000_000n }
  assert.not.throws(() => check('BerlinToLondonAt5', parent, { ...child, gasLimit: 60_000_000n }))
  assert.throws(
    () => check('BerlinToLondonAt5', parent, child),
    (error: unknown) => error instanceof InvalidBlockError && error.code === 'GasLimitOutOfBounds',
  )
})

test('gas used is at most the limit', () => {
  refused('GasUsedAboveLimit', 'Homestead', { gasUsed: 30_000_001n })
})

test('extra data has at most 32 bytes, and ten blocks of the DAO fork have their own', () => {
  refused('ExtraDataTooLong', 'Frontier', { extraData: new Uint8Array(33) })
  const parent = headerAt(Fork.Homestead)
  for (const number of [5n, 14n]) {
    parent.number = number - 1n
    const header = { ...childOf(parent, Fork.Homestead) }
    assert.throws(
      () => check('HomesteadToDaoAt5', parent, header),
      (error: unknown) => error instanceof InvalidBlockError && error.code === 'DaoExtraData',
    )
    assert.not.throws(() => check('HomesteadToDaoAt5', parent, { ...header, extraData: DAO_EXTRA_DATA }))
  }
  for (const number of [4n, 15n]) {
    parent.number = number - 1n
    assert.not.throws(() => check('HomesteadToDaoAt5', parent, childOf(parent, Fork.Homestead)))
  }
})

test('before Paris the difficulty is the computed one; uncles of the parent raise it', () => {
  refused('DifficultyMismatch', 'Homestead', { difficulty: 1n })
  const parent = headerAt(Fork.Byzantium)
  const withUncles = { ...parent, unclesHash: new Uint8Array(32) }
  const child = childOf(parent, Fork.Byzantium)
  assert.throws(
    () => check('Byzantium', withUncles, { ...child, parentHash: headerHash(withUncles) }),
    (error: unknown) => error instanceof InvalidBlockError && error.code === 'DifficultyMismatch',
  )
})

test('EIP-3675: from Paris on there is no difficulty, no nonce and no uncle', () => {
  refused('DifficultyNotZero', 'Paris', { difficulty: 1n })
  refused('NonceNotZero', 'Paris', { nonce: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) })
  refused('UnclesAfterMerge', 'Paris', { unclesHash: new Uint8Array(32) })
})

test('the base fee is the computed one', () => {
  refused('BaseFeeMismatch', 'London', { baseFee: 1n })
})

test('each field is there from its fork on, and not before', () => {
  const fields: [keyof BlockHeader, ForkName, ForkName, string][] = [
    ['baseFee', 'Berlin', 'London', 'BaseFee'],
    ['withdrawalsRoot', 'Paris', 'Shanghai', 'WithdrawalsRoot'],
    ['blobGasUsed', 'Shanghai', 'Cancun', 'BlobGasUsed'],
    ['excessBlobGas', 'Shanghai', 'Cancun', 'ExcessBlobGas'],
    ['parentBeaconBlockRoot', 'Shanghai', 'Cancun', 'ParentBeaconBlockRoot'],
    ['requestsHash', 'Cancun', 'Prague', 'RequestsHash'],
  ]
  for (const [field, before, since, rule] of fields) {
    const value = headerAt(Fork[since])[field]
    refused(`${rule}Unexpected` as BlockRule, before, { [field]: value })
    const parent = headerAt(Fork[since])
    const header = without(childOf(parent, Fork[since]), field)
    assert.throws(
      () => check(since, parent, header),
      (error: unknown) => error instanceof InvalidBlockError && error.code === `${rule}Missing`,
      `${since} without ${field}`,
    )
  }
})

test('EIP-4844: blob gas is whole blobs up to the maximum, the excess the computed one', () => {
  refused('BlobGasUsedAboveLimit', 'Cancun', { blobGasUsed: 7n * GAS_PER_BLOB })
  refused('BlobGasUsedMisaligned', 'Cancun', { blobGasUsed: 1n })
  refused('ExcessBlobGasMismatch', 'Cancun', { excessBlobGas: 1n })
  refused('ExcessBlobGasMismatch', 'Prague', { excessBlobGas: 0n }, { blobGasUsed: 9n * GAS_PER_BLOB })
  refused('ExcessBlobGasMismatch', 'Osaka', { excessBlobGas: 2n ** 64n - 1n })
})

test('the hash of no uncles is what it is said to be', () => {
  assert.equal(headerAt(Fork.Paris).unclesHash, EMPTY_UNCLES_HASH)
})

test.run()
