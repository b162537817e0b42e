import * as assert from 'uvu/assert'
import { bigIntToBytes } from '../../src/codec/bytes.js'
import { bytesToHex, hexToBytes, parseQuantity } from '../../src/codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../../src/codec/keccak.js'
import {
  encodeTransaction,
  recoverSender,
  transactionFromJson,
  transactionHash,
} from '../../src/codec/transaction/index.js'
import { orderedRoot } from '../../src/trie/ordered.js'
import { decodeAccount, encodeSlot } from '../../src/trie/secure.js'
import { type NodeStore, Trie } from '../../src/trie/trie.js'
import { HOW_TO_GET_FIXTURES, mainnetFixtures } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('mainnet: transactions and pre-state')

interface JsonAccount {
  balance: string
  nonce: string
  code: string
  storage: Record<string, string>
}

interface WitnessFixture {
  chainId: unknown
  block: { transactionsRoot: string; transactions: ({ hash: string; from: string } & Record<string, unknown>)[] }
  parent: { stateRoot: string }
  pre: Record<string, JsonAccount>
  witness: { state: string[]; codes: string[] }
}

function checkTransactions({ block, chainId }: WitnessFixture): void {
  const transactions = block.transactions.map((json) => transactionFromJson(json))
  const rules = { chainId: parseQuantity(chainId) }
  transactions.forEach((transaction, index) => {
    const { hash, from } = block.transactions[index]!
    assert.is(bytesToHex(transactionHash(transaction)), hash)
    assert.is(bytesToHex(recoverSender(transaction, rules)), from)
  })
  assert.is(bytesToHex(orderedRoot(transactions.map(encodeTransaction))), block.transactionsRoot)
}

/** Where an account is absent the fixture has an empty one. */
function checkAccount(address: string, expected: JsonAccount, accounts: Trie, store: NodeStore): void {
  const encoded = accounts.get(keccak256(hexToBytes(address)))
  if (encoded === undefined) {
    assert.equal([parseQuantity(expected.balance), parseQuantity(expected.nonce), expected.code], [0n, 0n, '0x'])
    return
  }
  const account = decodeAccount(encoded)
  assert.is(account.balance, parseQuantity(expected.balance), address)
  assert.is(account.nonce, parseQuantity(expected.nonce), address)
  const code = hexToBytes(expected.code)
  assert.equal(account.codeHash, code.length === 0 ? KECCAK_EMPTY : keccak256(code), address)
  const slots = new Trie(account.storageRoot, store)
  for (const [key, value] of Object.entries(expected.storage)) {
    const slot = encodeSlot(bigIntToBytes(parseQuantity(value), 32))
    assert.equal(
      slots.get(keccak256(bigIntToBytes(parseQuantity(key), 32))) ?? new Uint8Array(0),
      slot,
      `${address} ${key}`,
    )
  }
}

const fixtures = mainnetFixtures().filter(({ json }) => (json as Partial<WitnessFixture>).witness !== undefined)
if (fixtures.length === 0) test.skip(`mainnet blocks: ${HOW_TO_GET_FIXTURES}`)

for (const { name, json } of fixtures) {
  const fixture = json as WitnessFixture

  test(`${name}: hashes, senders and the transactions root`, () => checkTransactions(fixture))

  test(`${name}: the witness proves the whole pre-state`, () => {
    const nodes = new Map(fixture.witness.state.map((hex) => [bytesToHex(keccak256(hexToBytes(hex))), hexToBytes(hex)]))
    const store: NodeStore = (hash) => nodes.get(bytesToHex(hash))
    const accounts = new Trie(hexToBytes(fixture.parent.stateRoot), store)
    for (const [address, account] of Object.entries(fixture.pre)) checkAccount(address, account, accounts, store)
    assert.is(bytesToHex(accounts.root()), fixture.parent.stateRoot)
  })
}

test.run()
