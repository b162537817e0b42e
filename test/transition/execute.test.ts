import * as assert from 'uvu/assert'
import { DAO_ACCOUNTS } from '../../src/block/dao.js'
import {
  CONSOLIDATION_REQUEST_ADDRESS,
  HISTORY_STORAGE_ADDRESS,
  WITHDRAWAL_REQUEST_ADDRESS,
} from '../../src/block/system-calls.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { bytesToHex, hexToBytes } from '../../src/codec/hex.js'
import { ExitCode, TransitionError } from '../../src/transition/error.js'
import { allocToJson } from '../../src/transition/result.js'
import { createMachine } from '../../src/wasm/machine.js'
import { suite } from '../support/suite.js'
import { type Json, type TransitionResultJson, transitionJson } from '../support/transition.js'
import {
  BEACON_ROOTS,
  ETHER,
  feeMarketTransfer,
  MINER,
  RECIPIENT,
  richSender,
  SENDER,
  stakeBlock,
  transfer,
  workBlock,
} from '../support/transition-input.js'

const test = suite('transition/execute')

const machine = createMachine()

interface Given {
  alloc?: Json
  env?: Json
  txs?: Json[]
  reward?: bigint
}

interface Outcome {
  result: TransitionResultJson
  alloc: Record<string, { balance: string; nonce?: string; storage?: Json }>
}

function run(fork: string, given: Given): Outcome {
  const { alloc = richSender(), env = workBlock(), txs = [], reward } = given
  const input = { config: fixtureNetwork(fork), alloc, env, txs, ...(reward === undefined ? {} : { reward }) }
  const { result, post } = transitionJson(machine, input)
  return { result, alloc: allocToJson(post) as Outcome['alloc'] }
}

function exitCodeOf(action: () => unknown): number | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (error instanceof TransitionError) return error.exitCode
    throw error
  }
}

const slot = (digits: string) => `0x${digits.padStart(64, '0')}`

test('a refused transaction is left out; state and gas pool are as before it', () => {
  const env = workBlock({ currentGasLimit: '0xa410' })
  const txs = [transfer(0), transfer(1, { gas: '0x5209' }), transfer(0), transfer(1)]
  const { result, alloc } = run('Byzantium', { env, txs })
  assert.equal(result.rejected, [
    { index: 1, error: 'gas limit reached' },
    { index: 2, error: 'nonce too low: address 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A, tx: 0 state: 1' },
  ])
  assert.is(result.gasUsed, '0xa410')
  assert.equal(
    result.receipts.map(({ cumulativeGasUsed, transactionIndex }) => [cumulativeGasUsed, transactionIndex]),
    [
      ['0x5208', '0x0'],
      ['0xa410', '0x1'],
    ],
  )
  assert.is(alloc[RECIPIENT]?.balance, '0x2')
  assert.is(alloc[SENDER]?.nonce, '0x2')
  const alone = run('Byzantium', { env, txs: [transfer(0), transfer(1)] })
  assert.is(result.stateRoot, alone.result.stateRoot)
  assert.is(result.receiptsRoot, alone.result.receiptsRoot)
})

test('receipts have the state root before Byzantium, and the status always', () => {
  const [before, after] = ['EIP158', 'Byzantium'].map((fork) => run(fork, { txs: [transfer(0)] }).result)
  assert.match(String(before!.receipts[0]!.root), /^0x[0-9a-f]{64}$/)
  assert.is(after!.receipts[0]!.root, '0x')
  assert.is(before!.receipts[0]!.status, '0x1')
  assert.is(after!.receipts[0]!.status, '0x1')
})

test('logs are counted through the block', () => {
  // LOG1 of no bytes with topic 7, twice.
  const contract = { [RECIPIENT]: { code: '0x600760006000a1600760006000a1' } }
  const txs = [0, 1].map((nonce) => transfer(nonce, { gas: '0xffff' }))
  const { result } = run('Berlin', { alloc: richSender(contract), txs })
  const logs = result.receipts.flatMap((receipt) => receipt.logs as Json[])
  assert.equal(
    logs.map(({ logIndex, transactionIndex, topics }) => [logIndex, transactionIndex, topics]),
    ['0x0', '0x1', '0x2', '0x3'].map((logIndex, i) => [logIndex, i < 2 ? '0x0' : '0x1', [slot('7')]]),
  )
})

test('a creation names its contract, a reverted transaction its failure', () => {
  const creation = transfer(0, { to: null, gas: '0x13880', input: '0x00', value: '0x0' })
  const { receipts } = run('Berlin', { txs: [creation, transfer(1, { gas: '0xffff', to: RECIPIENT })] }).result
  assert.match(String(receipts[0]!.contractAddress), /^0x(?!0{40})[0-9a-f]{40}$/)
  assert.is(receipts[1]!.contractAddress, `0x${'0'.repeat(40)}`)
  const failing = { [RECIPIENT]: { code: '0xfe' } }
  assert.is(run('Berlin', { alloc: richSender(failing), txs: [transfer(0)] }).result.receipts[0]!.status, '0x0')
})

test('rewards: the miner gets a 32nd for each ommer, an ommer loses an eighth for each generation', () => {
  const ommer = `0x${'dd'.repeat(20)}`
  const env = workBlock({ ommers: [{ delta: 2, address: ommer }] })
  const { alloc } = run('Byzantium', { alloc: {}, env, reward: 3200n })
  assert.is(BigInt(alloc[MINER]!.balance), 3300n)
  assert.is(BigInt(alloc[ommer]!.balance), 2400n)
})

test('a reward of nothing touches the miner, no reward does not', () => {
  assert.equal(run('Frontier', { alloc: {}, reward: 0n }).alloc, { [MINER]: { balance: '0x0' } })
  assert.equal(run('Frontier', { alloc: {} }).alloc, {})
  const empty = { [MINER]: { balance: '0x0' } }
  assert.equal(run('Paris', { alloc: empty, env: stakeBlock(), reward: 0n }).alloc, {})
  assert.equal(run('Paris', { alloc: empty, env: stakeBlock() }).alloc, empty)
})

test('withdrawals are credited in Gwei, and have a root', () => {
  const withdrawals = [{ index: '0x0', validatorIndex: '0x1', address: RECIPIENT, amount: '0x2' }]
  const { result, alloc } = run('Shanghai', { env: stakeBlock({ withdrawals }) })
  assert.is(BigInt(alloc[RECIPIENT]!.balance), 2_000_000_000n)
  assert.match(String(result.withdrawalsRoot), /^0x[0-9a-f]{64}$/)
  assert.is(run('Paris', { env: stakeBlock({ withdrawals: null }) }).result.withdrawalsRoot, undefined)
})

test('BLOCKHASH: a listed hash is given, one that is not ends the block', () => {
  // SSTORE(0, BLOCKHASH(3))
  const alloc = richSender({ [RECIPIENT]: { code: '0x600340600055' } })
  const txs = [transfer(0, { gas: '0xffff' })]
  const known = run('Berlin', { alloc, txs, env: workBlock({ blockHashes: { 3: slot('abc') } }) })
  assert.equal(known.alloc[RECIPIENT]?.storage, { [slot('0')]: slot('abc') })
  for (const blockHashes of [null, {}, { 2: slot('abc') }]) {
    assert.is(
      exitCodeOf(() => run('Berlin', { alloc, txs, env: workBlock({ blockHashes }) })),
      ExitCode.MissingBlockHash,
    )
  }
})

test('beacon root and history are stored from Cancun and Prague on', () => {
  // SSTORE(0, CALLDATALOAD(0))
  const code = '0x600035600055'
  const history = bytesToHex(HISTORY_STORAGE_ADDRESS)
  const alloc = richSender({ ...requestContracts('0x'), [BEACON_ROOTS]: { code }, [history]: { code } })
  const env = stakeBlock({ blockHashes: { 4: slot('123') } })
  const root = `0x${'b'.repeat(64)}`
  const stored = (fork: string, fields: Json = {}) => {
    const after = run(fork, { alloc, env: { ...env, ...fields } }).alloc
    return [BEACON_ROOTS, history].map((address) => after[address]?.storage?.[slot('0')])
  }
  assert.equal(stored('Shanghai'), [undefined, undefined])
  assert.equal(stored('Cancun'), [root, undefined])
  assert.equal(stored('Prague'), [root, slot('123')])
  assert.equal(stored('Prague', { blockHashes: null }), [root, undefined])
})

/** Contracts that answer every call with `output`, one byte long or empty. */
function requestContracts(output: string): Json {
  const code = output === '0x' ? '0x00' : `0x60${output.slice(2)}60005360016000f3`
  return Object.fromEntries(
    [WITHDRAWAL_REQUEST_ADDRESS, CONSOLIDATION_REQUEST_ADDRESS].map((address) => [bytesToHex(address), { code }]),
  )
}

test('requests: null before Prague; type and data; without the contracts there is no block', () => {
  assert.is(run('Cancun', { env: stakeBlock() }).result.requests, null)
  const { result } = run('Prague', { alloc: requestContracts('0x7f'), env: stakeBlock() })
  assert.equal(result.requests, ['0x017f', '0x027f'])
  assert.match(String(result.requestsHash), /^0x[0-9a-f]{64}$/)
  assert.equal(run('Prague', { alloc: requestContracts('0x'), env: stakeBlock() }).result.requests, [])
  assert.is(
    exitCodeOf(() => run('Prague', { env: stakeBlock() })),
    ExitCode.Evm,
  )
})

test('the DAO fork drains its accounts and touches those that were not there', () => {
  const [first, second] = DAO_ACCOUNTS.map(bytesToHex) as [string, string]
  const { alloc } = run('HomesteadToDaoAt5', { alloc: { [first]: { balance: '0x9' } } })
  assert.equal(alloc[first], { balance: '0x0' })
  assert.equal(alloc[second], { balance: '0x0' })
  assert.equal(alloc['0xbf4ed7b27f1d666546e30d74d50d173d20bca754'], { balance: '0x9' })
})

test('blob gas is counted up to the most that a block may have', () => {
  const blob = (nonce: number, count: number) =>
    feeMarketTransfer(nonce, {
      type: '0x3',
      maxFeePerBlobGas: '0xa',
      blobVersionedHashes: Array.from({ length: count }, () => `0x01${'0'.repeat(62)}`),
    })
  const { result } = run('Cancun', { env: stakeBlock(), txs: [blob(0, 4), blob(1, 3), blob(1, 2)] })
  assert.is(result.blobGasUsed, '0xc0000')
  assert.equal(result.rejected, [{ index: 1, error: 'blob gas (917504) would exceed maximum allowance 786432' }])
  assert.equal(
    result.receipts.map(({ blobGasUsed, blobGasPrice }) => [blobGasUsed, blobGasPrice]),
    [
      ['0x80000', '0x1'],
      ['0x40000', '0x1'],
    ],
  )
  const silent = run('Cancun', { env: stakeBlock({ currentExcessBlobGas: null }), txs: [blob(0, 1)] }).result
  assert.equal(silent.rejected, [{ index: 0, error: 'blob tx used but field env.ExcessBlobGas missing' }])
  assert.is(silent.blobGasUsed, undefined)
})

test('the input is not changed', () => {
  const config = fixtureNetwork('Berlin')
  const { post } = transitionJson(machine, { config, alloc: richSender(), env: workBlock(), txs: [] })
  const root = bytesToHex(post.root())
  transitionJson(machine, { config, alloc: post, env: workBlock(), txs: [transfer(0)] })
  assert.is(bytesToHex(post.root()), root)
  assert.is(post.account(hexToBytes(SENDER))?.balance, ETHER)
})

test.run()
