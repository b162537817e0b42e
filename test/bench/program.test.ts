import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { assemble } from '../../bench/program/assembler.js'
import { parseContracts } from '../../bench/program/contract.js'
import { readMeasuredResult, readPrograms } from '../../bench/program/index.js'
import { suite } from '../support/suite.js'

const test = suite('bench/program')

const contractsUrl = new URL('../../../bench/program/contracts.json', import.meta.url)
const compileUrl = new URL('../../../bench/compare/compile.js', import.meta.url)
const reportUrl = new URL('../../../bench/compare/report.js', import.meta.url)

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

test('assembler: a number is pushed in as few bytes as hold it', () => {
  assert.is(hex(assemble('0 1 255 256 0x0abc')), '5f600160ff610100610abc')
  assert.is(hex(assemble(`0x${'f'.repeat(64)}`)), `7f${'ff'.repeat(32)}`)
})

test('assembler: PUSH with a number in brackets has that size', () => {
  assert.is(hex(assemble('PUSH1(7) PUSH3(0x102) PUSH32(1)')), `6007620001027f${'1'.padStart(64, '0')}`)
  assert.throws(() => assemble('PUSH1(256)'), /does not fit in 1 bytes/)
  assert.throws(() => assemble('PUSH1'), /unknown word "PUSH1"/)
  assert.throws(() => assemble('PUSH33(1)'), /unknown word/)
})

test('assembler: a label is a JUMPDEST and its uses push its position', () => {
  assert.is(hex(assemble('@end JUMP end: STOP')), '610004565b00')
})

test('assembler: DUP and SWAP carry their depth', () => {
  assert.is(hex(assemble('DUP1 DUP16 SWAP1 SWAP16')), '808f909f')
})

test('assembler: unknown words, unset labels and numbers over 256 bits are refused', () => {
  assert.throws(() => assemble('DUP17'), /unknown word "DUP17"/)
  assert.throws(() => assemble('@nowhere JUMP'), /label "nowhere"/)
  assert.throws(() => assemble(`0x1${'0'.repeat(64)}`), /does not fit/)
})

test('programs: names differ, the called account is there, and no address holds two codes', () => {
  const programs = readPrograms()
  assert.is(programs.length, 14)
  assert.is(new Set(programs.map(({ name }) => name)).size, programs.length)
  const codes = new Map<string, string>()
  for (const { name, to, accounts } of programs) {
    const addresses = accounts.map(({ address }) => hex(address))
    assert.ok(addresses.includes(hex(to)), name)
    for (const { address, code } of accounts) {
      assert.is(address.length, 20)
      assert.ok(code.length > 0 && code.length <= 24_576, `${name}: code of ${code.length} bytes`)
      const key = hex(address)
      assert.is(codes.get(key) ?? hex(code), hex(code), `${name}: ${key} has another code elsewhere`)
      codes.set(key, hex(code))
    }
  }
})

test('contracts.json: small, made from the present sources, and its code dispatches on every selector', async () => {
  const text = readFileSync(contractsUrl, 'utf8')
  assert.ok(text.length < 100_000, `${text.length} characters`)
  const { sourcesDigest } = (await import(compileUrl.href)) as { sourcesDigest: () => string }
  assert.is(JSON.parse(text).sources, sourcesDigest(), 'stale: run `node bench/compare/compile.js`')
  const contracts = parseContracts(text)
  assert.equal([...contracts.keys()], ['Token', 'TokenDriver', 'RayTracer'])
  for (const [name, { runtime, selectors }] of contracts) {
    // A push drops leading zeros.
    for (const [signature, selector] of selectors) {
      assert.ok(hex(runtime).includes(hex(selector).replace(/^(00)+/, '')), `${name}: ${signature}`)
    }
  }
  assert.is(hex(contracts.get('Token')!.selectors.get('transfer(address,uint256)')!), 'a9059cbb')
})

test('measured call: gas, success and return data are read apart', () => {
  const returned = new Uint8Array(67)
  returned.set([0x12, 0x34], 30)
  returned[63] = 1
  returned.set([7, 8, 9], 64)
  const { gas, succeeded, output } = readMeasuredResult(returned)
  assert.is(gas, 0x1234n)
  assert.is(succeeded, true)
  assert.is(hex(output), '070809')
  assert.throws(() => readMeasuredResult(new Uint8Array(63)), /at least 64 bytes, got 63/)
})

test('report: ratios are of medians, and the last row is their geometric mean', async () => {
  const { toJson, toTable } = await import(reportUrl.href)
  const measurements = [
    { program: 'a', engine: 'heddle', gas: 1_000_000n, times: [1, 9, 2] },
    { program: 'a', engine: 'anvil', gas: 1_000_000n, times: [1, 1] },
    { program: 'b', engine: 'heddle', gas: 5_000_000n, times: [8] },
    { program: 'b', engine: 'anvil', gas: 5_000_000n, times: [1] },
  ]
  const lines: string[] = toTable(measurements, ['heddle', 'anvil']).split('\n')
  const last = (line: string): string => line.trim().split(/\s+/).at(-1)!
  assert.equal(lines.map(last), ['heddle/anvil', '2.00', '8.00', '4.00'])
  assert.equal(JSON.parse(toJson(measurements))[0], {
    program: 'a',
    engine: 'heddle',
    ms: 2,
    runs: 3,
    gas: 1_000_000,
    gasPerSecond: 500_000_000,
  })
})

test.run()
