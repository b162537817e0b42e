import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { instantiatePrecompiles } from '../support/precompiles.js'
import { suite } from '../support/suite.js'

const { run } = await instantiatePrecompiles()
const test = suite('ecrecover')
const ORDER = secp256k1.Point.Fn.ORDER

function bigEndian(value: bigint): Uint8Array {
  return hexToBytes(value.toString(16).padStart(64, '0'))
}

function recover(hash: Uint8Array, v: bigint, r: bigint, s: bigint): string {
  const outcome = run('EcRecover', 'Frontier', concatBytes(hash, bigEndian(v), bigEndian(r), bigEndian(s)))
  if (typeof outcome === 'string') throw new Error(outcome)
  assert.is(outcome.gasUsed, 3000n)
  return bytesToHex(outcome.output)
}

function addressOf(secretKey: Uint8Array): string {
  const key = secp256k1.getPublicKey(secretKey, false)
  return bytesToHex(keccak_256(key.subarray(1)).subarray(12)).padStart(64, '0')
}

const HASH = hexToBytes('18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c')
const R = 0x73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75fn
const S = 0xeeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549n
const SIGNER = 'a94f5374fce5edbc8e2a8697c15331677e6ebf0b'.padStart(64, '0')

test('a known signature, whose s is high', () => {
  assert.is(recover(HASH, 28n, R, S), SIGNER)
  assert.ok(S > ORDER / 2n)
  // The same signature with the low s has the other parity.
  assert.is(recover(HASH, 27n, R, ORDER - S), SIGNER)
})

test('what noble signs is recovered', () => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
  fc.assert(
    fc.property(bytes32, bytes32, (seed, hash) => {
      const secretKey = secp256k1.utils.randomSecretKey(concatBytes(seed, seed.subarray(0, 16)))
      const signature = secp256k1.Signature.fromBytes(
        secp256k1.sign(hash, secretKey, { prehash: false, format: 'recovered' }),
        'recovered',
      )
      if (signature.recovery! > 1) return // r + n: no v stands for it
      assert.is(recover(hash, 27n + BigInt(signature.recovery!), signature.r, signature.s), addressOf(secretKey))
    }),
    { numRuns: 30 },
  )
})

test('nothing comes out for a v other than 27 and 28, in all of its 32 bytes', () => {
  for (const v of [0n, 1n, 26n, 29n, (1n << 8n) | 28n, (1n << 255n) | 28n]) assert.is(recover(HASH, v, R, S), '')
})

test('nothing comes out for r or s outside of [1, n)', () => {
  for (const bad of [0n, ORDER, ORDER + 1n, (1n << 256n) - 1n]) {
    assert.is(recover(HASH, 28n, bad, S), '')
    assert.is(recover(HASH, 28n, R, bad), '')
  }
})

test('nothing comes out when no point has x = r', () => {
  // 5 is the smallest x without a point on the curve.
  assert.is(recover(HASH, 27n, 5n, 1n), '')
  assert.is.not(recover(HASH, 27n, 1n, 1n), '')
})

test('nothing comes out when the key would be infinity', () => {
  // With nonce point G and s = hash / 1: (s R - h G) / r = 0.
  const { x } = secp256k1.Point.BASE
  assert.is(recover(bigEndian(7n), 27n, x, 7n), '')
})

test('a short input is filled up with zeros, a long one is cut', () => {
  const input = concatBytes(HASH, bigEndian(28n), bigEndian(R), bigEndian(S))
  const long = run('EcRecover', 'Frontier', concatBytes(input, Uint8Array.of(1, 2, 3)))
  assert.equal(long, { gasUsed: 3000n, output: hexToBytes(SIGNER) })
  assert.equal(run('EcRecover', 'Frontier', new Uint8Array(0)), { gasUsed: 3000n, output: new Uint8Array(0) })
  assert.equal(run('EcRecover', 'Frontier', input.subarray(0, 127)), {
    gasUsed: 3000n,
    output: hexToBytes(recover(HASH, 28n, R, S & ~0xffn)),
  })
})

test('one gas too little fails', () => {
  assert.is(run('EcRecover', 'Frontier', new Uint8Array(128), { gas: 2999n }), 'failed')
})

test.run()
