import * as assert from 'uvu/assert'
import type { BlockRule } from '../../src/block/rule.js'
import {
  MAXIMUM_BLOCK_SIZE,
  transactionsRoot,
  unclesHash,
  validateBody,
  validateCommitments,
  withdrawalsRoot,
} from '../../src/block/validate-body.js'
import { type BlockOutcome, validateResult } from '../../src/block/validate-result.js'
import { GAS_PER_BLOB } from '../../src/chain/blob-fee.js'
import { InvalidBlockError } from '../../src/errors.js'
import { Fork } from '../../src/types/fork.js'
import type { Block } from '../../src/types/header.js'
import type { BlobTransaction } from '../../src/types/transaction.js'
import { headerAt } from '../support/header.js'
import { suite } from '../support/suite.js'

const test = suite('block/validate-body')

const blobTransaction: BlobTransaction = {
  type: 3,
  chainId: 1n,
  nonce: 0n,
  maxPriorityFeePerGas: 1n,
  maxFeePerGas: 2n,
  gasLimit: 21_000n,
  to: new Uint8Array(20),
  value: 0n,
  data: new Uint8Array(0),
  accessList: [],
  maxFeePerBlobGas: 1n,
  blobVersionedHashes: [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)],
  v: 0n,
  r: 1n,
  s: 1n,
}

function blockAt(fork: Fork): Block {
  const transactions = fork < Fork.Cancun ? [] : [blobTransaction]
  const withdrawals = [{ index: 1n, validatorIndex: 2n, address: new Uint8Array(20), amount: 3n }]
  const header = headerAt(fork)
  header.transactionsRoot = transactionsRoot(transactions)
  if (fork < Fork.Shanghai) return { header, transactions, uncles: [] }
  header.withdrawalsRoot = withdrawalsRoot(withdrawals)
  if (fork >= Fork.Cancun) header.blobGasUsed = 2n * GAS_PER_BLOB
  return { header, transactions, uncles: [], withdrawals }
}

function validate(block: Block, fork: Fork, size?: number): void {
  validateBody(block, fork, size)
  validateCommitments(block, fork)
}

function refused(rule: BlockRule, fork: Fork, change: (block: Block) => Block, size?: number): void {
  assert.throws(
    () => validate(change(blockAt(fork)), fork, size),
    (error: unknown) => error instanceof InvalidBlockError && error.code === rule,
    rule,
  )
}

test('a body that its header commits to is valid in every fork', () => {
  for (const [name, fork] of Object.entries(Fork)) {
    assert.not.throws(() => validate(blockAt(fork), fork), undefined, name)
  }
})

test('every commitment of the header is checked', () => {
  refused('TransactionsRootMismatch', Fork.Cancun, (block) => ({ ...block, transactions: [] }))
  refused('UnclesHashMismatch', Fork.London, (block) => ({ ...block, uncles: [headerAt(Fork.London)] }))
  refused('WithdrawalsRootMismatch', Fork.Shanghai, (block) => ({ ...block, withdrawals: [] }))
  refused('BlobGasUsedMismatch', Fork.Cancun, (block) => ({ ...block, header: { ...block.header, blobGasUsed: 0n } }))
})

test('EIP-4895: withdrawals are there from Shanghai on, and not before', () => {
  refused('WithdrawalsUnexpected', Fork.Paris, (block) => ({ ...block, withdrawals: [] }))
  refused('WithdrawalsMissing', Fork.Shanghai, ({ header, transactions, uncles }) => ({ header, transactions, uncles }))
})

test('EIP-7934: an encoded block has at most 8 MiB from Osaka on', () => {
  refused('BlockTooLarge', Fork.Osaka, (block) => block, MAXIMUM_BLOCK_SIZE + 1)
  assert.not.throws(() => validateBody(blockAt(Fork.Osaka), Fork.Osaka, MAXIMUM_BLOCK_SIZE))
  assert.not.throws(() => validateBody(blockAt(Fork.Prague), Fork.Prague, MAXIMUM_BLOCK_SIZE + 1))
  const data = new Uint8Array(MAXIMUM_BLOCK_SIZE)
  refused('BlockTooLarge', Fork.Osaka, (block) => ({ ...block, transactions: [{ ...blobTransaction, data }] }))
})

test('the hash of an uncle list is over headers, not hashes', () => {
  const one = unclesHash([headerAt(Fork.London)])
  assert.is(one.length, 32)
  assert.not.equal(one, unclesHash([headerAt(Fork.London), headerAt(Fork.London)]))
})

test('the header says what execution found', () => {
  const header = headerAt(Fork.Prague)
  const { gasUsed, logsBloom, receiptsRoot, requestsHash, stateRoot } = header
  const outcome: BlockOutcome = { gasUsed, logsBloom, receiptsRoot, requestsHash: requestsHash!, stateRoot }
  assert.not.throws(() => validateResult(header, outcome))
  const other = new Uint8Array(32)
  const changes: [BlockRule, Partial<BlockOutcome>][] = [
    ['GasUsedMismatch', { gasUsed: gasUsed + 1n }],
    ['LogsBloomMismatch', { logsBloom: new Uint8Array(256).fill(1) }],
    ['ReceiptsRootMismatch', { receiptsRoot: other }],
    ['RequestsHashMismatch', { requestsHash: other }],
    ['StateRootMismatch', { stateRoot: other }],
  ]
  for (const [rule, change] of changes) {
    assert.throws(
      () => validateResult(header, { ...outcome, ...change }),
      (error: unknown) => error instanceof InvalidBlockError && error.code === rule,
      rule,
    )
  }
})

test.run()
