import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { heddle } from '../support/cli.js'
import { suite } from '../support/suite.js'

const test = suite('cli/main')

test('--version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  assert.is(heddle(['--version']).stdout, `heddle ${version}\n`)
})

test('help lists the commands, and the options of each', () => {
  const { status, stdout } = heddle([])
  assert.is(status, 0)
  assert.match(stdout, /\n {2}run +\S.*\n {2}statetest +\S/)
  assert.is(heddle(['help']).stdout, stdout)
  const ofCommand = heddle(['statetest', '--help']).stdout
  assert.match(ofCommand, /^Usage: heddle statetest/)
  assert.match(ofCommand, /\n {2}--summary {2,}\S/)
  assert.is(heddle(['help', 'statetest']).stdout, ofCommand)
})

test('a command that does not exist is named beside those that do', () => {
  for (const name of ['nope', 'constructor', '--verson']) {
    const { status, stderr } = heddle([name])
    assert.is(status, 1)
    assert.ok(stderr.startsWith(`heddle: ${name}: no such command; there are `), stderr)
    assert.match(stderr, /\brun, statetest\b/)
  }
})

test.run()
