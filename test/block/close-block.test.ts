import * as assert from 'uvu/assert'
import { DAO_ACCOUNTS, DAO_EXTRA_DATA, DAO_REFUND_CONTRACT } from '../../src/block/dao.js'
import { encodeRequests } from '../../src/block/requests.js'
import {
  BEACON_ROOTS_ADDRESS,
  CONSOLIDATION_REQUEST_ADDRESS,
  HISTORY_STORAGE_ADDRESS,
  SYSTEM_ADDRESS,
  WITHDRAWAL_REQUEST_ADDRESS,
} from '../../src/block/system-calls.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { MAINNET_DEPOSIT_CONTRACT } from '../../src/chain/networks.js'
import { createAddress } from '../../src/codec/address.js'
import { concatBytes } from '../../src/codec/bytes.js'
import { hexToBytes } from '../../src/codec/hex.js'
import type { BlockHeader } from '../../src/types/header.js'
import { childOf } from '../support/header.js'
import { suite } from '../support/suite.js'
import { type Accounts, addressAt, ETHER, MINER, SENDER, TestChain, transfer, word } from '../support/test-chain.js'

const test = suite('block/close-block')

/** Stores its calldata in slot 0 and its caller in slot 1. */
const RECORDER = hexToBytes('0x60003560005533600155')
const REVERTS = hexToBytes('0x60006000fd')
const SILENT = hexToBytes('0x00')
const REQUESTS: Accounts = [
  [WITHDRAWAL_REQUEST_ADDRESS, { code: SILENT }],
  [CONSOLIDATION_REQUEST_ADDRESS, { code: SILENT }],
]

/** Returns one byte. */
function answering(byte: number): Uint8Array {
  return concatBytes(hexToBytes('0x60'), Uint8Array.of(byte), hexToBytes('0x60005360016000f3'))
}

test('EIP-4788, EIP-2935: the opening calls tell their contracts what came before', () => {
  const chain = new TestChain('Prague', [
    ...REQUESTS,
    [BEACON_ROOTS_ADDRESS, { code: RECORDER }],
    [HISTORY_STORAGE_ADDRESS, { code: RECORDER }],
  ])
  const { block } = chain.add({ header: { parentBeaconBlockRoot: word(77) } })
  const { state } = chain.chain.head
  assert.equal(state.slot(BEACON_ROOTS_ADDRESS, word(0)), word(77))
  assert.equal(state.slot(HISTORY_STORAGE_ADDRESS, word(0)), block.header.parentHash)
  for (const contract of [BEACON_ROOTS_ADDRESS, HISTORY_STORAGE_ADDRESS]) {
    assert.equal(state.slot(contract, word(1)), concatBytes(new Uint8Array(12), SYSTEM_ADDRESS))
  }
  assert.is(state.account(SYSTEM_ADDRESS), undefined, 'the caller stays no account')
})

test('an opening call may fail, or have no contract, and the block is good', () => {
  const chain = new TestChain('Cancun', [[BEACON_ROOTS_ADDRESS, { code: REVERTS }]])
  assert.is(chain.add().result.gasUsed, 0n)
  new TestChain('Cancun').add()
  assert.is(new TestChain('Cancun').add().result.diff.length, 0)
})

test('EIP-7002, EIP-7251: what the contracts answer are the requests; an empty answer is none', () => {
  const chain = new TestChain('Prague', [
    [WITHDRAWAL_REQUEST_ADDRESS, { code: answering(0xaa) }],
    [CONSOLIDATION_REQUEST_ADDRESS, { code: SILENT }],
  ])
  const { result } = chain.add()
  assert.equal(encodeRequests(result.requests), [Uint8Array.of(1, 0xaa)])
})

test('a request contract that is not there, or fails, refuses the block', () => {
  const [withdrawals, consolidations] = REQUESTS
  const without = (chain: TestChain) => chain.refusal(chain.draft()).code
  assert.is(without(new TestChain('Prague', [withdrawals!])), 'SystemContractMissing')
  assert.is(without(new TestChain('Prague', [consolidations!])), 'SystemContractMissing')
  const failing: Accounts = [withdrawals!, [CONSOLIDATION_REQUEST_ADDRESS, { code: REVERTS }]]
  assert.is(without(new TestChain('Prague', failing)), 'SystemCallFailed')
})

test('a request contract may be created in the block that calls it', () => {
  // Returns SILENT: one zero byte.
  const initcode = hexToBytes('0x60016000f3')
  const systemContracts = {
    history: HISTORY_STORAGE_ADDRESS,
    withdrawalRequests: WITHDRAWAL_REQUEST_ADDRESS,
    consolidationRequests: createAddress(SENDER, 0n),
  }
  const config = { ...fixtureNetwork('Prague'), systemContracts }
  const chain = new TestChain('Prague', REQUESTS, {}, config)
  assert.is(chain.refusal(chain.draft()).code, 'SystemContractMissing')
  const { to: _, ...creation } = { to: undefined, data: initcode }
  chain.add({ transactions: [transfer({ ...creation, to: undefined as never })] })
})

/** The data of a deposit event: five strings at their places, each of a fill of its own. */
function depositData(): Uint8Array {
  const string = (length: number, fill: number) => {
    const padded = new Uint8Array(Math.ceil(length / 32) * 32)
    padded.fill(fill, 0, length)
    return concatBytes(word(length), padded)
  }
  const offsets = [160, 256, 320, 384, 512].map(word)
  return concatBytes(...offsets, string(48, 1), string(32, 2), string(8, 3), string(96, 4), string(8, 5))
}

/** Logs its calldata as a deposit event. */
const DEPOSIT_LOGGER = concatBytes(
  hexToBytes('0x3660006000377f649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5366000a100'),
)

test('EIP-6110: deposit events become requests, those of another layout refuse the block', () => {
  const accounts: Accounts = [...REQUESTS, [MAINNET_DEPOSIT_CONTRACT, { code: DEPOSIT_LOGGER }]]
  const deposit = (nonce: bigint, data: Uint8Array, to = MAINNET_DEPOSIT_CONTRACT) =>
    transfer({ nonce, to, data, gasLimit: 200_000n })
  const chain = new TestChain('Prague', [...accounts, [addressAt(0xcc), { code: DEPOSIT_LOGGER }]])
  const data = depositData()
  const { result } = chain.add({
    transactions: [deposit(0n, data), deposit(1n, data.subarray(1), addressAt(0xcc)), deposit(2n, data)],
  })
  const fields = [48, 32, 8, 96, 8].map((length, index) => new Uint8Array(length).fill(index + 1))
  assert.equal(encodeRequests(result.requests), [concatBytes(Uint8Array.of(0), ...fields, ...fields)])
  const short = new TestChain('Prague', accounts)
  assert.is(short.refusal(short.draft({ transactions: [deposit(0n, data.subarray(1))] })).code, 'DepositLayout')
})

test('EIP-4895: withdrawals are credited in Gwei after the transactions; one of nothing creates nobody', () => {
  const chain = new TestChain('Shanghai')
  const withdrawal = (index: bigint, address: Uint8Array, amount: bigint) => ({
    index,
    validatorIndex: 1n,
    address,
    amount,
  })
  const withdrawals = [
    withdrawal(0n, addressAt(0xb1), 3n),
    withdrawal(1n, addressAt(0xb2), 0n),
    withdrawal(2n, addressAt(0xb1), 4n),
  ]
  chain.add({ withdrawals })
  assert.is(chain.balanceOf(addressAt(0xb1)), 7_000_000_000n)
  assert.is(chain.balanceOf(addressAt(0xb2)), undefined)
  // What is withdrawn cannot be spent in the same block.
  const broke = new TestChain('Shanghai')
  const early = broke.draft({
    transactions: [transfer({ value: 101n * ETHER })],
    withdrawals: [withdrawal(0n, SENDER, 2n * 10n ** 9n)],
  })
  assert.is(broke.refusal(early).details.rule, 'InsufficientFunds')
})

test('proof of work pays the miner, who gets more for uncles, and the miners of uncles by their age', () => {
  for (const [network, reward] of [
    ['Frontier', 5n],
    ['Byzantium', 3n],
    ['Petersburg', 2n],
  ] as const) {
    const chain = new TestChain(network)
    const genesis = chain.chain.head.header
    const uncleOf = (parent: BlockHeader, coinbase: Uint8Array) => ({ ...childOf(parent, 0), coinbase })
    const fork = chain.add().result.fork
    const sibling = { ...childOf(genesis, fork), coinbase: addressAt(0xb1) }
    chain.add()
    const younger = { ...uncleOf(chain.chain.get(chain.chain.head.header.parentHash)!.header, addressAt(0xb2)) }
    const valid = {
      ...childOf(chain.chain.get(chain.chain.head.header.parentHash)!.header, fork),
      coinbase: younger.coinbase,
    }
    const before = chain.balanceOf(MINER)!
    chain.add({ uncles: [sibling, valid] })
    const base = reward * ETHER
    assert.is(chain.balanceOf(addressAt(0xb1)), (base * 6n) / 8n, network)
    assert.is(chain.balanceOf(addressAt(0xb2)), (base * 7n) / 8n, network)
    assert.is(chain.balanceOf(MINER)! - before, base + base / 16n, network)
  }
})

test('from Paris on nobody is rewarded, and a fee of nothing creates no miner', () => {
  const chain = new TestChain('Paris')
  chain.add({ transactions: [transfer({ gasPrice: 10n ** 9n, gasLimit: 21_000n })] })
  assert.is(chain.balanceOf(MINER), undefined)
})

test('EIP-779: at the fork the accounts of the DAO lose all to the refund contract, and nothing else does', () => {
  const drained = DAO_ACCOUNTS.slice(0, 3)
  const accounts: Accounts = [
    ...drained.map((address, index) => [address, { balance: BigInt(index + 1), nonce: 1n }] as const),
    [addressAt(0xbb), { balance: 5n }],
  ]
  const genesis = { number: 3n, difficulty: 1_000_000n }
  const chain = new TestChain('HomesteadToDaoAt5', accounts, genesis)
  chain.add()
  assert.is(chain.balanceOf(drained[2]!), 3n)
  chain.add({ header: { extraData: DAO_EXTRA_DATA } })
  assert.equal(
    drained.map((address) => chain.balanceOf(address)),
    [0n, 0n, 0n],
  )
  assert.is(chain.balanceOf(DAO_REFUND_CONTRACT), 6n)
  assert.is(chain.balanceOf(addressAt(0xbb)), 5n)
})

test.run()
