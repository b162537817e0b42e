import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { heddle, scratchFolder } from '../support/cli.js'
import { FIXTURE_ARCHIVES, HOW_TO_GET_FIXTURES } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('cli/demo')
const folder = scratchFolder()

test('a block of its own: both ways, figures, and a report', () => {
  const report = join(folder, 'own.html')
  const { status, stdout, stderr } = heddle(['demo', '--txs', '100', '--workers', '2', '--report', report])
  assert.is(status, 0, stderr)
  assert.match(stdout, /^A block of 100 DeFi transactions\n/)
  assert.match(
    stdout,
    /\n {18}sequential {5}2 workers\ntime +[\d.]+ ms +[\d.]+ ms\nTPS +[\d,]+ +[\d,]+\nMgas\/s +[\d,]+ +[\d,]+\n/,
  )
  assert.match(stdout, /\nBoth gave the same: state root 0x[0-9a-f]{64},/)
  assert.match(stdout, /\nConflicts: \d+ of 100 transactions; \d\.\d{3} executions per transaction\.\n/)
  assert.ok(stdout.endsWith(`\nReport: ${report}\n`), stdout)
  assert.match(readFileSync(report, 'utf8'), /^<!doctype html>/i)
})

test('a number of threads that is none is refused', () => {
  const { status, stderr } = heddle(['demo', '--workers', '0'])
  assert.is(status, 1)
  assert.match(stderr, /--workers: expected 1 to 30, got 0/)
})

const REAL = join(FIXTURE_ARCHIVES, 'mainnet', '1150000.json.gz')

if (!existsSync(REAL)) {
  test.skip(`a real block: ${HOW_TO_GET_FIXTURES}`)
} else {
  test('a real block of a file', () => {
    const report = join(folder, 'real.html')
    const { status, stdout, stderr } = heddle(['demo', REAL, '--workers', '2', '--report', report])
    assert.is(status, 0, stderr)
    assert.match(stdout, /^Block 1150000\n9 transactions: block 1150000 of chain 1, verified against its header\n/)
    assert.match(stdout, /, 649,041 gas\.\n/)
    assert.ok(existsSync(report))
  })
}

test.run()
