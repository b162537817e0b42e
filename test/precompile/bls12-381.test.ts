import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { instantiatePrecompiles } from '../support/precompiles.js'
import { suite } from '../support/suite.js'

const { run } = await instantiatePrecompiles()
const test = suite('bls12-381')

const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point
const { Fp, Fp2, Fr } = bls12_381.fields
const P = Fp.ORDER
const ORDER = Fr.ORDER

type G1 = typeof G1.BASE
type G2 = typeof G2.BASE

/** Field elements of 64 bytes. */
function elements(...values: bigint[]): Uint8Array {
  return concatBytes(...values.map((value) => hexToBytes(value.toString(16).padStart(128, '0'))))
}

function scalar(value: bigint): Uint8Array {
  return hexToBytes(value.toString(16).padStart(64, '0'))
}

function encode1(point: G1): Uint8Array {
  const { x, y } = point.toAffine()
  return elements(x, y)
}

function encode2(point: G2): Uint8Array {
  const { x, y } = point.toAffine()
  return elements(x.c0, x.c1, y.c0, y.c1)
}

function call(name: string, ...parts: Uint8Array[]): string {
  const outcome = run(name, 'Prague', concatBytes(...parts))
  return typeof outcome === 'string' ? outcome : bytesToHex(outcome.output)
}

const hex = (bytes: Uint8Array) => bytesToHex(bytes)
const INFINITY_1 = new Uint8Array(128)
const INFINITY_2 = new Uint8Array(256)
const g1 = encode1(G1.BASE)
const g2 = encode2(G2.BASE)
const TRUE = hex(scalar(1n))
const FALSE = hex(scalar(0n))

/** x = 4 on the curve y² = x³ + 4, x = 2 on its twist: both outside of the subgroup. */
const stray1 = elements(4n, Fp.sqrt(68n))
const stray2 = (() => {
  const y = Fp2.sqrt(Fp2.add(Fp2.create({ c0: 8n, c1: 0n }), G2.CURVE().b))
  return elements(2n, 0n, y.c0, y.c1)
})()

const DOUBLE_G1 =
  '000000000000000000000000000000000572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e' +
  '00000000000000000000000000000000166a9d8cabc673a322fda673779d8e3822ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28'

test('prices', () => {
  const prices: [string, number, bigint][] = [
    ['Bls12G1Add', 256, 375n],
    ['Bls12G2Add', 512, 600n],
    ['Bls12MapFpToG1', 64, 5500n],
    ['Bls12MapFp2ToG2', 128, 23_800n],
    ['Bls12Pairing', 384, 70_300n],
    ['Bls12Pairing', 768, 102_900n],
    // k × multiplication × discount(k) / 1000
    ['Bls12G1Msm', 160, 12_000n],
    ['Bls12G1Msm', 160 * 2, 22_776n],
    ['Bls12G1Msm', 160 * 3, 30_528n],
    ['Bls12G1Msm', 160 * 128, 797_184n],
    ['Bls12G1Msm', 160 * 129, 803_412n],
    ['Bls12G2Msm', 288, 22_500n],
    ['Bls12G2Msm', 288 * 2, 45_000n],
    ['Bls12G2Msm', 288 * 3, 62_302n],
    ['Bls12G2Msm', 288 * 128, 1_509_120n],
    ['Bls12G2Msm', 288 * 129, 1_520_910n],
  ]
  for (const [name, size, gas] of prices) {
    const outcome = run(name, 'Prague', new Uint8Array(size), { gas })
    assert.is(typeof outcome === 'string' ? outcome : outcome.gasUsed, gas, `${name} of ${size} bytes`)
    assert.is(run(name, 'Prague', new Uint8Array(size), { gas: gas - 1n }), 'failed')
  }
})

test('an input of the wrong size fails', () => {
  const sizes: [string, number[]][] = [
    ['Bls12G1Add', [0, 255, 257]],
    ['Bls12G2Add', [0, 511, 513]],
    ['Bls12G1Msm', [0, 159, 161]],
    ['Bls12G2Msm', [0, 287, 289]],
    ['Bls12Pairing', [0, 383, 385]],
    ['Bls12MapFpToG1', [0, 63, 65]],
    ['Bls12MapFp2ToG2', [0, 127, 129]],
  ]
  for (const [name, wrong] of sizes) {
    for (const size of wrong) assert.is(run(name, 'Prague', new Uint8Array(size)), 'failed', `${name}, ${size} bytes`)
  }
})

test('twice the generator is the published point, by addition and by multiplication', () => {
  assert.is(call('Bls12G1Add', g1, g1), DOUBLE_G1)
  assert.is(call('Bls12G1Msm', g1, scalar(2n)), DOUBLE_G1)
  assert.is(call('Bls12G2Add', g2, g2), hex(encode2(G2.BASE.double())))
  assert.is(call('Bls12G2Msm', g2, scalar(2n)), hex(encode2(G2.BASE.double())))
})

test('add: infinity and inverses', () => {
  assert.is(call('Bls12G1Add', g1, INFINITY_1), hex(g1))
  assert.is(call('Bls12G1Add', INFINITY_1, INFINITY_1), hex(INFINITY_1))
  assert.is(call('Bls12G1Add', g1, encode1(G1.BASE.negate())), hex(INFINITY_1))
  assert.is(call('Bls12G2Add', INFINITY_2, g2), hex(g2))
  assert.is(call('Bls12G2Add', g2, encode2(G2.BASE.negate())), hex(INFINITY_2))
})

test('add takes points outside of the subgroup; multiplication and pairing refuse them', () => {
  assert.is.not(call('Bls12G1Add', stray1, g1), 'failed')
  assert.is(call('Bls12G1Add', stray1, INFINITY_1), hex(stray1))
  assert.is(call('Bls12G2Add', stray2, INFINITY_2), hex(stray2))
  for (const factor of [0n, 1n]) {
    assert.is(call('Bls12G1Msm', stray1, scalar(factor)), 'failed')
    assert.is(call('Bls12G2Msm', stray2, scalar(factor)), 'failed')
  }
  assert.is(call('Bls12Pairing', stray1, INFINITY_2), 'failed')
  assert.is(call('Bls12Pairing', INFINITY_1, stray2), 'failed')
})

test('a coordinate that is not reduced, has a non-zero padding, or is off the curve fails', () => {
  const padded = g1.slice()
  padded[0] = 1
  const paddedLast = g1.slice()
  paddedLast[64 + 15] = 1
  for (const bad of [elements(P, 0n), elements(0n, P), elements(1n, 1n), padded, paddedLast]) {
    assert.is(call('Bls12G1Add', bad, g1), 'failed')
    assert.is(call('Bls12G1Add', g1, bad), 'failed')
    assert.is(call('Bls12G1Msm', bad, scalar(1n)), 'failed')
    assert.is(call('Bls12Pairing', bad, INFINITY_2), 'failed')
  }
  for (const bad of [elements(P, 0n, 0n, 0n), elements(0n, 0n, 0n, P), elements(1n, 0n, 1n, 0n)]) {
    assert.is(call('Bls12G2Add', bad, g2), 'failed')
    assert.is(call('Bls12G2Msm', bad, scalar(1n)), 'failed')
    assert.is(call('Bls12Pairing', INFINITY_1, bad), 'failed')
  }
  assert.is(call('Bls12MapFpToG1', elements(P)), 'failed')
  assert.is(call('Bls12MapFp2ToG2', elements(P, 0n)), 'failed')
  assert.is(call('Bls12MapFp2ToG2', elements(0n, P)), 'failed')
})

test('multi-scalar multiplication: any scalar of 256 bits, infinities among the points', () => {
  const most = (1n << 256n) - 1n
  assert.is(call('Bls12G1Msm', g1, scalar(0n)), hex(INFINITY_1))
  assert.is(call('Bls12G1Msm', g1, scalar(ORDER)), hex(INFINITY_1))
  assert.is(call('Bls12G1Msm', INFINITY_1, scalar(most)), hex(INFINITY_1))
  assert.is(call('Bls12G1Msm', g1, scalar(most)), hex(encode1(G1.BASE.multiply(most % ORDER))))
  assert.is(call('Bls12G1Msm', g1, scalar(1n), INFINITY_1, scalar(7n), g1, scalar(1n)), DOUBLE_G1)
  assert.is(call('Bls12G2Msm', g2, scalar(ORDER + 1n), INFINITY_2, scalar(most)), hex(g2))
})

test('multi-scalar multiplication is the sum of the products', () => {
  const scalars = fc.array(fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), { minLength: 2, maxLength: 5 })
  fc.assert(
    fc.property(scalars, (factors) => {
      const items1 = factors.map((k, i) => concatBytes(encode1(G1.BASE.multiplyUnsafe(BigInt(i + 1))), scalar(k)))
      const items2 = factors.map((k, i) => concatBytes(encode2(G2.BASE.multiplyUnsafe(BigInt(i + 1))), scalar(k)))
      const total = factors.reduce((sum, k, i) => sum + k * BigInt(i + 1), 0n) % ORDER
      assert.is(call('Bls12G1Msm', ...items1), hex(encode1(G1.BASE.multiplyUnsafe(total))))
      assert.is(call('Bls12G2Msm', ...items2), hex(encode2(G2.BASE.multiplyUnsafe(total))))
    }),
    { numRuns: 5 },
  )
})

test('multi-scalar multiplication of so many points that buckets are used', () => {
  const points = 301
  const item = concatBytes(g1, scalar(ORDER - 3n))
  const expected = hex(encode1(G1.BASE.multiplyUnsafe(Fr.create(-3n * BigInt(points)))))
  assert.is(call('Bls12G1Msm', ...new Array<Uint8Array>(points).fill(item)), expected)
})

test('pairing is bilinear', () => {
  const factor = fc.bigInt({ min: 1n, max: ORDER - 1n })
  fc.assert(
    fc.property(factor, factor, (a, b) => {
      const left = [encode1(G1.BASE.multiplyUnsafe(a)), encode2(G2.BASE.multiplyUnsafe(b))]
      const right = encode1(G1.BASE.multiplyUnsafe((a * b) % ORDER).negate())
      assert.is(call('Bls12Pairing', ...left, right, g2), TRUE)
      assert.is(call('Bls12Pairing', ...left, right, encode2(G2.BASE.double())), FALSE)
    }),
    { numRuns: 3 },
  )
})

test('pairing: a pair with an infinity gives one', () => {
  assert.is(call('Bls12Pairing', INFINITY_1, g2), TRUE)
  assert.is(call('Bls12Pairing', g1, INFINITY_2), TRUE)
  assert.is(call('Bls12Pairing', g1, g2), FALSE)
  assert.is(call('Bls12Pairing', INFINITY_1, INFINITY_2, g1, g2), FALSE)
})

test('maps: the published first vectors', () => {
  assert.is(
    call(
      'Bls12MapFpToG1',
      elements(0x156c8a6a2c184569d69a76be144b5cdc5141d2d2ca4fe341f011e25e3969c55ad9e9b9ce2eb833c81a908e5fa4ac5f03n),
    ),
    '00000000000000000000000000000000184bb665c37ff561a89ec2122dd343f20e0f4cbcaec84e3c3052ea81d1834e192c426074b02ed3dca4e7676ce4ce48ba' +
      '0000000000000000000000000000000004407b8d35af4dacc809927071fc0405218f1401a6d15af775810e4e460064bcc9468beeba82fdc751be70476c888bf3',
  )
  assert.is(
    call(
      'Bls12MapFp2ToG2',
      elements(
        0x07355d25caf6e7f2f0cb2812ca0e513bd026ed09dda65b177500fa31714e09ea0ded3a078b526bed3307f804d4b93b04n,
        0x02829ce3c021339ccb5caf3e187f6370e1e2a311dec9b75363117063ab2015603ff52c3d3b98f19c2f65575e99e8b78cn,
      ),
    ),
    '0000000000000000000000000000000000e7f4568a82b4b7dc1f14c6aaa055edf51502319c723c4dc2688c7fe5944c213f510328082396515734b6612c4e7bb7' +
      '00000000000000000000000000000000126b855e9e69b1f691f816e48ac6977664d24d99f8724868a184186469ddfd4617367e94527d4b74fc86413483afb35b' +
      '000000000000000000000000000000000caead0fd7b6176c01436833c79d305c78be307da5f6af6c133c47311def6ff1e0babf57a0fb5539fce7ee12407b0a42' +
      '000000000000000000000000000000001498aadcf7ae2b345243e281ae076df6de84455d766ab6fcdaad71fab60abb2e8b980a440043cd305db09d283c895e3d',
  )
})

test('maps end in the subgroup', () => {
  for (const value of [0n, 1n, P - 1n]) {
    assert.is.not(call('Bls12G1Msm', hexToBytes(call('Bls12MapFpToG1', elements(value))), scalar(1n)), 'failed')
    const mapped = hexToBytes(call('Bls12MapFp2ToG2', elements(value, 3n)))
    assert.is.not(call('Bls12G2Msm', mapped, scalar(1n)), 'failed')
  }
})

test.run()
