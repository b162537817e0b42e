import * as assert from 'uvu/assert'
import type { BlockRule } from '../../src/block/rule.js'
import { type Ancestor, validateUncles } from '../../src/block/validate-uncles.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { headerHash } from '../../src/codec/header.js'
import { InvalidBlockError } from '../../src/errors.js'
import { Fork } from '../../src/types/fork.js'
import type { Block, BlockHeader } from '../../src/types/header.js'
import { childOf, headerAt } from '../support/header.js'
import { suite } from '../support/suite.js'

const test = suite('block/validate-uncles')

const config = fixtureNetwork('Berlin')

/** Ten ancestors, the newest first, as a block on top of them sees them. */
function createChain(): Ancestor[] {
  const chain: Ancestor[] = []
  let header = headerAt(Fork.Berlin)
  for (let i = 0; i < 10; i++) {
    chain.unshift({ hash: headerHash(header), header, uncles: [] })
    header = childOf(header, Fork.Berlin)
  }
  return chain
}

const chain = createChain()
const tip = childOf(chain[0]!.header, Fork.Berlin)

/** A block that left the chain after ancestor `index`, where 0 is the parent. */
function uncleAfter(index: number, salt = 1): BlockHeader {
  return { ...childOf(chain[index]!.header, Fork.Berlin), coinbase: new Uint8Array(20).fill(0xa0 + salt) }
}

function blockWith(...uncles: BlockHeader[]): Block {
  return { header: tip, transactions: [], uncles }
}

function refused(rule: BlockRule, uncles: BlockHeader[], ancestors: Ancestor[] = chain): InvalidBlockError {
  try {
    validateUncles(blockWith(...uncles), ancestors, config)
  } catch (error) {
    if (error instanceof InvalidBlockError && error.code === rule) return error
    throw error
  }
  return assert.unreachable(`${rule} was not found`) as never
}

test('none, one or two uncles of the last six generations are valid', () => {
  for (const uncles of [[], [uncleAfter(1)], [uncleAfter(1), uncleAfter(1, 2)], [uncleAfter(6), uncleAfter(3)]]) {
    assert.not.throws(() => validateUncles(blockWith(...uncles), chain, config))
  }
})

test('three uncles are too many', () => {
  refused('TooManyUncles', [uncleAfter(1), uncleAfter(2), uncleAfter(3)])
})

test('an uncle is no brother, and no older than seven generations', () => {
  refused('UncleParent', [uncleAfter(0)])
  refused('UncleParent', [uncleAfter(7)])
  refused('UncleParent', [{ ...uncleAfter(1), parentHash: new Uint8Array(32) }])
})

test('an uncle counts once: in the block and in its ancestors', () => {
  refused('UncleDuplicate', [uncleAfter(2), uncleAfter(2)])
  const nephew = chain.map((ancestor, index) => (index === 1 ? { ...ancestor, uncles: [uncleAfter(3)] } : ancestor))
  refused('UncleAlreadyIncluded', [uncleAfter(3)], nephew)
})

test('an ancestor is no uncle', () => {
  refused('UncleIsAncestor', [chain[0]!.header])
  refused('UncleIsAncestor', [chain[5]!.header])
})

test('an uncle is a valid header of its own fork, and the error names the rule that it breaks', () => {
  const error = refused('UncleInvalid', [{ ...uncleAfter(1), gasLimit: 1n }])
  assert.is(error.details.uncle, 0)
  assert.is(error.details.rule, 'GasLimitTooLow')
  assert.ok(error.cause instanceof InvalidBlockError)
  refused('UncleInvalid', [uncleAfter(2), { ...uncleAfter(1), difficulty: 1n }])
  refused('UncleInvalid', [{ ...uncleAfter(1), number: 3n }])
  refused('UncleInvalid', [{ ...uncleAfter(1), baseFee: 7n }])
})

test.run()
