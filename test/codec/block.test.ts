import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { blockFromJson, decodeBlock, encodeBlock } from '../../src/codec/block.js'
import { equalBytes } from '../../src/codec/bytes.js'
import { headerFromJson, headerHash, headerToRlp } from '../../src/codec/header.js'
import { bytesToHex, hexToBytes } from '../../src/codec/hex.js'
import { encodeRlp, type RlpInput } from '../../src/codec/rlp.js'
import { encodeTransaction } from '../../src/codec/transaction/index.js'
import { withdrawalToRlp } from '../../src/codec/withdrawal.js'
import { InputError, InvalidBlockError } from '../../src/errors.js'
import { Fork } from '../../src/types/fork.js'
import type { Block, Withdrawal } from '../../src/types/header.js'
import type { FeeMarketTransaction, LegacyTransaction } from '../../src/types/transaction.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, mainnetFixtures, readJson } from '../support/fixtures.js'
import { headerAt } from '../support/header.js'
import { suite } from '../support/suite.js'

const test = suite('codec/block')

const to = new Uint8Array(20).fill(7)
const legacy: LegacyTransaction = {
  type: 0,
  nonce: 1n,
  gasPrice: 2n,
  gasLimit: 21_000n,
  to,
  value: 3n,
  data: new Uint8Array(0),
  v: 27n,
  r: 4n,
  s: 5n,
}
const feeMarket: FeeMarketTransaction = {
  type: 2,
  chainId: 1n,
  nonce: 0n,
  maxPriorityFeePerGas: 1n,
  maxFeePerGas: 2n,
  gasLimit: 50_000n,
  value: 0n,
  data: Uint8Array.of(0x60, 0),
  accessList: [],
  v: 1n,
  r: 4n,
  s: 5n,
}
const withdrawal: Withdrawal = { index: 1n, validatorIndex: 0n, address: to, amount: 2n ** 64n - 1n }
const header = headerAt(Fork.Shanghai)
const block: Block = { header, transactions: [legacy, feeMarket], uncles: [], withdrawals: [withdrawal] }

function malformed(parts: RlpInput, details: Record<string, unknown> = {}): void {
  assert.throws(
    () => decodeBlock(encodeRlp(parts)),
    (error: unknown) =>
      error instanceof InvalidBlockError &&
      error.code === 'MalformedBlock' &&
      Object.entries(details).every(([name, value]) => error.details[name] === value),
  )
}

test('a block with each part survives encoding', () => {
  assert.equal(decodeBlock(encodeBlock(block)), block)
  const { withdrawals, ...before } = block
  assert.is(withdrawals!.length, 1)
  const old: Block = { ...before, header: headerAt(Fork.Berlin), uncles: [headerAt(Fork.Berlin)] }
  assert.equal(decodeBlock(encodeBlock(old)), old)
})

test('parts that are missing, too many or no lists are refused', () => {
  const parts: RlpInput[] = [headerToRlp(header), [], [], []]
  malformed(parts.slice(0, 2))
  malformed([...parts, []])
  for (const index of parts.keys()) malformed(parts.map((part, at) => (at === index ? new Uint8Array(1) : part)))
  malformed(new Uint8Array(0))
})

test('a malformed transaction is refused with its index', () => {
  const parts = (transaction: RlpInput): RlpInput => [
    headerToRlp(header),
    [encodeTransaction(feeMarket), transaction],
    [],
  ]
  malformed(parts([]), { transaction: 1 })
  malformed(parts(new Uint8Array(0)), { transaction: 1 })
  malformed(parts(Uint8Array.of(2)), { transaction: 1 })
  malformed(parts(Uint8Array.of(5, 0xc0)), { transaction: 1 })
})

test('a legacy transaction wrapped as bytes is not another encoding of the same block', () => {
  malformed([headerToRlp(header), [encodeTransaction(legacy)], []], { transaction: 0 })
})

test('a malformed withdrawal or uncle is refused', () => {
  const [index, validatorIndex, , amount] = withdrawalToRlp(withdrawal) as RlpInput[]
  const short = [index!, validatorIndex!, to.subarray(1), amount!]
  malformed([headerToRlp(header), [], [], [short]], { field: 'withdrawals[0].address' })
  const large = [2n ** 64n, validatorIndex!, to, amount!]
  malformed([headerToRlp(header), [], [], [large]], { field: 'withdrawals[0].index' })
  malformed([headerToRlp(header), [], [[]], []], { field: 'uncles[0]' })
})

test('JSON that lacks the headers of uncles is refused', () => {
  const [fixture] = [{ uncles: [`0x${'00'.repeat(32)}`], transactions: [] }]
  assert.throws(
    () => blockFromJson(fixture),
    (error: unknown) => error instanceof InputError,
  )
})

const mainnetBlocks = mainnetFixtures().filter(({ json }) => 'parent' in (json as object))
if (mainnetBlocks.length === 0) {
  test.skip(`real blocks: ${HOW_TO_GET_FIXTURES}`)
} else {
  test('real blocks of mainnet have their hash and size, and survive encoding', () => {
    for (const { name, json } of mainnetBlocks) {
      const source = (json as { block: { hash: string; size: string } }).block
      const decoded = blockFromJson(source)
      assert.is(bytesToHex(headerHash(decoded.header)), source.hash, name)
      const encoded = encodeBlock(decoded)
      assert.is(encoded.length, Number(source.size), name)
      assert.equal(decodeBlock(encoded), decoded, name)
    }
  })
}

interface BlockchainTest {
  genesisBlockHeader: { hash: string }
  genesisRLP: string
  blocks: { rlp: string; blockHeader?: { hash: string } }[]
}

const folder = fixtureFolder('ethereum-tests')
if (folder === undefined) {
  test.skip(`official blocks: ${HOW_TO_GET_FIXTURES}`)
} else {
  test('official blocks have the hash of their JSON header, and survive encoding', () => {
    let count = 0
    const check = (rlp: string, json: { hash: string }, name: string) => {
      const data = hexToBytes(rlp)
      const decoded = decodeBlock(data)
      assert.is(bytesToHex(headerHash(decoded.header)), json.hash, name)
      assert.equal(headerFromJson(json), decoded.header, name)
      assert.ok(equalBytes(encodeBlock(decoded), data), name)
      count++
    }
    for (const part of ['ValidBlocks', 'TransitionTests', 'InvalidBlocks']) {
      for (const file of jsonFiles(join(folder, 'BlockchainTests', part))) {
        for (const [name, example] of Object.entries(readJson(file) as Record<string, BlockchainTest>)) {
          check(example.genesisRLP, example.genesisBlockHeader, name)
          for (const { rlp, blockHeader } of example.blocks) {
            if (blockHeader !== undefined) check(rlp, blockHeader, name)
          }
        }
      }
    }
    assert.ok(count > 1000, `expected more than 1000 blocks, got ${count}`)
  })
}

test.run()
