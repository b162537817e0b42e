import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { heddle, scratchFolder, writeJson } from '../support/cli.js'
import { readJson, readText } from '../support/fixtures.js'
import { suite } from '../support/suite.js'
import type { Json } from '../support/transition.js'
import {
  feeMarketTransfer,
  MINER,
  RECIPIENT,
  richSender,
  SENDER,
  stakeBlock,
  transfer,
  workBlock,
} from '../support/transition-input.js'

const test = suite('cli/t8n')

interface Files {
  alloc?: unknown
  env?: unknown
  txs?: unknown
}

/** The options that name these inputs, in a folder of their own. */
function inputs({ alloc = richSender(), env = workBlock(), txs = [transfer(0)] }: Files = {}): string[] {
  const folder = mkdtempSync(join(SCRATCH, 'inputs-'))
  return Object.entries({ alloc, env, txs }).map(
    ([name, json]) => `--input.${name}=${writeJson(folder, `${name}.json`, json)}`,
  )
}

const SCRATCH = scratchFolder()

const STDOUT = ['--output.alloc=stdout', '--output.result=stdout', '--output.body', 'stdout', '--state.fork', 'Berlin']
const NOWHERE = ['--output.alloc=', '--output.result', '', '--state.fork', 'Berlin']

function print(args: readonly string[], input?: string): Record<'alloc' | 'result' | 'body', Json> {
  const { status, stdout, stderr } = heddle(['t8n', ...args], input)
  assert.is(status, 0, stderr)
  assert.is(stderr, '')
  return JSON.parse(stdout)
}

function fail(code: number, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = heddle(['t8n', ...args], input)
  assert.is(status, code, stderr)
  assert.is(stdout, '')
  assert.ok(stderr.startsWith(`ERROR(${code}): `), stderr)
  return stderr.slice(`ERROR(${code}): `.length)
}

test('what goes to standard output is one object', () => {
  const { alloc, result, body } = print([...inputs(), ...STDOUT])
  assert.equal(alloc, {
    [SENDER]: { balance: `0x${(10n ** 18n - 210_001n).toString(16)}`, nonce: '0x1' },
    [RECIPIENT]: { balance: '0x1' },
    [MINER]: { balance: '0x33450' },
  })
  assert.equal(Object.keys(alloc), [SENDER, RECIPIENT, MINER])
  assert.equal(Object.keys(result), [
    'stateRoot',
    'txRoot',
    'receiptsRoot',
    'logsHash',
    'logsBloom',
    'receipts',
    'currentDifficulty',
    'gasUsed',
    'requests',
  ])
  assert.match(String(body), /^0x[0-9a-f]+$/)
  assert.is(heddle(['t8n', ...inputs(), ...NOWHERE]).stdout, '')
})

test('standard error takes an output as well', () => {
  const { status, stdout, stderr } = heddle(['t8n', ...inputs(), ...NOWHERE, '--output.result', 'stderr'])
  assert.is(status, 0)
  assert.is(stdout, '')
  assert.is(JSON.parse(stderr).result.gasUsed, '0x5208')
})

test('files go to the base folder, by their default names or others', () => {
  const folder = join(mkdtempSync(join(SCRATCH, 'folder-')), 'made', 'for', 'it')
  const { status } = heddle([
    't8n',
    ...inputs(),
    '--output.basedir',
    folder,
    '--output.body=b.rlp',
    '--state.fork=Berlin',
  ])
  assert.is(status, 0)
  assert.equal(readdirSync(folder).sort(), ['alloc.json', 'b.rlp', 'result.json'])
  const { alloc, result, body } = print([...inputs(), ...STDOUT])
  assert.equal(readJson(join(folder, 'alloc.json')), alloc)
  assert.equal(readJson(join(folder, 'result.json')), result)
  assert.is(readJson(join(folder, 'b.rlp')), body)
})

test('a body is read again where its name ends in .rlp', () => {
  const first = print([...inputs({ txs: [transfer(0), transfer(1, { protected: false })] }), ...STDOUT])
  const file = join(mkdtempSync(join(SCRATCH, 'folder-')), 'body.rlp')
  writeFileSync(file, JSON.stringify(first.body))
  assert.equal(print([...inputs(), '--input.txs', file, ...STDOUT]), first)
})

test('everything may come through standard input', () => {
  const names = ['alloc', 'env', 'txs'].map((name) => `--input.${name}=stdin`)
  const from = print([...inputs(), ...STDOUT])
  const input = { alloc: richSender(), env: workBlock() }
  assert.equal(print([...names, ...STDOUT], JSON.stringify({ ...input, txs: [transfer(0)] })), from)
  assert.equal(print([...names, ...STDOUT], JSON.stringify({ ...input, txsRlp: from.body })), from)
  assert.equal(print([...inputs(), names[2]!, ...STDOUT], JSON.stringify({ txs: [transfer(0)] })), from)
})

test('transition is another name of it', () => {
  assert.is(heddle(['transition', ...inputs(), ...STDOUT]).stdout, heddle(['t8n', ...inputs(), ...STDOUT]).stdout)
})

test('the chain id is that of the option', () => {
  const txs = [feeMarketTransfer(0, { chainId: null }), transfer(1), feeMarketTransfer(2, { chainId: '0x5' })]
  const args = [...inputs({ env: stakeBlock(), txs }), ...STDOUT, '--state.fork=Shanghai', '--state.chainid=5']
  assert.is(print(args).result.gasUsed, '0xf618')
  assert.match(fail(10, args.slice(0, -1)), /txs\[2\]\.chainId: expected 1, got "0x5"/)
  const signed = print(args).body
  const file = join(mkdtempSync(join(SCRATCH, 'folder-')), 'body.rlp')
  writeFileSync(file, JSON.stringify(signed))
  const { rejected } = print([...args.slice(0, -1), '--input.txs', file]).result as { rejected: Json[] }
  assert.is(rejected[0]!.error, 'invalid chain id for signer: have 5 want 1')
})

test('the reward is decimal or hex; -1 pays nobody', () => {
  const paid = (reward: string) => {
    const args = [...inputs({ alloc: {}, txs: [] }), ...STDOUT, '--state.fork', 'Frontier', '--state.reward', reward]
    return (print(args).alloc as Record<string, Json>)[MINER]
  }
  assert.equal(paid('0x80'), { balance: '0x80' })
  assert.equal(paid('5000000000000000000'), { balance: '0x4563918244f40000' })
  assert.equal(paid('0'), { balance: '0x0' })
  assert.is(paid('-1'), undefined)
  assert.match(fail(3, [...inputs(), ...NOWHERE, '--state.reward=much']), /--state\.reward: .* got much/)
})

test('addresses and slots may lack 0x; slots are hex all the same', () => {
  const alloc = { [RECIPIENT.slice(2)]: { balance: '16', storage: { '10': '20' } } }
  const word = (digits: string) => `0x${digits.padStart(64, '0')}`
  assert.equal(print([...inputs({ alloc, txs: [] }), ...STDOUT, '--state.reward=-1']).alloc, {
    [RECIPIENT]: { storage: { [word('10')]: word('20') }, balance: '0x10' },
  })
})

test('--trace writes a file for each transaction that was tried', () => {
  const folder = mkdtempSync(join(SCRATCH, 'folder-'))
  // PUSH1 2, PUSH1 0, MSTORE
  const alloc = richSender({ [RECIPIENT]: { code: '0x6002600052' } })
  const txs = [transfer(0, { gas: '0xffff' }), transfer(7), transfer(1, { gas: '0xffff' })]
  const output = ['--output.basedir', folder, '--output.alloc=', '--state.fork=Berlin']
  const traced = (...flags: string[]) => {
    const { status, stderr } = heddle(['t8n', ...inputs({ alloc, txs }), ...output, '--trace', ...flags])
    assert.is(status, 0, stderr)
    const names = readdirSync(folder)
      .filter((name) => name.startsWith('trace-'))
      .sort()
    assert.is(names.length, 3)
    return names.map((name) =>
      readText(join(folder, name))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    )
  }
  const [first, refused, last] = traced('--opcode.count=counts.json')
  assert.equal(
    first!.map(({ opName }) => opName),
    ['PUSH1', 'PUSH1', 'MSTORE', 'STOP', undefined],
  )
  assert.equal(first, last)
  assert.equal(refused, [])
  assert.equal(first!.at(-1), { output: '', gasUsed: '0xc' })
  assert.equal(readJson(join(folder, 'counts.json')), { MSTORE: 2, PUSH1: 4, STOP: 2 })
  const { receipts } = readJson(join(folder, 'result.json')) as { receipts: { transactionHash: string }[] }
  assert.ok(existsSync(join(folder, `trace-0-${receipts[0]!.transactionHash}.jsonl`)))
  const full = traced('--trace.memory', '--trace.nostack')[0]!
  assert.is(full[3].memory, `0x${'2'.padStart(64, '0')}`)
  assert.is(full[2].stack, null)
})

test('tracers that there are not are refused', () => {
  for (const flag of ['--trace.callframes', '--trace.tracer=callTracer']) {
    assert.match(fail(3, [...inputs(), ...NOWHERE, flag]), /^--trace\./)
  }
})

test('3: a fork that does not exist, or with EIPs added, or a block without its fields', () => {
  assert.match(fail(3, [...inputs(), '--state.fork=Atlantis']), /got "Atlantis"/)
  assert.match(fail(3, [...inputs(), '--state.fork=Berlin+1559']), /without further EIPs, got Berlin\+1559/)
  assert.match(fail(3, [...inputs(), '--state.fork=Paris']), /currentBaseFee/)
  assert.match(fail(3, [...inputs()]), /currentBaseFee/)
  assert.match(fail(3, [...inputs(), ...NOWHERE, 'stray']), /got stray/)
})

test('4: a block hash that was not given', () => {
  const alloc = richSender({ [RECIPIENT]: { code: '0x600340' } })
  const args = inputs({ alloc, txs: [transfer(0, { gas: '0xffff' })] })
  assert.match(fail(4, [...args, ...NOWHERE]), /hash of block 3/)
})

test('2: no contracts to ask for requests', () => {
  const args = [...inputs({ env: stakeBlock(), txs: [] }), ...STDOUT, '--state.fork=Prague']
  assert.match(fail(2, args), /^failed to process post-execution: .*0x00000961ef480eb55e80d19ad83579a64c007002/)
})

test('10: what is no JSON, or not of the right form', () => {
  const file = join(mkdtempSync(join(SCRATCH, 'folder-')), 'broken.json')
  writeFileSync(file, '{')
  for (const name of ['alloc', 'env', 'txs']) fail(10, [...inputs(), `--input.${name}`, file, ...NOWHERE])
  fail(10, [...inputs(), '--input.env=stdin', ...NOWHERE], '{')
  assert.match(fail(10, [...inputs(), '--input.env=stdin', ...NOWHERE], '{}'), /^env: .*nothing|^env: /)
  const { currentGasLimit: _, ...env } = workBlock()
  assert.match(fail(10, [...inputs({ env }), ...NOWHERE]), /env\.currentGasLimit/)
  assert.match(fail(10, [...inputs({ alloc: { '0x12': {} } }), ...NOWHERE]), /alloc\.0x12/)
  assert.match(fail(10, [...inputs({ txs: [transfer(0), { nonce: '0x' }] }), ...NOWHERE]), /txs\[1\]/)
  assert.match(fail(10, [...inputs({ txs: [transfer(0, { secretKey: `0x${'0'.repeat(64)}` })] }), ...NOWHERE]), /key/i)
})

test('11: what cannot be read or written', () => {
  const missing = join(mkdtempSync(join(SCRATCH, 'folder-')), 'missing.json')
  for (const name of ['alloc', 'env', 'txs']) {
    assert.match(fail(11, [...inputs(), `--input.${name}`, missing, ...NOWHERE]), /ENOENT/)
  }
  const file = writeJson(mkdtempSync(join(SCRATCH, 'folder-')), 'file', {})
  fail(11, [...inputs(), ...NOWHERE, '--output.basedir', file])
  const folder = mkdtempSync(join(SCRATCH, 'folder-'))
  mkdirSync(join(folder, 'taken'))
  fail(11, [...inputs(), ...NOWHERE, '--output.basedir', folder, '--output.result=taken'])
})

test('12: a body that is no list; one transaction in it that is none is left out', () => {
  const file = join(mkdtempSync(join(SCRATCH, 'folder-')), 'body.rlp')
  const read = [...inputs(), '--input.txs', file]
  writeFileSync(file, '"0x8401020304"')
  fail(12, [...read, ...NOWHERE])
  // A list of a byte that begins no transaction, and a transaction.
  const one = String(print([...inputs(), ...STDOUT]).body).slice(6)
  writeFileSync(file, JSON.stringify(`0xf8${(one.length / 2 + 2).toString(16)}8180${one}`))
  const { result } = print([...read, ...STDOUT])
  assert.is(result.gasUsed, '0x5208')
  assert.is((result.rejected as Json[])[0]!.index, 0)
})

test('an option that does not exist is an ordinary mistake', () => {
  const { status, stderr } = heddle(['t8n', '--input.all=x'])
  assert.is(status, 1)
  assert.match(stderr, /--input\.all: no such option/)
})

test('the help names every fork', () => {
  const { stdout } = heddle(['t8n', '--help'])
  for (const fork of ['Frontier', 'Berlin', 'Merge', 'Osaka', 'BPO2']) assert.ok(stdout.includes(fork), fork)
})

test.run()
