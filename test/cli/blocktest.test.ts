import * as assert from 'uvu/assert'
import { BEACON_ROOTS_ADDRESS } from '../../src/block/system-calls.js'
import { encodeBlock } from '../../src/codec/block.js'
import { headerHash } from '../../src/codec/header.js'
import { bytesToHex, hexToBytes } from '../../src/codec/hex.js'
import type { CaseReport } from '../../src/fixture/report.js'
import type { Block } from '../../src/types/header.js'
import { heddle, scratchFolder, writeJson } from '../support/cli.js'
import { adderTest } from '../support/state-test.js'
import { suite } from '../support/suite.js'
import { addressAt, ETHER, SENDER, TestChain, transfer } from '../support/test-chain.js'

const test = suite('cli/blocktest')

const folder = scratchFolder()
const FRIEND = addressAt(0xbb)

interface BlockJson {
  rlp: string
  blockHeader?: { hash: string }
  expectException?: string
}

interface BlockTestJson {
  network: string
  genesisRLP: string
  genesisBlockHeader: { hash: string }
  pre: Record<string, { balance: string }>
  blocks: BlockJson[]
  lastblockhash: string
  postState?: Record<string, { balance: string; nonce?: string }>
  postStateHash?: string
}

function valid(block: Block): BlockJson {
  return { rlp: bytesToHex(encodeBlock(block)), blockHeader: { hash: bytesToHex(headerHash(block.header)) } }
}

function invalid(block: Block, expectException?: string): BlockJson {
  const rlp = bytesToHex(encodeBlock(block))
  return expectException === undefined ? { rlp } : { rlp, expectException }
}

/** Two blocks with a transfer each, and between them one whose nonce is wrong. */
function transfersTest(): BlockTestJson {
  const chain = new TestChain('Berlin')
  const genesis = chain.chain.head.block
  const first = chain.add({ transactions: [transfer({ value: 1n })] }).block
  const bad = chain.draft({ transactions: [transfer({ value: 1n })] })
  const second = chain.add({ transactions: [transfer({ nonce: 1n, value: 1n })] }).block
  return {
    network: 'Berlin',
    genesisRLP: bytesToHex(encodeBlock(genesis)),
    genesisBlockHeader: { hash: bytesToHex(headerHash(genesis.header)) },
    pre: { [bytesToHex(SENDER)]: { balance: String(100n * ETHER) } },
    blocks: [valid(first), invalid(bad, 'TransactionException.NONCE_MISMATCH_TOO_LOW'), valid(second)],
    lastblockhash: bytesToHex(headerHash(second.header)),
    postState: {
      [bytesToHex(SENDER)]: { balance: String(chain.balanceOf(SENDER)), nonce: '2' },
      [bytesToHex(FRIEND)]: { balance: '2' },
    },
  }
}

const ROOT = (() => {
  const chain = new TestChain('Berlin')
  chain.add({ transactions: [transfer({ value: 1n })] })
  return bytesToHex(chain.add({ transactions: [transfer({ nonce: 1n, value: 1n })] }).result.stateRoot)
})()

let files = 0

/** The report of the test after `change`. */
function report(change: (json: BlockTestJson) => void): CaseReport {
  const json = transfersTest()
  change(json)
  const file = writeJson(folder, `variant-${files++}.json`, { transfers: json })
  const { status, stdout, stderr } = heddle(['blocktest', file])
  assert.is(status, 0, stderr)
  return (JSON.parse(stdout) as CaseReport[])[0]!
}

const good = writeJson(folder, 'good.json', { transfers: transfersTest() })

test('output is that of statetest', () => {
  const { status, stdout, stderr } = heddle(['blocktest', good])
  assert.is(status, 0)
  assert.equal(JSON.parse(stdout), [{ name: 'transfers', pass: true, stateRoot: ROOT, fork: 'Berlin' }])
  assert.is(stderr, `{"stateRoot": "${ROOT}"}\n`)
  assert.is(heddle(['blocktest', '--summary', good]).stdout, '1 passed, 0 failed\n')
  assert.is(heddle(['blocktest', '--human', good]).stdout, '[PASS] transfers\n--\n1 tests passed, 0 tests failed.\n')
  assert.is(heddle(['blocktest', '--summary', '--fork', 'London', good]).stdout, '0 passed, 0 failed\n')
})

test('the post state may be a root', () => {
  const asRoot = (root: string) => (json: BlockTestJson) => {
    delete json.postState
    json.postStateHash = root
  }
  assert.ok(report(asRoot(ROOT)).pass)
  assert.match(report(asRoot(`0x${'11'.repeat(32)}`)).error!, /^post state: expected 0x1111/)
})

test('a block that should have been refused fails its test, for the right reason or for none', () => {
  const { error } = report(({ blocks }) => {
    blocks[0]!.expectException = 'BlockException.INVALID_STATE_ROOT'
  })
  assert.is(error, 'blocks[0]: expected BlockException.INVALID_STATE_ROOT, but it was accepted')
  const unnamed = report(({ blocks }) => {
    blocks[0] = { rlp: blocks[0]!.rlp }
  })
  assert.is(unnamed.error, 'blocks[0]: expected any refusal, but it was accepted')
})

test('a block that is refused for another reason than the file names fails its test', () => {
  const { pass, error } = report(({ blocks }) => {
    blocks[1]!.expectException = 'TransactionException.NONCE_MISMATCH_TOO_HIGH'
  })
  assert.not(pass)
  assert.match(error!, /^blocks\[1\]: expected TransactionException.NONCE_MISMATCH_TOO_HIGH, got InvalidTransaction: /)
  assert.match(error!, /transaction 0/)
  assert.ok(
    report(({ blocks }) => {
      blocks[1] = { rlp: blocks[1]!.rlp }
    }).pass,
    'no reason is met by any',
  )
})

test('a valid block that is refused, undecodable, or another than the file says fails its test', () => {
  const refused = report(({ blocks }) => void blocks.splice(0, 1))
  assert.match(refused.error!, /UnknownParent/)
  const undecodable = report(({ blocks }) => {
    blocks[2]!.rlp = '0xc0'
  })
  assert.match(undecodable.error!, /^blocks\[2\]: expected a valid block, got MalformedBlock/)
  const other = report(({ blocks }) => {
    blocks[0]!.blockHeader!.hash = `0x${'22'.repeat(32)}`
  })
  assert.match(other.error!, /block hash: expected 0x2222/)
})

test('the head and its accounts must be what the file says', () => {
  const head = report((json) => {
    json.lastblockhash = json.genesisBlockHeader.hash
  })
  assert.match(head.error!, /^last block hash: expected 0x/)
  const account = report((json) => {
    json.postState![bytesToHex(FRIEND)]!.balance = '3'
  })
  assert.match(account.error!, /0xbbbb.*: expected the balance 3, got 2$/)
})

test('what is wrong with a file ends the run with one sentence that names it', () => {
  const complaint = (name: string, json: unknown) => {
    const { status, stdout, stderr } = heddle(['blocktest', writeJson(folder, `${name}.json`, { [name]: json })])
    assert.is(status, 1)
    assert.is(stdout, '')
    return stderr
  }
  assert.match(complaint('state', adderTest()), /state\.json: state\.blocks: expected a list of blocks, got nothing\n$/)
  assert.match(complaint('network', { ...transfersTest(), network: 'Nowhere' }), /network\.json: Network: expected/)
  assert.match(complaint('genesis', { ...transfersTest(), pre: {} }), /genesis\.json: Genesis: expected a state/)
  assert.match(heddle(['statetest', good]).stderr, /good\.json: .*expected a state test, got "a blockchain test"\n$/)
})

test('--trace shows transactions, and nothing that happens around them', () => {
  const recorder = { code: '0x60003560005500' }
  const accounts = [BEACON_ROOTS_ADDRESS, FRIEND].map(
    (address) => [address, { code: hexToBytes(recorder.code) }] as const,
  )
  const chain = new TestChain('Cancun', accounts)
  const genesis = chain.chain.head.block
  const { block, result } = chain.add({ transactions: [transfer()] })
  const json = {
    network: 'Cancun',
    genesisRLP: bytesToHex(encodeBlock(genesis)),
    genesisBlockHeader: { hash: bytesToHex(headerHash(genesis.header)) },
    pre: {
      [bytesToHex(SENDER)]: { balance: String(100n * ETHER) },
      [bytesToHex(BEACON_ROOTS_ADDRESS)]: recorder,
      [bytesToHex(FRIEND)]: recorder,
    },
    blocks: [valid(block)],
    lastblockhash: bytesToHex(headerHash(block.header)),
    postStateHash: bytesToHex(result.stateRoot),
  }
  const { stderr } = heddle(['blocktest', '--trace', writeJson(folder, 'traced.json', { traced: json })])
  const lines = stderr.trimEnd().split('\n')
  assert.is(lines.at(-1), `{"stateRoot": "${bytesToHex(result.stateRoot)}"}`)
  assert.equal(
    lines.slice(0, -2).map((line) => JSON.parse(line).opName),
    ['PUSH1', 'CALLDATALOAD', 'PUSH1', 'SSTORE', 'STOP'],
  )
})

test.run()
