import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import * as assert from 'uvu/assert'
import { instantiatePrecompiles } from '../support/precompiles.js'
import { suite } from '../support/suite.js'

const { run } = await instantiatePrecompiles()
const test = suite('hash precompiles')

const data = Uint8Array.from({ length: 100 }, (_, i) => i)

test('sha256: 60 gas and 12 per word', () => {
  for (const [length, gasUsed] of [
    [0, 60n],
    [1, 72n],
    [32, 72n],
    [33, 84n],
    [100, 108n],
  ] as const) {
    const input = data.subarray(0, length)
    assert.equal(run('Sha256', 'Frontier', input), { gasUsed, output: sha256(input) })
  }
})

test('ripemd160: 600 gas and 120 per word, the hash at the end of a word', () => {
  for (const [length, gasUsed] of [
    [0, 600n],
    [1, 720n],
    [32, 720n],
    [33, 840n],
    [100, 1080n],
  ] as const) {
    const input = data.subarray(0, length)
    const output = new Uint8Array(32)
    output.set(ripemd160(input), 12)
    assert.equal(run('Ripemd160', 'Frontier', input), { gasUsed, output })
  }
})

test('identity: 15 gas and 3 per word', () => {
  for (const [length, gasUsed] of [
    [0, 15n],
    [1, 18n],
    [32, 18n],
    [33, 21n],
    [100, 27n],
  ] as const) {
    assert.equal(run('Identity', 'Frontier', data.subarray(0, length)), { gasUsed, output: data.slice(0, length) })
  }
})

test("identity: an output that does not fit is the engine's limit", () => {
  assert.is(run('Identity', 'Frontier', data, { outputCapacity: 99 }), 'over limit')
})

test('one gas too little fails', () => {
  assert.is(run('Sha256', 'Frontier', data, { gas: 107n }), 'failed')
  assert.is(run('Ripemd160', 'Frontier', data, { gas: 1079n }), 'failed')
  assert.is(run('Identity', 'Frontier', data, { gas: 26n }), 'failed')
  assert.is.not(run('Identity', 'Frontier', data, { gas: 27n }), 'failed')
})

/** EIP-152's example: "abc" as a whole message. */
function blake2fInput(rounds: string, flag: string): Uint8Array {
  return hexToBytes(
    rounds +
      '48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5' +
      'd182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b' +
      '616263'.padEnd(256, '0') +
      '03'.padEnd(32, '0') +
      flag,
  )
}

test('blake2f: one gas per round', () => {
  const outcome = run('Blake2F', 'Istanbul', blake2fInput('0000000c', '01'))
  if (typeof outcome === 'string') return assert.unreachable(outcome)
  assert.is(outcome.gasUsed, 12n)
  assert.is(
    bytesToHex(outcome.output),
    'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1' +
      '7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
  )
  assert.is(run('Blake2F', 'Istanbul', blake2fInput('ffffffff', '01'), { gas: 0xffff_fffen }), 'failed')
})

test('blake2f: fails unless the input has 213 bytes and the flag is 0 or 1', () => {
  const input = blake2fInput('0000000c', '01')
  assert.is(run('Blake2F', 'Istanbul', new Uint8Array(0)), 'failed')
  assert.is(run('Blake2F', 'Istanbul', input.subarray(0, 212)), 'failed')
  assert.is(run('Blake2F', 'Istanbul', Uint8Array.of(...input, 0)), 'failed')
  assert.is(run('Blake2F', 'Istanbul', blake2fInput('0000000c', '02')), 'failed')
  assert.is.not(run('Blake2F', 'Istanbul', blake2fInput('0000000c', '00')), 'failed')
})

test.run()
