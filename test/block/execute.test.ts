import * as assert from 'uvu/assert'
import type { BlockRule } from '../../src/block/rule.js'
import { equalBytes } from '../../src/codec/bytes.js'
import { hexToBytes } from '../../src/codec/hex.js'
import { addressOfPrivateKey } from '../../src/codec/signature.js'
import { signAuthorization, signTransaction } from '../../src/codec/transaction/index.js'
import { InvalidTransactionError } from '../../src/errors.js'
import type { BlockHeader } from '../../src/types/header.js'
import { Status } from '../../src/types/status.js'
import type { Transaction } from '../../src/types/transaction.js'
import { suite } from '../support/suite.js'
import {
  addressAt,
  ETHER,
  GWEI,
  KEY,
  MINER,
  SENDER,
  stateOf,
  TestChain,
  transfer,
  word,
} from '../support/test-chain.js'

const test = suite('block/execute')

const FRIEND = addressAt(0xbb)
const CONTRACT = addressAt(0xcc)
const EMPTY = new Uint8Array(0)

test('what a block leaves is what its transactions, one after the other, make of the state', () => {
  const chain = new TestChain('Berlin')
  const transactions = [transfer({ value: ETHER }), transfer({ nonce: 1n, value: 2n * ETHER, gasPrice: GWEI })]
  const { result } = chain.add({ transactions })
  assert.equal(
    result.receipts.map(({ outcome, cumulativeGasUsed }) => [outcome, cumulativeGasUsed]),
    [
      [true, 21_000n],
      [true, 42_000n],
    ],
  )
  assert.is(result.gasUsed, 42_000n)
  const fees = 21_000n * 3n * GWEI
  const expected = stateOf([
    [SENDER, { nonce: 2n, balance: 97n * ETHER - fees }],
    [FRIEND, { balance: 3n * ETHER }],
    [MINER, { balance: 2n * ETHER + fees }],
  ])
  assert.equal(result.stateRoot, expected.root())
  assert.equal(chain.chain.head.state.root(), expected.root())
})

test('EIP-658: before Byzantium a receipt has the state root after its transaction', () => {
  // Counts in slot 0, and clears slot 1 again in the second transaction.
  const code = hexToBytes('0x600160005401600055600154156001550000')
  const chain = new TestChain('SpuriousDragon', [[CONTRACT, { code }]])
  const call = (nonce: bigint) => transfer({ nonce, to: CONTRACT, gasPrice: GWEI })
  const { result } = chain.add({ transactions: [call(0n), call(1n), call(2n)] })
  let spent = 0n
  for (const [index, { outcome, cumulativeGasUsed }] of result.receipts.entries()) {
    spent = cumulativeGasUsed * GWEI
    const slots: [Uint8Array, Uint8Array][] = [
      [word(0), word(index + 1)],
      [word(1), word(index % 2 === 0 ? 1 : 0)],
    ]
    const expected = stateOf([
      [SENDER, { nonce: BigInt(index) + 1n, balance: 100n * ETHER - spent }],
      [MINER, { balance: spent }],
      [CONTRACT, { code, slots }],
    ])
    assert.equal(outcome, expected.root(), `transaction ${index}`)
  }
  assert.is(chain.balanceOf(MINER), 5n * ETHER + spent)
})

test('from Byzantium on a receipt says whether its transaction succeeded, and keeps no logs of one that failed', () => {
  // LOG0, and then INVALID when there is calldata.
  const code = hexToBytes('0x60006000a036600a57005bfe')
  const chain = new TestChain('Byzantium', [[CONTRACT, { code }]])
  const { result } = chain.add({
    transactions: [transfer({ to: CONTRACT }), transfer({ nonce: 1n, to: CONTRACT, data: Uint8Array.of(1) })],
  })
  assert.equal(
    result.receipts.map(({ outcome, logs }) => [outcome, logs.length]),
    [
      [true, 1],
      [false, 0],
    ],
  )
  assert.is(result.results.at(1).status, Status.DesignatedInvalid)
  assert.equal(result.logsBloom, result.receipts[0]!.bloom)
  assert.ok(result.logsBloom.some((byte) => byte !== 0))
})

test('receipts carry the type of their transaction', () => {
  const chain = new TestChain('Prague', systemContracts())
  const shared = { chainId: 1n, gasLimit: 100_000n, to: FRIEND, value: 0n, data: EMPTY, accessList: [] }
  const priced = { ...shared, maxFeePerGas: 2n * GWEI, maxPriorityFeePerGas: 0n }
  const blobs = { maxFeePerBlobGas: GWEI, blobVersionedHashes: [new Uint8Array(32).fill(1)] }
  const authorization = signAuthorization({ chainId: 1n, address: CONTRACT, nonce: 0n }, new Uint8Array(32).fill(8))
  const transactions: Transaction[] = [
    transfer(),
    signTransaction({ type: 1, nonce: 1n, gasPrice: 2n * GWEI, ...shared }, KEY),
    signTransaction({ type: 2, nonce: 2n, ...priced }, KEY),
    signTransaction({ type: 3, nonce: 3n, ...priced, ...blobs }, KEY),
    signTransaction({ type: 4, nonce: 4n, ...priced, authorizationList: [authorization] }, KEY),
  ]
  const { result } = chain.add({ transactions })
  assert.equal(
    result.receipts.map(({ type, outcome }) => [type, outcome]),
    [0, 1, 2, 3, 4].map((type) => [type, true]),
  )
  const delegated = chain.chain.head.state.account(addressOfPrivateKey(new Uint8Array(32).fill(8)))!
  assert.equal(chain.chain.head.state.code(delegated.codeHash), hexToBytes(`0xef0100${'cc'.repeat(20)}`))
})

/** Answers with nothing, where the two request contracts of Prague are. */
function systemContracts(): [Uint8Array, { code: Uint8Array }][] {
  return [
    [hexToBytes('0x00000961ef480eb55e80d19ad83579a64c007002'), { code: hexToBytes('0x00') }],
    [hexToBytes('0x0000bbddc7ce488642fb579f8b00f3a590007251'), { code: hexToBytes('0x00') }],
  ]
}

test('BLOCKHASH knows the 256 blocks before, on the branch of its own block', () => {
  // Stores the hash of the block whose number is in the calldata.
  const chain = new TestChain('Shanghai', [[CONTRACT, { code: hexToBytes('0x60003540600055') }]])
  for (let i = 0; i < 258; i++) chain.add()
  const { number } = chain.chain.head.header
  const hashOf = (back: bigint) => {
    let link = chain.chain.head
    while (link.header.number !== number - back) link = chain.chain.get(link.header.parentHash)!
    return link.hash
  }
  const asked = [0n, 1n, 255n, 256n]
  const expected = asked.map((back) => (back < 256n ? hashOf(back) : undefined))
  for (const [index, back] of asked.entries()) {
    const parent = chain.chain.head
    const transactions = [transfer({ nonce: BigInt(index), to: CONTRACT, data: word(number - back) })]
    chain.add({ transactions }, parent.header)
    const stored = chain.slotOf(CONTRACT, 0)
    // Each block is one further from what it asks for.
    const isKnown = back + BigInt(index) < 256n
    assert.equal(stored, isKnown ? expected[index] : undefined, `${back} blocks before`)
  }
})

test('an account is the same whatever stands above its address on the stack', () => {
  // Counts its calls; the second contract calls it with all bits above the address set.
  const counter = hexToBytes('0x600160005401600055')
  const caller = hexToBytes(`0x6000600060006000600073${'cc'.repeat(20)}60001960a01b175af1`)
  const chain = new TestChain('Shanghai', [
    [CONTRACT, { code: counter }],
    [addressAt(0xdd), { code: caller }],
  ])
  const transactions = [CONTRACT, addressAt(0xdd), CONTRACT].map((to, index) => transfer({ nonce: BigInt(index), to }))
  const { result } = chain.add({ transactions })
  assert.equal(
    Array.from(result.results, ({ status }) => status),
    [Status.Stop, Status.Stop, Status.Stop],
  )
  assert.equal(chain.slotOf(CONTRACT, 0), word(3))
})

/** Accepts nothing but a refusal for `code` at `transaction`, after which the chain goes on as if nothing had been. */
function refused(chain: TestChain, transactions: Transaction[], code: string, transaction: number): void {
  const before = chain.chain.head
  const root = before.state.root()
  const error = chain.refusal(chain.draft({ transactions }))
  assert.is(error.code, 'InvalidTransaction')
  assert.equal([error.details.transaction, error.details.rule], [transaction, code], error.message)
  assert.instance(error.cause, InvalidTransactionError)
  assert.is(chain.chain.head, before)
  assert.equal(before.state.root(), root)
  chain.add({ transactions: [transfer({ value: 1n })] })
  assert.is(chain.balanceOf(FRIEND), 1n)
}

test('a bad transaction refuses the block, with its index and its rule', () => {
  const good = transfer()
  refused(new TestChain('Berlin'), [good, transfer({ nonce: 2n })], 'NonceTooHigh', 1)
  refused(new TestChain('Berlin'), [good, good], 'NonceTooLow', 1)
  refused(new TestChain('Berlin'), [transfer({ value: 101n * ETHER })], 'InsufficientFunds', 0)
  refused(new TestChain('Berlin'), [transfer({ gasLimit: 20_999n })], 'IntrinsicGas', 0)
  refused(new TestChain('London'), [good, transfer({ nonce: 1n, gasPrice: 1n })], 'FeeBelowBaseFee', 1)
})

test('transactions share the gas limit of their block', () => {
  const half = { gasLimit: 15_000_001n }
  // The first uses far less than its limit, and what it leaves is there for the second.
  new TestChain('Berlin').add({ transactions: [transfer(half), transfer({ ...half, nonce: 1n })] })
  const rest = transfer({ nonce: 1n, gasLimit: 30_000_000n - 20_999n })
  refused(new TestChain('Berlin'), [transfer(half), rest], 'BlockGasLimit', 1)
  refused(new TestChain('Berlin'), [transfer({ gasLimit: 2n ** 63n, gasPrice: 0n })], 'BlockGasLimit', 0)
  refused(new TestChain('Berlin'), [transfer({ gasLimit: 2n ** 64n - 1n, gasPrice: 0n })], 'BlockGasLimit', 0)
})

test('signatures are judged by the fork and the chain of the block', () => {
  const bound = transfer({}, 1n)
  refused(new TestChain('TangerineWhistle'), [bound], 'InvalidSignature', 0)
  new TestChain('SpuriousDragon').add({ transactions: [bound] })
  refused(new TestChain('SpuriousDragon'), [transfer({}, 2n)], 'ChainId', 0)
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const good = transfer()
  const high: Transaction = { ...good, v: good.v === 27n ? 28n : 27n, s: order - good.s }
  new TestChain('Frontier').add({ transactions: [high] })
  refused(new TestChain('Homestead'), [high], 'InvalidSignature', 0)
})

test('the first transaction that is bad is named, not the first whose signature is', () => {
  const unsigned: Transaction = { ...transfer(), r: 0n }
  refused(new TestChain('Berlin'), [transfer(), unsigned, transfer({ nonce: 9n })], 'InvalidSignature', 1)
  refused(new TestChain('Berlin'), [transfer({ nonce: 9n }), unsigned], 'NonceTooHigh', 0)
})

test('a type of transaction begins with its fork', () => {
  const shared = { chainId: 1n, nonce: 0n, gasLimit: 100_000n, to: FRIEND, value: 0n, data: EMPTY, accessList: [] }
  const priced = { ...shared, maxFeePerGas: 2n * GWEI, maxPriorityFeePerGas: 0n }
  const blobs = { maxFeePerBlobGas: GWEI, blobVersionedHashes: [new Uint8Array(32).fill(1)] }
  const early: [network: string, transaction: Transaction][] = [
    ['Istanbul', signTransaction({ type: 1, gasPrice: 2n * GWEI, ...shared }, KEY)],
    ['Berlin', signTransaction({ type: 2, ...priced }, KEY)],
    ['Shanghai', signTransaction({ type: 3, ...priced, ...blobs }, KEY)],
    ['Cancun', signTransaction({ type: 4, ...priced, authorizationList: [] }, KEY)],
  ]
  for (const [network, transaction] of early) refused(new TestChain(network), [transaction], 'TypeNotSupported', 0)
})

test('a header that tells another outcome is refused, whichever field lies', () => {
  const chain = new TestChain('Prague', systemContracts())
  const { block } = new TestChain('Prague', systemContracts()).add({ transactions: [transfer()] })
  const lies: [rule: BlockRule, change: Partial<BlockHeader>][] = [
    ['GasUsedMismatch', { gasUsed: block.header.gasUsed + 1n }],
    ['LogsBloomMismatch', { logsBloom: new Uint8Array(256).fill(1) }],
    ['ReceiptsRootMismatch', { receiptsRoot: word(1) }],
    ['RequestsHashMismatch', { requestsHash: word(1) }],
    ['StateRootMismatch', { stateRoot: word(1) }],
    ['TransactionsRootMismatch', { transactionsRoot: word(1) }],
    ['WithdrawalsRootMismatch', { withdrawalsRoot: word(1) }],
  ]
  for (const [rule, change] of lies) {
    assert.is(chain.refusal({ ...block, header: { ...block.header, ...change } }).code, rule)
  }
  assert.ok(equalBytes(chain.chain.add(block).stateRoot, block.header.stateRoot))
})

test.run()
