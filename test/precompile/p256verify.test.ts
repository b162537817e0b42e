import { p256 } from '@noble/curves/nist.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { instantiatePrecompiles } from '../support/precompiles.js'
import { suite } from '../support/suite.js'

const { run } = await instantiatePrecompiles()
const test = suite('p256verify')
const { Fn, Fp } = p256.Point
const ONE = '1'.padStart(64, '0')

function bigEndian(value: bigint): Uint8Array {
  return hexToBytes(value.toString(16).padStart(64, '0'))
}

function verify(input: Uint8Array): string {
  const outcome = run('P256Verify', 'Osaka', input)
  if (typeof outcome === 'string') throw new Error(outcome)
  assert.is(outcome.gasUsed, 6900n)
  return bytesToHex(outcome.output)
}

// A signature of the Wycheproof suite, with a high s.
const HASH: Uint8Array = hexToBytes('bb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023')
const R = 0x2ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18n
const S = 0x4cd60b855d442f5b3c7b11eb6c4e0ae7525fe710fab9aa7c77a67f79e6fadd76n
const X = 0x2927b10512bae3eddcfe467828128bad2903269919f7086069c8c4df6c732838n
const Y = 0xc7787964eaac00e5921fb1498a60f4606766b3d9685001558d1a974e7341513en

const input = (hash: Uint8Array = HASH, r = R, s = S, x = X, y = Y) => concatBytes(hash, ...[r, s, x, y].map(bigEndian))

test('a known signature, and its twin with the other s', () => {
  assert.is(verify(input()), ONE)
  assert.is(verify(input(HASH, R, Fn.ORDER - S)), ONE)
})

test('what noble signs is accepted, and not for another hash', () => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
  fc.assert(
    fc.property(bytes32, bytes32, fc.nat({ max: 31 }), (seed, hash, at) => {
      const secretKey = p256.utils.randomSecretKey(concatBytes(seed, seed.subarray(0, 16)))
      const key = p256.getPublicKey(secretKey, false).subarray(1)
      const signature = p256.sign(hash, secretKey, { prehash: false })
      assert.is(verify(concatBytes(hash, signature, key)), ONE)
      const other = hash.slice()
      other[at]! ^= 1
      assert.is(verify(concatBytes(other, signature, key)), '')
    }),
    { numRuns: 20 },
  )
})

test('nothing comes out for r or s outside of [1, n), without failing', () => {
  for (const bad of [0n, Fn.ORDER, Fn.ORDER + 1n, (1n << 256n) - 1n]) {
    assert.is(verify(input(HASH, bad)), '')
    assert.is(verify(input(HASH, R, bad)), '')
  }
})

test('nothing comes out for a key that is not on the curve, infinity, or not reduced', () => {
  assert.is(verify(input(HASH, R, S, X, Y ^ 1n)), '')
  assert.is(verify(input(HASH, R, S, 0n, 0n)), '')
  assert.is(verify(input(HASH, R, S, Fp.ORDER, Y)), '')
  // x = 5 has a point; x + p is the same number in the field, and must be refused.
  const y = Fp.sqrt((125n - 15n + p256.Point.CURVE().b) % Fp.ORDER)
  const hash = bigEndian(1n)
  assert.is(verify(input(hash, R, S, Fp.ORDER + 5n, y)), '')
})

test('an x of the nonce point that is n or more is compared modulo n', () => {
  // A nonce point with n ≤ x < p, and a key that makes it: Q = (s R - h G) / r.
  const { Point } = p256
  let x = Fn.ORDER
  let y: bigint | undefined
  while (y === undefined) {
    x += 1n
    try {
      y = Fp.sqrt((x ** 3n - 3n * x + Point.CURVE().b) % Fp.ORDER)
    } catch {
      // no point here
    }
  }
  const r = x - Fn.ORDER
  const nonce = Point.fromAffine({ x, y })
  const key = nonce.subtract(Point.BASE.multiplyUnsafe(9n)).multiplyUnsafe(Fn.inv(r)).toAffine()
  assert.is(verify(input(bigEndian(9n), r, 1n, key.x, key.y)), ONE)
})

test('nothing comes out when the nonce point is infinity', () => {
  // h G + r Q = 0 for Q = G and r = -h.
  const { x, y } = p256.Point.BASE
  assert.is(verify(input(bigEndian(5n), Fn.ORDER - 5n, 1n, x, y)), '')
})

test('nothing comes out for an input of another size', () => {
  assert.is(verify(new Uint8Array(0)), '')
  assert.is(verify(input().subarray(0, 159)), '')
  assert.is(verify(concatBytes(input(), Uint8Array.of(0))), '')
})

test.run()
