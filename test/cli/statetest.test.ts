import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { heddle, scratchFolder, writeJson } from '../support/cli.js'
import { adderTest, type StateTestJson } from '../support/state-test.js'
import { suite } from '../support/suite.js'

const test = suite('cli/statetest')

const folder = scratchFolder()
const good = writeJson(folder, 'good.json', { adder: adderTest() })
const ROOT = adderTest().post.Cancun![0]!.hash
const PASSED = { name: 'adder', pass: true, stateRoot: ROOT, fork: 'Cancun' }

function variant(name: string, change: (json: StateTestJson) => void): string {
  const json = adderTest()
  change(json)
  return writeJson(folder, `${name}.json`, { adder: json })
}

function addCase(json: StateTestJson, fork: string): void {
  json.post[fork] = [...(json.post[fork] ?? []), { ...json.post.Cancun![0]!, hash: `0x${'00'.repeat(32)}` }]
}

/** The one sentence on standard error, without the state roots before it. */
function complaint(args: readonly string[]): string {
  const { status, stderr, stdout } = heddle(['statetest', ...args])
  assert.is(status, 1, stderr)
  assert.is(stdout, '')
  const lines = stderr.trimEnd().split('\n')
  assert.is(lines.length, 1, stderr)
  return lines[0]!
}

test('reports are a JSON array on standard output, state roots go to standard error', () => {
  const { status, stdout, stderr } = heddle(['statetest', good])
  assert.is(status, 0)
  assert.equal(JSON.parse(stdout), [PASSED])
  assert.ok(stdout.startsWith('[\n  {\n    "name": "adder",\n    "pass": true,'), stdout)
  assert.is(stderr, `{"stateRoot": "${ROOT}"}\n`)
})

test('--trace prints each instruction before the state root', () => {
  const { stderr } = heddle(['statetest', '--trace', '--trace.format=json', '--trace.nomemory=true', good])
  const lines = stderr.trimEnd().split('\n')
  assert.is(lines.length, 8)
  assert.is(
    lines[0],
    '{"pc":0,"op":96,"gas":"0x5c878","gasCost":"0x3","memSize":0,"stack":[],"depth":1,"refund":0,"opName":"PUSH1"}',
  )
  assert.equal(
    lines.slice(0, 6).map((line) => JSON.parse(line).opName),
    ['PUSH1', 'PUSH1', 'ADD', 'PUSH1', 'SSTORE', 'STOP'],
  )
  assert.is(lines[6], '{"output":"","gasUsed":"0x5660"}')
  assert.is(lines[7], `{"stateRoot": "${ROOT}"}`)
})

test('without a path, files are named on standard input and reported one by one, until an empty line', () => {
  const { status, stdout } = heddle(['statetest'], `${good}\n${good}\n\nnever read\n`)
  assert.is(status, 0)
  const array = `${JSON.stringify([PASSED], null, 2)}\n`
  assert.is(stdout, array + array)
})

test('folders are searched for .json files, and threads do not change the order', () => {
  const many = join(folder, 'many')
  mkdirSync(join(many, 'deeper'), { recursive: true })
  mkdirSync(join(many, '.meta'))
  writeFileSync(join(many, 'README.md'), 'no test')
  writeFileSync(join(many, '.meta', 'index.json'), 'no test either')
  for (let index = 0; index < 12; index++) {
    writeJson(join(many, index % 2 ? 'deeper' : '.'), `t${10 + index}.json`, { [`n${index}`]: adderTest() })
  }
  const names = (threads: number) => {
    const { stdout, stderr } = heddle(['statetest', '--threads', String(threads), many])
    assert.is(stderr, `{"stateRoot": "${ROOT}"}\n`.repeat(12))
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)
  }
  const expected = [1, 3, 5, 7, 9, 11, 0, 2, 4, 6, 8, 10].map((index) => `n${index}`)
  assert.equal(names(1), expected)
  assert.equal(names(3), expected)
})

test('--run, --fork and --index choose cases, under the names of geth too', () => {
  const file = variant('choice', (json) => {
    addCase(json, 'Cancun')
    addCase(json, 'Shanghai')
  })
  const count = (...args: string[]) => (JSON.parse(heddle(['statetest', ...args, file]).stdout) as unknown[]).length
  assert.is(count(), 3)
  assert.is(count('--fork', 'Cancun'), 2)
  assert.is(count('--statetest.fork=Shanghai'), 1)
  assert.is(count('-statetest.index', '1'), 1)
  assert.is(count('--index', '-1'), 3)
  assert.is(count('--fork', 'Cancun', '--index', '0'), 1)
  assert.is(count('--run', '^add'), 3)
  assert.is(count('--run', 'subtract'), 0)
})

test('--summary is one line, and a failure makes it fail', () => {
  const passing = heddle(['statetest', '--summary', good])
  assert.is(passing.stdout, '1 passed, 0 failed\n')
  assert.is(passing.stderr, '')
  assert.is(passing.status, 0)
  const failing = heddle(['statetest', '--summary', good, variant('failing', (json) => addCase(json, 'Cancun'))])
  assert.is(failing.stdout, '2 passed, 1 failed\n')
  assert.is(failing.status, 1)
})

test('without --summary a failed case is a report, not a failure of the command', () => {
  const { status, stdout } = heddle(['statetest', variant('failing', (json) => addCase(json, 'Cancun'))])
  assert.is(status, 0)
  const [, failed] = JSON.parse(stdout) as { pass: boolean; error: string }[]
  assert.is(failed!.pass, false)
  assert.match(failed!.error, /^state root: expected 0x0{64}, got 0x/)
})

test('--json writes the reports to a file', () => {
  const file = join(folder, 'reports.json')
  const { stdout } = heddle(['statetest', '--json', file, '--summary', good])
  assert.is(stdout, '1 passed, 0 failed\n')
  assert.equal(JSON.parse(readFileSync(file, 'utf8')), [PASSED])
})

test('--human says it in words', () => {
  assert.is(heddle(['statetest', '--human', good]).stdout, '[PASS] adder\n--\n1 tests passed, 0 tests failed.\n')
})

test('an expected exception is met by the matching error only', () => {
  const expecting = (name: string, exception: string, change: (json: StateTestJson) => void) =>
    variant(name, (json) => {
      const entry = json.post.Cancun![0]!
      entry.expectException = exception
      entry.hash = '0x'
      change(json)
    })
  const poor = (json: StateTestJson) => {
    json.transaction.nonce = '0x01'
  }
  const report = (file: string) =>
    JSON.parse(heddle(['statetest', file]).stdout)[0] as { error: string; stateRoot: string }
  // The root of a refused transaction is that of the state before: taken from a report, since it is not what is tested.
  const executed = report(
    expecting('executed', 'TransactionException.NONCE_MISMATCH_TOO_HIGH', (json) => {
      json.post.Cancun![0]!.hash = ROOT
    }),
  )
  assert.match(
    executed.error,
    /^expected TransactionException.NONCE_MISMATCH_TOO_HIGH, but the transaction was executed$/,
  )
  const wrong = report(
    expecting('wrong', 'TransactionException.SENDER_NOT_EOA', (json) => {
      poor(json)
      json.post.Cancun![0]!.hash = ROOT
    }),
  )
  assert.match(wrong.error, /^expected TransactionException.SENDER_NOT_EOA, got NonceTooHigh: /)
  const right = report(
    expecting('right', 'TransactionException.NONCE_MISMATCH_TOO_HIGH', (json) => {
      poor(json)
      json.post.Cancun![0]!.hash = wrong.stateRoot
    }),
  )
  assert.is(right.error, undefined)
})

test('a case of a superseded draft is skipped, not failed', () => {
  const json = adderTest()
  addCase(json, 'Cancun')
  json._info = { url: 'https://example.org/blob/pectra-devnet-5@v1.1.0/tests/x.py' }
  const file = writeJson(folder, 'draft.json', { 'x.py::test_ext_code_on_set_code[a]': json })
  const { status, stdout } = heddle(['statetest', '--summary', file])
  assert.is(stdout, '1 passed, 0 failed, 1 skipped\n')
  assert.is(status, 0)
})

for (const [name, change, expected] of [
  ['hex', (json) => json.transaction.data.splice(0, 1, '0xzz'), /adder\.transaction\.data\[0\]: expected hex digits/],
  ['odd', (json) => json.transaction.data.splice(0, 1, '0x123'), /adder\.transaction\.data\[0\]: expected an even/],
  [
    'gas',
    (json) => json.transaction.gasLimit.splice(0, 1, '0x10000000000000000'),
    /adder\.transaction\.gasLimit\[0\]: expected an integer below 2\^64/,
  ],
  ['fork', (json) => addCase(json, 'Nowhere'), /expected one of Frontier, .* got "Nowhere"/],
  [
    'index',
    (json) => {
      json.post.Cancun![0]!.indexes.data = 7
    },
    /adder\.post\.Cancun\[0\]\.indexes\.data: expected an integer from 0 to 0, got 7/,
  ],
  ['env', (json) => delete (json as Partial<StateTestJson>).env, /adder\.env: expected an object, got nothing/],
  [
    'key',
    (json) => {
      json.transaction.secretKey = `0x${'00'.repeat(32)}`
    },
    /adder\.transaction\.secretKey: .*expected 32 bytes from 1 to the order/,
  ],
  [
    'envelope',
    (json) => {
      json.post.Cancun![0]!.txbytes = '0xc0'
    },
    /adder\.post\.Cancun\[0\]\.txbytes: .*expected 9 items, got 0/,
  ],
] as [string, (json: StateTestJson) => unknown, RegExp][]) {
  test(`malformed ${name}: one sentence with the file and the field`, () => {
    const file = variant(`bad-${name}`, change)
    const sentence = complaint([file])
    assert.ok(sentence.startsWith(`heddle: ${file}: `), sentence)
    assert.match(sentence, expected)
  })
}

test('what is no test file is named', () => {
  const text = join(folder, 'broken.json')
  writeFileSync(text, '{"adder": {')
  assert.match(complaint([text]), /broken\.json: expected JSON: /)
  assert.match(complaint([join(folder, 'nothing.json')]), /nothing\.json: cannot be read: ENOENT/)
  mkdirSync(join(folder, 'folder.json'))
  assert.match(complaint([join(folder, 'folder.json')]), /expected a folder with \.json files/)
  assert.match(complaint([writeJson(folder, 'list.json', [1])]), /the file: expected an object, got a list of 1/)
})

test('options that do not exist or do not fit are named', () => {
  assert.match(complaint(['--wat', good]), /^heddle: --wat: no such option; there are --run, --fork, /)
  assert.match(complaint(['--run', '(', good]), /^heddle: --run: expected a regular expression/)
  assert.match(complaint(['--index', 'one', good]), /^heddle: --index: expected an integer, got one/)
  assert.match(complaint(['--threads', '0', good]), /^heddle: --threads: expected 1 to 1024, got 0/)
  assert.match(complaint(['--trace.format', 'md', good]), /^heddle: --trace\.format: expected json, got md/)
})

test('a loop without end is stopped by the clock', () => {
  const file = variant('endless', (json) => {
    for (const account of Object.values(json.pre)) account.balance = `0x${'ff'.repeat(31)}`
    json.pre['0x00000000000000000000000000000000000add00']!.code = '0x5b600056'
    json.env.currentGasLimit = '0x7fffffffffffffff'
    json.transaction.gasLimit = ['0x7ffffffffffffff0']
  })
  const [report] = JSON.parse(heddle(['statetest', '--timeout', '1', file]).stdout) as { error: string }[]
  assert.match(report!.error, /^TimeLimit: /)
})

test.run()
