import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { encodeBlock } from '../../src/codec/block.js'
import { headerHash } from '../../src/codec/header.js'
import { bytesToHex } from '../../src/codec/hex.js'
import type { CaseReport } from '../../src/fixture/report.js'
import type { BlockReport } from '../../src/fixture/run-block-fixture.js'
import type { Block } from '../../src/types/header.js'
import { bytecode } from '../support/bytecode.js'
import { heddle, scratchFolder, writeJson } from '../support/cli.js'
import { FIXTURE_ARCHIVES, HOW_TO_GET_FIXTURES } from '../support/fixtures.js'
import { adderTest } from '../support/state-test.js'
import { suite } from '../support/suite.js'
import { addressAt, ETHER, SENDER, TestChain, transfer } from '../support/test-chain.js'

const test = suite('cli/parallel')

const folder = scratchFolder()
const COUNTER = addressAt(0xc1)
const COUNTER_CODE = bytecode('0 SLOAD 1 ADD DUP1 0 SSTORE 0 MSTORE 32 0 LOG0')
const WAYS: readonly string[][] = [
  ['--workers', '0'],
  ['--workers', '1'],
  ['--workers', '2', '--seed', '7'],
  ['--workers', '4', '--seed', '8'],
]

function described(block: Block): object {
  return { rlp: bytesToHex(encodeBlock(block)), blockHeader: { hash: bytesToHex(headerHash(block.header)) } }
}

/** Three blocks of transfers and calls that depend on one another, a refused one among them. */
function chainTest(): object {
  const chain = new TestChain('Berlin', [[COUNTER, { code: COUNTER_CODE }]])
  const genesis = chain.chain.head.block
  let nonce = 0n
  const transactions = () =>
    Array.from({ length: 12 }, (_, index) => {
      const fields = index % 3 === 0 ? { to: COUNTER } : { to: addressAt(0xd0 + index), value: 3n }
      return transfer({ ...fields, nonce: nonce++ })
    })
  const first = chain.add({ transactions: transactions() }).block
  const bad = chain.draft({ transactions: [transfer({ nonce }), transfer({ nonce: nonce + 2n })] })
  const second = chain.add({ transactions: transactions() }).block
  return {
    network: 'Berlin',
    genesisRLP: bytesToHex(encodeBlock(genesis)),
    genesisBlockHeader: { hash: bytesToHex(headerHash(genesis.header)) },
    pre: {
      [bytesToHex(SENDER)]: { balance: String(100n * ETHER) },
      [bytesToHex(COUNTER)]: { balance: '0', code: bytesToHex(COUNTER_CODE) },
    },
    blocks: [
      described(first),
      { rlp: bytesToHex(encodeBlock(bad)), expectException: 'TransactionException.NONCE_MISMATCH_TOO_HIGH' },
      described(second),
    ],
    lastblockhash: bytesToHex(headerHash(second.header)),
    postStateHash: bytesToHex(second.header.stateRoot),
  }
}

const chainFile = writeJson(folder, 'chain.json', { counting: chainTest() })
const stateFile = writeJson(folder, 'state.json', { adder: adderTest() })

for (const [command, file] of [
  ['blocktest', chainFile],
  ['statetest', stateFile],
] as const) {
  test(`${command}: the reports are the same on any number of workers, whatever the seed`, () => {
    const alone = heddle([command, file])
    assert.is(alone.status, 0, alone.stderr)
    const reports = JSON.parse(alone.stdout) as CaseReport[]
    assert.is(reports.length, 1)
    assert.is(reports[0]!.pass, true, reports[0]!.error)
    for (const way of WAYS) {
      const { status, stdout, stderr } = heddle([command, ...way, file])
      assert.is(status, 0, stderr)
      assert.is(stdout, alone.stdout, way.join(' '))
      assert.is(stderr, alone.stderr, way.join(' '))
    }
  })

  test(`${command}: files on threads of their own may have blocks on workers, too`, () => {
    const { status, stdout } = heddle([command, '--threads', '2', '--workers', '2', '--summary', file, file])
    assert.is(status, 0)
    assert.is(stdout, '2 passed, 0 failed\n')
  })

  test(`${command}: workers and seeds that cannot be are refused in one sentence`, () => {
    const cases: [string[], RegExp][] = [
      [['--workers', '-1'], /--workers: expected 0 to 30, got -1/],
      [['--workers', '31'], /--workers: expected 0 to 30, got 31/],
      [['--workers', '1.5'], /--workers: expected/],
      [['--workers', 'two'], /--workers: expected/],
      [['--workers', '2', '--seed', '-1'], /--seed: expected a number from 0 on, got -1/],
      [['--seed', '1'], /--seed: expected a number of --workers with it, got none/],
      [['--workers', '0', '--seed', '1'], /--seed: expected a number of --workers with it, got none/],
      [['--workers', '2', '--trace'], /--workers: expected none with --trace/],
    ]
    for (const [options, complaint] of cases) {
      const { status, stdout, stderr } = heddle([command, ...options, file])
      assert.is(status, 1, options.join(' '))
      assert.is(stdout, '', options.join(' '))
      assert.match(stderr, complaint)
      assert.is(stderr.trimEnd().split('\n').length, 1, stderr)
    }
  })
}

test('a case that fails, fails on workers with the same words', () => {
  const json = adderTest()
  json.post.Cancun![0]!.hash = `0x${'00'.repeat(32)}`
  const file = writeJson(folder, 'failing.json', { adder: json })
  const alone = heddle(['statetest', file])
  assert.is((JSON.parse(alone.stdout) as CaseReport[])[0]!.pass, false)
  const parallel = heddle(['statetest', '--workers', '2', '--seed', '3', file])
  assert.is(parallel.stdout, alone.stdout)
})

test('a case without end is stopped on workers, too', () => {
  const json = adderTest()
  json.pre['0x00000000000000000000000000000000000add00']!.code = '0x5b600056'
  json.transaction.gasLimit = ['0x7fffffffffffffff']
  json.env.currentGasLimit = '0x7fffffffffffffff'
  json.transaction.gasPrice = '0'
  json.env.currentBaseFee = '0'
  const file = writeJson(folder, 'endless.json', { adder: json })
  for (const way of [[], ['--workers', '2']]) {
    const { status, stdout, stderr } = heddle(['statetest', '--timeout', '1', ...way, file])
    assert.is(status, 0, stderr)
    const [report] = JSON.parse(stdout) as CaseReport[]
    assert.is(report!.pass, false)
    assert.match(report!.error!, /expected to end within 1000 ms/)
  }
})

test('run: a bare call has one transaction and takes no workers', () => {
  const { status, stderr } = heddle(['run', '--code', '00', '--workers', '2'])
  assert.is(status, 1)
  assert.match(stderr, /--workers/)
})

const REAL = join(FIXTURE_ARCHIVES, 'mainnet', '2463000.json.gz')

if (!existsSync(REAL)) {
  test.skip(`real blocks: ${HOW_TO_GET_FIXTURES}`)
} else {
  test('block: a real block is the same on any number of workers, whatever the seed', () => {
    const report = (way: readonly string[]) => {
      const json = join(folder, 'report.json')
      const { status, stderr } = heddle(['block', REAL, ...way, '--json', json])
      assert.is(status, 0, stderr)
      const { ms, ...rest } = JSON.parse(readFileSync(json, 'utf8')) as BlockReport
      assert.is(rest.ok, true)
      return rest
    }
    const alone = report([])
    for (const way of WAYS) {
      assert.equal(report(way), alone, way.join(' '))
      assert.equal(report([...way, '--witness']), alone, way.join(' '))
    }
  })
}

test('block: workers and seeds that cannot be are refused', () => {
  const missing = join(folder, 'missing.json')
  assert.match(heddle(['block', '--workers', '31', missing]).stderr, /--workers: expected 0 to 30, got 31/)
  assert.match(heddle(['block', '--seed', '1', missing]).stderr, /--seed: expected a number of --workers with it/)
})

test.run()
