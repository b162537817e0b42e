import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { BlockReport } from '../../src/fixture/run-block-fixture.js'
import { heddle, scratchFolder, writeJson } from '../support/cli.js'
import { FIXTURE_ARCHIVES, HOW_TO_GET_FIXTURES } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('cli/block')
const folder = scratchFolder()
const fixture = (number: number) => join(FIXTURE_ARCHIVES, 'mainnet', `${number}.json.gz`)
const FIRST = fixture(1)
const SMALL = fixture(2463000)

test('without a file, or with one that is none, it says so', () => {
  assert.match(heddle(['block']).stderr, /expected at least one file/)
  const missing = heddle(['block', join(folder, 'missing.json')])
  assert.is(missing.status, 1)
  assert.match(missing.stderr, /missing\.json: cannot be read/)
  const wrong = heddle(['block', writeJson(folder, 'wrong.json', { chainId: 1, block: {}, witness: {} })])
  assert.is(wrong.status, 1)
  assert.match(wrong.stderr, /^heddle: .*wrong\.json: block\.\w+: expected/)
  const prestate = writeJson(folder, 'prestate.json', { block: {}, pre: {}, txs: [] })
  assert.match(heddle(['block', '--witness', prestate]).stderr, /--witness: expected files with trie nodes/)
})

if (!existsSync(FIRST)) {
  test.skip(`real blocks: ${HOW_TO_GET_FIXTURES}`)
} else {
  test('one block: a summary, and its report as JSON', () => {
    const file = join(folder, 'report.json')
    for (const flags of [[], ['--witness']]) {
      const { status, stdout, stderr } = heddle(['block', FIRST, ...flags, '--json', file])
      assert.is(status, 0, stderr)
      assert.match(stdout, /^block 1: ok, 0 transactions, recover [\d.]+ ms, execute [\d.]+ ms, root [\d.]+ ms\n/)
      const { ms, ...report } = JSON.parse(readFileSync(file, 'utf8')) as BlockReport
      assert.equal(report, {
        number: 1,
        transactions: 0,
        gasUsed: 0,
        receiptsRoot: '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421',
        stateRoot: '0xd67e4d450343046425ae4271474353857ab860dbc0a1dde64b41b5cd3a532bf3',
        ok: true,
        errors: [],
      })
      assert.equal(Object.keys(ms), ['recover', 'execute', 'root'])
    }
  })

  test('several blocks: a list, in the order of the files', () => {
    const file = join(folder, 'reports.json')
    assert.is(heddle(['block', SMALL, FIRST, '--json', file]).status, 0)
    const reports = JSON.parse(readFileSync(file, 'utf8')) as BlockReport[]
    assert.equal(
      reports.map(({ number }) => number),
      [2463000, 1],
    )
  })
}

test.run()
