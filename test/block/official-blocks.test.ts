import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { invalidBlock } from '../../src/block/rule.js'
import { validateBody, validateCommitments } from '../../src/block/validate-body.js'
import { validateHeader } from '../../src/block/validate-header.js'
import { type Ancestor, UNCLE_GENERATIONS, validateUncles } from '../../src/block/validate-uncles.js'
import { type ChainConfig, forkAt } from '../../src/chain/config.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { mainnet } from '../../src/chain/networks.js'
import { decodeBlock } from '../../src/codec/block.js'
import { headerFromJson, headerHash } from '../../src/codec/header.js'
import { bytesToHex, hexToBytes } from '../../src/codec/hex.js'
import { HeddleError } from '../../src/errors.js'
import { exceptionMatches } from '../../src/fixture/expect-exception.js'
import type { Block } from '../../src/types/header.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, mainnetFixtures, readJson } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('block/official-blocks')

interface BlockchainTest {
  network: string
  genesisRLP: string
  blocks: { rlp: string; expectException?: string; expectExceptionALL?: string }[]
}

interface Link {
  ancestor: Ancestor
  totalDifficulty: bigint
}

/** Blocks that passed, that were refused as expected, and whose fault only execution will show. */
interface Tally {
  valid: number
  refused: number
  later: number
}

/** What execution alone can find; every other exception must be found by the rules tested here. */
const FOUND_BY_EXECUTION =
  /TransactionException|INVALID_(GAS_USED|STATE_ROOT|RECEIPTS_ROOT|LOG_BLOOM|REQUESTS)|GAS_USED_OVERFLOW/

/** Every block that was accepted, by its hash. */
class Chain {
  readonly #links = new Map<string, Link>()
  readonly #config: ChainConfig

  constructor(config: ChainConfig) {
    this.#config = config
  }

  add(block: Block): void {
    const { header, uncles } = block
    const parent = this.#links.get(bytesToHex(header.parentHash))
    const totalDifficulty = (parent?.totalDifficulty ?? 0n) + header.difficulty
    const hash = headerHash(header)
    this.#links.set(bytesToHex(hash), { ancestor: { hash, header, uncles }, totalDifficulty })
  }

  /** `isExecutable`: whether every transaction is good, so that the roots of the body are next. */
  validate(block: Block, isExecutable: boolean): void {
    const { header } = block
    const parent = this.#links.get(bytesToHex(header.parentHash))
    if (parent === undefined) {
      throw invalidBlock('UnknownParent', { what: 'parent hash', expected: 'a known block', got: header.parentHash })
    }
    const { totalDifficulty } = parent
    const fork = forkAt(this.#config, { number: header.number, timestamp: header.timestamp, totalDifficulty })
    validateHeader(header, { config: this.#config, fork, parent: parent.ancestor.header })
    validateUncles(block, this.#ancestors(header.parentHash), this.#config)
    validateBody(block, fork)
    if (isExecutable) validateCommitments(block, fork)
  }

  *#ancestors(hash: Uint8Array): Iterable<Ancestor> {
    let next = this.#links.get(bytesToHex(hash))
    for (let i = 0; i < UNCLE_GENERATIONS && next !== undefined; i++) {
      yield next.ancestor
      next = this.#links.get(bytesToHex(next.ancestor.header.parentHash))
    }
  }
}

function runTest(name: string, example: BlockchainTest, tally: Tally): void {
  const chain = new Chain(fixtureNetwork(example.network))
  chain.add(decodeBlock(hexToBytes(example.genesisRLP)))
  for (const [index, { rlp, ...expected }] of example.blocks.entries()) {
    const exception = expected.expectException ?? expected.expectExceptionALL
    const where = `${name}, block ${index}`
    try {
      const block = decodeBlock(hexToBytes(rlp))
      chain.validate(block, exception === undefined || !exception.includes('TransactionException'))
      if (exception === undefined) chain.add(block)
    } catch (error) {
      if (!(error instanceof HeddleError)) throw error
      assert.ok(exception !== undefined, `${where}: expected a valid block, got ${error.code}: ${error.message}`)
      assert.ok(exceptionMatches(exception, error), `${where}: expected ${exception}, got ${error.code}`)
      tally.refused++
      continue
    }
    if (exception === undefined) tally.valid++
    else {
      assert.match(exception, FOUND_BY_EXECUTION, `${where}: expected ${exception}, got no error`)
      tally.later++
    }
  }
}

function runFolder(folder: string): Tally {
  const tally: Tally = { valid: 0, refused: 0, later: 0 }
  for (const file of jsonFiles(folder)) {
    for (const [name, example] of Object.entries(readJson(file) as Record<string, BlockchainTest>)) {
      runTest(name, example, tally)
    }
  }
  return tally
}

const official = fixtureFolder('ethereum-tests')
if (official === undefined) {
  test.skip(`BlockchainTests: ${HOW_TO_GET_FIXTURES}`)
} else {
  test('official BlockchainTests, as far as no execution is needed', () => {
    const expected: [folder: string, tally: Tally][] = [
      ['ValidBlocks', { valid: 902, refused: 0, later: 0 }],
      ['InvalidBlocks', { valid: 216, refused: 109, later: 118 }],
      ['TransitionTests', { valid: 174, refused: 38, later: 11 }],
      // Of the state tests in block form these have the blocks with wrong blob gas.
      ['GeneralStateTests/Pyspecs', { valid: 2157, refused: 211, later: 209 }],
    ]
    for (const [part, tally] of expected) assert.equal(runFolder(join(official, 'BlockchainTests', part)), tally, part)
  })
}

const prague = fixtureFolder('eest-prague')
if (prague === undefined) {
  test.skip(`EEST blockchain_tests: ${HOW_TO_GET_FIXTURES}`)
} else {
  test('EEST Prague blockchain_tests, as far as no execution is needed', () => {
    assert.equal(runFolder(join(prague, 'blockchain_tests')), { valid: 969, refused: 0, later: 55 })
  })
}

const realBlocks = mainnetFixtures()
if (realBlocks.length === 0) {
  test.skip(`real headers: ${HOW_TO_GET_FIXTURES}`)
} else {
  test('real headers of mainnet, Frontier to Cancun, are valid after their parents', () => {
    let count = 0
    for (const { name, json } of realBlocks) {
      const { block, parent } = json as { block: unknown; parent?: { hash: string } }
      if (parent === undefined) continue
      const header = headerFromJson(block)
      const parentHeader = headerFromJson(parent)
      assert.is(bytesToHex(headerHash(parentHeader)), parent.hash, name)
      const fork = forkAt(mainnet, header)
      assert.not.throws(() => validateHeader(header, { config: mainnet, fork, parent: parentHeader }), undefined, name)
      count++
    }
    assert.is(count, 7)
  })
}

test.run()
