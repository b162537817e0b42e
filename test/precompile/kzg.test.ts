import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import * as assert from 'uvu/assert'
import { instantiatePrecompiles } from '../support/precompiles.js'
import { suite } from '../support/suite.js'

const { run } = await instantiatePrecompiles()
const test = suite('point evaluation')

const MODULUS = '73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001'
const SUCCESS = `${'1000'.padStart(64, '0')}${MODULUS}`
const INFINITY = 'c0'.padEnd(96, '0')

const Z = '564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306'
const Y = '24d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a1'
const COMMITMENT = '8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca25f26936857bc3a7c2539ea8ec3a952b7'
const PROOF = '873033e038326e87ed3e1276fd140253fa08e9fc25fb2d9a98527fc22a2c9612fbeafdad446cbc7bcdbdcd780af2c16a'

function versionedHash(commitment: string): string {
  return `01${bytesToHex(sha256(hexToBytes(commitment))).slice(2)}`
}

function evaluate(z = Z, y = Y, commitment = COMMITMENT, proof = PROOF, hash = versionedHash(commitment)): string {
  const outcome = run('PointEvaluation', 'Cancun', hexToBytes(hash + z + y + commitment + proof))
  if (typeof outcome === 'string') return outcome
  assert.is(outcome.gasUsed, 50_000n)
  return bytesToHex(outcome.output)
}

test('a good proof gives the number of elements of a blob and the modulus', () => {
  assert.is(evaluate(), SUCCESS)
})

test('another value, point, proof or commitment fails', () => {
  const one = '1'.padStart(64, '0')
  assert.is(evaluate(one), 'failed')
  assert.is(evaluate(Z, one), 'failed')
  assert.is(evaluate(Z, Y, COMMITMENT, COMMITMENT), 'failed')
  assert.is(evaluate(Z, Y, PROOF, PROOF), 'failed')
})

test('a constant polynomial is proven by infinity', () => {
  const zero = ''.padStart(64, '0')
  assert.is(evaluate(Z, zero, INFINITY, INFINITY), SUCCESS)
  assert.is(evaluate(Z, Y, INFINITY, INFINITY), 'failed')
  // The generator commits to the polynomial 1.
  const generator = '97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb'
  assert.is(evaluate(Z, '1'.padStart(64, '0'), generator, INFINITY), SUCCESS)
  assert.is(evaluate(Z, '2'.padStart(64, '0'), generator, INFINITY), 'failed')
})

test("the versioned hash must be the commitment's, with version 1", () => {
  const hash = versionedHash(COMMITMENT)
  assert.is(evaluate(Z, Y, COMMITMENT, PROOF, hash), SUCCESS)
  assert.is(evaluate(Z, Y, COMMITMENT, PROOF, `02${hash.slice(2)}`), 'failed')
  assert.is(evaluate(Z, Y, COMMITMENT, PROOF, `${hash.slice(0, 62)}00`), 'failed')
})

test('a field element that is not reduced fails', () => {
  const zero = ''.padStart(64, '0')
  assert.is(evaluate(MODULUS, zero, INFINITY, INFINITY), 'failed')
  assert.is(evaluate(zero, MODULUS, INFINITY, INFINITY), 'failed')
})

test('a point that is not a canonical member of the subgroup fails', () => {
  const badPoints = [
    // not compressed; infinity with a sign; x = p; x without a point; x = 4, on the curve but outside of the subgroup
    `0${PROOF.slice(1)}`,
    `e${INFINITY.slice(1)}`,
    '9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab',
    '80'.padEnd(94, '0').concat('01'),
    '80'.padEnd(94, '0').concat('04'),
  ]
  for (const bad of badPoints) {
    assert.is(evaluate(Z, Y, COMMITMENT, bad), 'failed', bad)
    assert.is(evaluate(Z, Y, bad, PROOF), 'failed', bad)
  }
})

test('an input of another size fails', () => {
  const input = hexToBytes(versionedHash(COMMITMENT) + Z + Y + COMMITMENT + PROOF)
  assert.is(run('PointEvaluation', 'Cancun', input.subarray(0, 191)), 'failed')
  assert.is(run('PointEvaluation', 'Cancun', concatBytes(input, Uint8Array.of(0))), 'failed')
  assert.is(run('PointEvaluation', 'Cancun', input, { gas: 49_999n }), 'failed')
})

test.run()
