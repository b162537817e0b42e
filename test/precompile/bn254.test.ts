import { bn254 } from '@noble/curves/bn254.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { instantiatePrecompiles } from '../support/precompiles.js'
import { suite } from '../support/suite.js'

const { run } = await instantiatePrecompiles()
const test = suite('bn254')

const G1 = bn254.G1.Point
const G2 = bn254.G2.Point
const P = bn254.fields.Fp.ORDER
const ORDER = bn254.fields.Fr.ORDER

type G1 = typeof G1.BASE
type G2 = typeof G2.BASE

function words(...values: bigint[]): Uint8Array {
  return concatBytes(...values.map((value) => hexToBytes(value.toString(16).padStart(64, '0'))))
}

function encode1(point: G1): Uint8Array {
  const { x, y } = point.toAffine()
  return words(x, y)
}

function encode2(point: G2): Uint8Array {
  const { x, y } = point.toAffine()
  return words(x.c1, x.c0, y.c1, y.c0)
}

function call(name: string, ...parts: Uint8Array[]): string {
  const outcome = run(name, 'Istanbul', concatBytes(...parts))
  return typeof outcome === 'string' ? outcome : bytesToHex(outcome.output)
}

const hex = (bytes: Uint8Array) => bytesToHex(bytes)
const INFINITY = new Uint8Array(64)
const TRUE = hex(words(1n))
const FALSE = hex(words(0n))

test('EIP-1108: prices before and from Istanbul on', () => {
  const prices: [string, number, bigint, bigint][] = [
    ['Bn254Add', 128, 500n, 150n],
    ['Bn254Multiply', 96, 40_000n, 6000n],
    ['Bn254Pairing', 0, 100_000n, 45_000n],
    ['Bn254Pairing', 384, 260_000n, 113_000n],
  ]
  for (const [name, size, byzantium, istanbul] of prices) {
    const input = new Uint8Array(size)
    for (const [fork, gas] of [
      ['Byzantium', byzantium],
      ['Petersburg', byzantium],
      ['Istanbul', istanbul],
      ['Osaka', istanbul],
    ] as const) {
      const outcome = run(name, fork, input, { gas })
      assert.is(typeof outcome === 'string' ? outcome : outcome.gasUsed, gas, `${name} in ${fork}`)
      assert.is(run(name, fork, input, { gas: gas - 1n }), 'failed')
    }
  }
})

test('add: twice the generator is the published point', () => {
  assert.is(
    call('Bn254Add', words(1n, 2n, 1n, 2n)),
    '030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3' +
      '15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4',
  )
})

test('add: infinity, inverses, and a short or long input', () => {
  const g = encode1(G1.BASE)
  assert.is(call('Bn254Add', g, INFINITY), hex(g))
  assert.is(call('Bn254Add', INFINITY, g), hex(g))
  assert.is(call('Bn254Add', g), hex(g))
  assert.is(call('Bn254Add'), hex(INFINITY))
  assert.is(call('Bn254Add', g, encode1(G1.BASE.negate())), hex(INFINITY))
  assert.is(call('Bn254Add', g, INFINITY, g), hex(g))
})

test('add and multiply: a coordinate that is not reduced or a point off the curve fails', () => {
  for (const bad of [words(1n, 3n), words(P + 1n, 2n), words(1n, P + 2n), words(P, 0n), words(0n, P), words(0n, 1n)]) {
    assert.is(call('Bn254Add', bad, INFINITY), 'failed')
    assert.is(call('Bn254Add', INFINITY, bad), 'failed')
    assert.is(call('Bn254Multiply', bad, words(0n)), 'failed')
  }
})

test('multiply: published product', () => {
  assert.is(
    call(
      'Bn254Multiply',
      hexToBytes(
        '2bd3e6d0f3b142924f5ca7b49ce5b9d54c4703d7ae5648e61d02268b1a0a9fb7' +
          '21611ce0a6af85915e2f1d70300909ce2e49dfad4a4619c8390cae66cefdb204' +
          '00000000000000000000000000000000000000000000000011138ce750fa15c2',
      ),
    ),
    '070a8d6a982153cae4be29d434e8faef8a47b274a053f5a4ee2a6c9c13c31e5c' +
      '031b8ce914eba3a9ffb989f9cdd5b0f01943074bf4f0f315690ec3cec6981afc',
  )
})

test('multiply: the scalar may be any number of 256 bits', () => {
  const g = encode1(G1.BASE)
  assert.is(call('Bn254Multiply', g, words(0n)), hex(INFINITY))
  assert.is(call('Bn254Multiply', g, words(ORDER)), hex(INFINITY))
  assert.is(call('Bn254Multiply', g, words(ORDER + 1n)), hex(g))
  const most = (1n << 256n) - 1n
  assert.is(call('Bn254Multiply', g, words(most)), hex(encode1(G1.BASE.multiply(most % ORDER))))
  assert.is(call('Bn254Multiply', INFINITY, words(most)), hex(INFINITY))
  // A scalar that is cut off is filled up with zeros at its end.
  assert.is(call('Bn254Multiply', g, Uint8Array.of(0, 1)), hex(encode1(G1.BASE.multiply((1n << 240n) % ORDER))))
})

test('multiply distributes over add', () => {
  const scalar = fc.bigInt({ min: 1n, max: ORDER - 1n })
  fc.assert(
    fc.property(scalar, scalar, scalar, (a, b, k) => {
      const p = encode1(G1.BASE.multiplyUnsafe(a))
      const q = encode1(G1.BASE.multiplyUnsafe(b))
      const sum = hexToBytes(call('Bn254Add', p, q))
      const products = [p, q].map((point) => hexToBytes(call('Bn254Multiply', point, words(k))))
      assert.is(call('Bn254Multiply', sum, words(k)), call('Bn254Add', ...products))
    }),
    { numRuns: 15 },
  )
})

test('pairing is bilinear', () => {
  const scalar = fc.bigInt({ min: 1n, max: ORDER - 1n })
  fc.assert(
    fc.property(scalar, scalar, (a, b) => {
      const left = [encode1(G1.BASE.multiplyUnsafe(a)), encode2(G2.BASE.multiplyUnsafe(b))]
      const right = encode1(G1.BASE.multiplyUnsafe((a * b) % ORDER).negate())
      assert.is(call('Bn254Pairing', ...left, right, encode2(G2.BASE)), TRUE)
      assert.is(call('Bn254Pairing', ...left, right, encode2(G2.BASE.double())), FALSE)
    }),
    { numRuns: 4 },
  )
})

test('pairing: no pairs, and pairs with an infinity, give one', () => {
  assert.is(call('Bn254Pairing'), TRUE)
  assert.is(call('Bn254Pairing', INFINITY, encode2(G2.BASE)), TRUE)
  assert.is(call('Bn254Pairing', encode1(G1.BASE), new Uint8Array(128)), TRUE)
  assert.is(call('Bn254Pairing', encode1(G1.BASE), encode2(G2.BASE)), FALSE)
  assert.is(call('Bn254Pairing', INFINITY, encode2(G2.BASE), encode1(G1.BASE), encode2(G2.BASE)), FALSE)
})

test('pairing: an invalid point fails, also beside an infinity', () => {
  const onTwist = { c0: 1n, c1: 0n }
  const { Fp2 } = bn254.fields
  const y = Fp2.sqrt(Fp2.add(Fp2.ONE, G2.CURVE().b))
  const outsideOfSubgroup = words(onTwist.c1, onTwist.c0, y.c1, y.c0)
  for (const g1 of [INFINITY, encode1(G1.BASE)]) {
    assert.is(call('Bn254Pairing', g1, outsideOfSubgroup), 'failed')
    assert.is(call('Bn254Pairing', g1, words(1n, 1n, 1n, 1n)), 'failed')
    assert.is(call('Bn254Pairing', g1, words(P, 0n, 0n, 0n)), 'failed')
  }
  assert.is(call('Bn254Pairing', words(1n, 1n), new Uint8Array(128)), 'failed')
})

test('pairing: a length that is no multiple of 192 fails', () => {
  assert.is(call('Bn254Pairing', new Uint8Array(191)), 'failed')
  assert.is(call('Bn254Pairing', new Uint8Array(193)), 'failed')
})

test.run()
