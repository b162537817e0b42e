import { secp256k1 } from '@noble/curves/secp256k1.js'
import * as assert from 'uvu/assert'
import { addressOf } from '../../src/codec/address.js'
import { bigIntToBytes } from '../../src/codec/bytes.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { recoverSigner } from '../../src/codec/secp256k1.js'
import { Random } from '../support/random.js'
import { suite } from '../support/suite.js'

const test = suite('codec/secp256k1')

const { Point } = secp256k1
const { p: FIELD, n: ORDER } = Point.CURVE()
/** A cube root of 1 mod the order: what the endomorphism multiplies by. */
const ROOT = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n
const ALL_ONES = 2n ** 256n - 1n

const REFUSED = 'refused'

function recover(hash: bigint, r: bigint, s: bigint, id: number): string {
  const [hashBytes, rBytes, sBytes] = [hash, r, s].map((value) => bigIntToBytes(value, 32))
  const signer = recoverSigner(hashBytes!, rBytes!, sBytes!, id)
  return signer === undefined ? REFUSED : bytesToHex(signer)
}

function recoverByNoble(hash: bigint, r: bigint, s: bigint, id: number): string {
  try {
    const key = new secp256k1.Signature(r, s, id).recoverPublicKey(bigIntToBytes(hash, 32))
    return bytesToHex(addressOf(key.toBytes(false)))
  } catch {
    return REFUSED
  }
}

/** How many of the signatures some key can have made. */
function countRecovered(signatures: Iterable<readonly [hash: bigint, r: bigint, s: bigint, id: number]>): number {
  let count = 0
  for (const [hash, r, s, id] of signatures) {
    const expected = recoverByNoble(hash, r, s, id)
    const details = `hash ${hash.toString(16)}, r ${r.toString(16)}, s ${s.toString(16)}, id ${id}`
    assert.is(recover(hash, r, s, id), expected, details)
    if (expected !== REFUSED) count++
  }
  return count
}

function randomNumber(random: Random, bits = 256): bigint {
  let value = 0n
  for (let i = 0; i < 8; i++) value = (value << 32n) | BigInt(random.bits())
  return value & (2n ** BigInt(bits) - 1n)
}

test('random numbers: the same keys and refusals as noble', () => {
  const random = new Random(1)
  const signatures = Array.from({ length: 2000 }, () => {
    const [hash, r, s] = [randomNumber(random), randomNumber(random), randomNumber(random)]
    return [hash, r, s, random.below(2)] as const
  })
  // No point has the other half's x.
  assert.ok(Math.abs(countRecovered(signatures) - 1000) < 150)
})

test('real signatures: the signer, whatever their s', () => {
  const random = new Random(2)
  for (let i = 0; i < 200; i++) {
    const key = bigIntToBytes((randomNumber(random) % (ORDER - 1n)) + 1n, 32)
    const hash = randomNumber(random)
    const bytes = secp256k1.sign(bigIntToBytes(hash, 32), key, { prehash: false, format: 'recovered' })
    const { r, s, recovery } = secp256k1.Signature.fromBytes(bytes, 'recovered')
    const signer = bytesToHex(addressOf(secp256k1.getPublicKey(key, false)))
    assert.is(recover(hash, r, s, recovery!), signer)
    assert.is(recover(hash, r, ORDER - s, recovery! ^ 1), signer)
  }
})

/** 0, 1, and each of the moduli and the powers of two where halves and limbs meet, with their neighbours. */
function edges(): bigint[] {
  const middles = [0n, ORDER, FIELD, FIELD - ORDER, ORDER / 2n, ROOT, 2n ** 128n, 2n ** 232n, ALL_ONES]
  const around = middles.flatMap((value) => [value - 1n, value, value + 1n])
  return around.filter((value) => value >= 0n && value <= ALL_ONES)
}

test('edges of r, with every recovery id', () => {
  const random = new Random(3)
  const signatures = edges().flatMap((r) =>
    [0, 1, 2, 3].map((id) => [randomNumber(random), r, randomNumber(random) % ORDER, id] as const),
  )
  assert.ok(countRecovered(signatures) > 10)
})

test('edges of s and of the hash', () => {
  const signatures = edges().flatMap((hash) =>
    edges().flatMap((s) => [0, 1].map((id) => [hash, Point.BASE.x, s, id] as const)),
  )
  assert.ok(countRecovered(signatures) > 500)
})

test('r + n: an x that is no r is found, up to p', () => {
  const random = new Random(4)
  const small = Array.from(
    { length: 200 },
    (_, i) => [randomNumber(random), BigInt(i), 1n + BigInt(i), 2 + (i & 1)] as const,
  )
  assert.ok(countRecovered(small) > 70)
  const atTheEnd = Array.from({ length: 100 }, (_, i) => {
    return [randomNumber(random), FIELD - ORDER - 50n + BigInt(i), 7n, 2] as const
  })
  const found = countRecovered(atTheEnd)
  assert.ok(found > 10 && found <= 50, `${found}`)
})

/** The signature whose key is g G + k R, for a nonce point R = j G. */
function signatureOf(g: bigint, k: bigint, j: bigint): readonly [hash: bigint, r: bigint, s: bigint, id: number] {
  const { x, y } = Point.BASE.multiply(((j % ORDER) + ORDER) % ORDER).toAffine()
  const modulo = (value: bigint) => ((value % ORDER) + ORDER) % ORDER
  const r = modulo(x)
  return [modulo(-g * r), r, modulo(k * r), Number(y & 1n) | (x >= ORDER ? 2 : 0)]
}

test('sums that meet equal points, opposite points and infinity on their way', () => {
  const nonces = [1n, 2n, 3n, 5n, -1n, 7n, 16n, 31n, ROOT, -ROOT, ROOT + 1n, 2n ** 128n, -(2n ** 128n), 2n ** 127n]
  const signatures = nonces.flatMap((j) =>
    [1n, 2n, 3n, 15n, 17n, ROOT, ROOT * 3n, -1n, 2n ** 127n].flatMap((k) => [
      signatureOf(0n, k, j),
      signatureOf(k * j, k, j),
      signatureOf(-k * j + 1n, k, j),
      signatureOf(-k * j - 2n ** 128n, k, j),
      signatureOf(1n, k, j),
    ]),
  )
  assert.ok(countRecovered(signatures) > 600)
})

test('a key at infinity is refused', () => {
  for (const [j, k] of [
    [1n, 1n],
    [3n, ORDER - 5n],
    [ROOT, 12345n],
    [2n ** 128n, 77n],
  ] as const) {
    const [hash, r, s, id] = signatureOf(-k * j, k, j)
    assert.is(recover(hash, r, s, id), REFUSED)
    assert.is(recoverByNoble(hash, r, s, id), REFUSED)
    assert.is.not(recover(hash, r, s, id ^ 1), REFUSED)
  }
})

test('factors of few bits and of few zeros', () => {
  const random = new Random(5)
  const sparse = () => (2n ** BigInt(random.below(256)) + 2n ** BigInt(random.below(256))) % ORDER
  const dense = () => ORDER - sparse()
  const signatures = Array.from({ length: 200 }, () => {
    const [g, k] = [random.pick([sparse, dense])(), random.pick([sparse, dense])()]
    return signatureOf(g, k, randomNumber(random))
  })
  assert.is(countRecovered(signatures), 200)
})

test.run()
