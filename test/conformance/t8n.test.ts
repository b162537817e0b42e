import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { blockReward } from '../../src/block/rewards.js'
import { type ChainConfig, forkAt } from '../../src/chain/config.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { decodeBlock } from '../../src/codec/block.js'
import { headerHash } from '../../src/codec/header.js'
import { bytesToHex, formatQuantity } from '../../src/codec/hex.js'
import { parseBlockTest } from '../../src/fixture/block-test.js'
import { numberedBlockHash } from '../../src/fixture/environment.js'
import { parseStateTest, type StateTest, type StateTestCase } from '../../src/fixture/state-test.js'
import type { InMemoryState } from '../../src/state/in-memory.js'
import { Fork } from '../../src/types/fork.js'
import type { Block, BlockHeader } from '../../src/types/header.js'
import { createMachine, LARGEST_MEMORY } from '../../src/wasm/machine.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, readJson } from '../support/fixtures.js'
import { suite } from '../support/suite.js'
import { type Json, type TransitionResultJson, transitionJson } from '../support/transition.js'

const test = suite('conformance/t8n')

/** HEDDLE_FULL=1 converts every file. */
const IS_FULL: boolean = process.env.HEDDLE_FULL === '1'

const machine = createMachine({ memory: LARGEST_MEMORY })

function addSuite(archive: string, path: string, sample: number, least: number, check: (file: string) => number): void {
  const folder = fixtureFolder(archive)
  if (folder === undefined) {
    test.skip(`${archive}/${path}: ${HOW_TO_GET_FIXTURES}`)
    return
  }
  const step = IS_FULL ? 1 : sample
  test(`${archive}/${path} as transitions: ${step === 1 ? 'every file' : `one file in ${step}`}`, () => {
    const files = jsonFiles(join(folder, path)).filter((name, index) => index % step === 0 && !name.includes('/.'))
    const compared = files.reduce((sum, file) => sum + check(file), 0)
    assert.ok(compared >= least, `${compared} compared`)
  })
}

addSuite('ethereum-tests', 'GeneralStateTests', 30, 300, checkStateTests)
addSuite('ethereum-tests', 'BlockchainTests/ValidBlocks', 12, 50, checkBlockTests)
addSuite('ethereum-tests', 'BlockchainTests/TransitionTests', 3, 10, checkBlockTests)
addSuite('eest-prague', 'blockchain_tests', 12, 20, checkBlockTests)

/** Gives how many cases were compared. */
function checkStateTests(file: string): number {
  let compared = 0
  for (const [name, json] of Object.entries(readJson(file) as Record<string, Json>)) {
    const stateTest = parseStateTest(name, json)
    for (const testCase of stateTest.cases) {
      const outcome = convertCase(stateTest, testCase, json)
      if (outcome === undefined) continue
      const where = `${file} ${name} ${testCase.path}`
      assert.is(outcome.stateRoot, bytesToHex(testCase.stateRoot), where)
      const isRefused = outcome.rejected !== undefined
      if (testCase.expectException !== undefined) assert.ok(isRefused, where)
      if (!isRefused) assert.is(outcome.logsHash, bytesToHex(testCase.logsHash), where)
      compared++
    }
  }
  return compared
}

/** Undefined where JSON cannot hold the transaction, or a block needs more than a state test gives. */
function convertCase(stateTest: StateTest, testCase: StateTestCase, json: Json): TransitionResultJson | undefined {
  const config = fixtureNetwork(testCase.fork, stateTest.chain)
  const fork = forkAt(config, { number: 1n, timestamp: 1n })
  // Nobody put the contracts of Prague's requests into the state.
  if (fork >= Fork.Prague) return undefined
  const transaction = convertTransaction(json.transaction as Json, testCase, fork)
  if (transaction === undefined) return undefined
  const env = convertEnvironment(json.env as Json, fork)
  const input = { config, alloc: stateTest.pre, env, txs: [transaction] }
  const { result } = transitionJson(machine, { ...input, reward: 0n })
  // Files of later forks do not touch the miner of a refused transaction.
  if (result.rejected === undefined || fork < Fork.SpuriousDragon) return result
  return transitionJson(machine, input).result
}

function convertEnvironment(env: Json, fork: Fork): Json {
  const number = BigInt(env.currentNumber as string)
  const first = number > 256n ? number - 256n : 0n
  const blockHashes: Json = {}
  for (let n = first; n < number; n++) blockHashes[formatQuantity(n)] = bytesToHex(numberedBlockHash(n))
  const { currentDifficulty, ...rest } = env
  return {
    ...rest,
    ...(fork >= Fork.Paris ? { currentRandom: env.currentRandom ?? '0x0' } : { currentDifficulty }),
    currentBaseFee: env.currentBaseFee ?? '0xa',
    currentExcessBlobGas: env.currentExcessBlobGas ?? '0x0',
    parentBeaconBlockRoot: `0x${'0'.repeat(64)}`,
    withdrawals: fork >= Fork.Shanghai ? [] : null,
    blockHashes,
  }
}

function convertTransaction(transaction: Json, testCase: StateTestCase, fork: Fork): Json | undefined {
  const { data, gasLimit, value, accessLists, ...rest } = transaction
  const pick = (list: unknown, index: number) => (list as string[])[index]!
  const chosen = pick(value, testCase.valueIndex)
  if (rest.secretKey === undefined || chosen.startsWith('0x:')) return undefined
  const accessList = (accessLists as Json[] | undefined)?.[testCase.dataIndex]
  return {
    ...rest,
    chainId: '0x1',
    input: pick(data, testCase.dataIndex) || '0x',
    gas: pick(gasLimit, testCase.gasIndex),
    value: chosen === '0x' ? '0x0' : chosen,
    ...(accessList === undefined ? {} : { accessList }),
    protected: fork >= Fork.SpuriousDragon,
  }
}

/** Every block that follows the one before it and is valid; gives how many. */
function checkBlockTests(file: string): number {
  let compared = 0
  for (const [name, json] of Object.entries(readJson(file) as Record<string, Json>)) {
    const { config, genesis, pre, blocks, superseded } = parseBlockTest(name, json)
    if (superseded !== undefined) continue
    let parent = genesis.header
    let state = pre
    let totalDifficulty = parent.difficulty
    const blockHashes: Json = {}
    for (const { encoded, refusal, path } of blocks) {
      if (refusal !== undefined) continue
      const block = decodeBlock(encoded)
      if (bytesToHex(block.header.parentHash) !== bytesToHex(headerHash(parent))) continue
      blockHashes[formatQuantity(parent.number)] = bytesToHex(block.header.parentHash)
      const known = { parent, totalDifficulty, blockHashes }
      const { result, post } = convertBlock(config, block, state, known)
      assert.equal(judgedFields(result), headerFields(block.header), `${file} ${path}`)
      compared++
      parent = block.header
      totalDifficulty += parent.difficulty
      state = post
    }
  }
  return compared
}

interface Known {
  parent: BlockHeader
  totalDifficulty: bigint
  blockHashes: Json
}

/** The first block that has a base fee cannot compute it from its parent's. */
function baseFees(header: BlockHeader, parent: BlockHeader): Json {
  if (header.baseFee === undefined) return {}
  if (parent.baseFee === undefined) return { currentBaseFee: formatQuantity(header.baseFee) }
  return { parentBaseFee: formatQuantity(parent.baseFee) }
}

function convertBlock(
  config: ChainConfig,
  block: Block,
  alloc: InMemoryState,
  { parent, totalDifficulty, blockHashes }: Known,
): ReturnType<typeof transitionJson> {
  const { header, uncles, withdrawals, transactions } = block
  const fork = forkAt(config, { number: header.number, timestamp: header.timestamp, totalDifficulty })
  const env = {
    currentCoinbase: bytesToHex(header.coinbase),
    currentGasLimit: formatQuantity(header.gasLimit),
    currentNumber: formatQuantity(header.number),
    currentTimestamp: formatQuantity(header.timestamp),
    currentRandom: fork >= Fork.Paris ? bytesToHex(header.mixHash) : null,
    parentTimestamp: formatQuantity(parent.timestamp),
    parentGasUsed: formatQuantity(parent.gasUsed),
    parentGasLimit: formatQuantity(parent.gasLimit),
    parentDifficulty: formatQuantity(parent.difficulty),
    parentUncleHash: bytesToHex(parent.unclesHash),
    ...baseFees(header, parent),
    parentExcessBlobGas: formatQuantity(parent.excessBlobGas ?? 0n),
    parentBlobGasUsed: formatQuantity(parent.blobGasUsed ?? 0n),
    parentBeaconBlockRoot: header.parentBeaconBlockRoot === undefined ? null : bytesToHex(header.parentBeaconBlockRoot),
    blockHashes,
    ommers: uncles.map(({ number, coinbase }) => ({
      delta: Number(header.number - number),
      address: bytesToHex(coinbase),
    })),
    withdrawals: withdrawals?.map(({ index, validatorIndex, address, amount }) => ({
      index: formatQuantity(index),
      validatorIndex: formatQuantity(validatorIndex),
      address: bytesToHex(address),
      amount: formatQuantity(amount),
    })),
  }
  const input = { config, alloc, env, transactions }
  return transitionJson(machine, fork >= Fork.Paris ? input : { ...input, reward: blockReward(fork) })
}

const JUDGED = [
  'stateRoot',
  'txRoot',
  'receiptsRoot',
  'logsBloom',
  'currentDifficulty',
  'gasUsed',
  'currentBaseFee',
  'withdrawalsRoot',
  'currentExcessBlobGas',
  'blobGasUsed',
  'requestsHash',
  'rejected',
] as const

type Judged = Partial<Record<(typeof JUDGED)[number], unknown>>

function judgedFields(result: TransitionResultJson): Judged {
  return Object.fromEntries(JUDGED.map((key) => [key, result[key]]))
}

function headerFields(header: BlockHeader): Judged {
  const hex = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : bytesToHex(bytes))
  const quantity = (value: bigint | undefined) => (value === undefined ? undefined : formatQuantity(value))
  return {
    stateRoot: bytesToHex(header.stateRoot),
    txRoot: bytesToHex(header.transactionsRoot),
    receiptsRoot: bytesToHex(header.receiptsRoot),
    logsBloom: bytesToHex(header.logsBloom),
    currentDifficulty: header.difficulty === 0n ? null : formatQuantity(header.difficulty),
    gasUsed: formatQuantity(header.gasUsed),
    currentBaseFee: quantity(header.baseFee),
    withdrawalsRoot: hex(header.withdrawalsRoot),
    currentExcessBlobGas: quantity(header.excessBlobGas),
    blobGasUsed: quantity(header.blobGasUsed),
    requestsHash: hex(header.requestsHash),
    rejected: undefined,
  }
}

test.run()
