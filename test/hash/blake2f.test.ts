import { blake2b } from '@noble/hashes/blake2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.js'
import { instantiateUnits, OPERANDS } from '../support/units.js'

const { bytes, functions } = await instantiateUnits()
const OUT = OPERANDS
const INPUT = OPERANDS + 0x1000

/** BLAKE2b-512's initial state: the fractions of the square roots of the first primes, with digest size 64 mixed in. */
const INITIAL_STATE: Uint8Array = hexToBytes(
  '48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5' +
    'd182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b',
)

/** The fractions alone, which fill the other half of the words that are mixed. */
const CONSTANTS =
  '08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5' +
  'd182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b'

function compress(
  rounds: number,
  state: Uint8Array,
  message: Uint8Array,
  offset: number,
  isFinal: boolean,
): Uint8Array {
  const input = new Uint8Array(213)
  const view = new DataView(input.buffer)
  view.setUint32(0, rounds)
  input.set(state, 4)
  input.set(message, 68)
  view.setUint32(196, offset, true)
  input[212] = isFinal ? 1 : 0
  bytes.set(input, INPUT)
  functions.blake2f!(OUT, INPUT)
  return bytes.slice(OUT, OUT + 64)
}

/** BLAKE2b-512 made of the compression function. */
function hash(data: Uint8Array): Uint8Array {
  let state: Uint8Array = INITIAL_STATE
  let at = 0
  for (; at + 128 < data.length; at += 128) {
    state = compress(12, state, data.subarray(at, at + 128), at + 128, false)
  }
  return compress(12, state, data.subarray(at), data.length, true)
}

/** The columns and the diagonals of the 4 × 4 words. */
const MIXES = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const

/** RFC 7693, section 2.7: a digit is a message word's number. */
const ORDERS = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
].map((digits) => Array.from(digits, (digit) => Number.parseInt(digit, 16)))

const word = (value: bigint): bigint => BigInt.asUintN(64, value)
const rotate = (value: bigint, bits: bigint): bigint => word((value >> bits) | (value << (64n - bits)))

/** RFC 7693, section 3.2: for numbers of rounds that no hash has. */
function compressPlainly(rounds: number, state: Uint8Array, message: Uint8Array, offset: bigint): Uint8Array {
  const read = (bytes: Uint8Array, count: number): bigint[] => {
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    return Array.from({ length: count }, (_, i) => view.getBigUint64(8 * i, true))
  }
  const start = read(state, 8)
  const words = read(message, 16)
  const v = [...start, ...read(hexToBytes(CONSTANTS), 8)]
  v[12] = v[12]! ^ offset
  v[14] = word(~v[14]!)
  for (let round = 0; round < rounds; round++) {
    const order = ORDERS[round % 10]!
    MIXES.forEach(([a, b, c, d], i) => {
      for (const [at, first, second] of [
        [order[2 * i]!, 32n, 24n],
        [order[2 * i + 1]!, 16n, 63n],
      ] as const) {
        v[a] = word(v[a]! + v[b]! + words[at]!)
        v[d] = rotate(v[d]! ^ v[a]!, first)
        v[c] = word(v[c]! + v[d]!)
        v[b] = rotate(v[b]! ^ v[c]!, second)
      }
    })
  }
  const out = new Uint8Array(64)
  const view = new DataView(out.buffer)
  start.forEach((value, i) => {
    view.setBigUint64(8 * i, value ^ v[i]! ^ v[i + 8]!, true)
  })
  return out
}

const test = suite('blake2f')

test('BLAKE2b built from it agrees with noble', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (data) => {
      assert.is(bytesToHex(hash(data)), bytesToHex(blake2b(data)))
    }),
    { numRuns: 300 },
  )
})

test('EIP-152: "abc" in one round, in twelve, and not final', () => {
  const abc = hexToBytes('616263')
  assert.is(
    bytesToHex(compress(1, INITIAL_STATE, abc, 3, true)),
    'b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb' +
      'a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421',
  )
  assert.is(bytesToHex(compress(12, INITIAL_STATE, abc, 3, true)), bytesToHex(blake2b(abc)))
  assert.is(
    bytesToHex(compress(12, INITIAL_STATE, abc, 3, false)),
    '75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752' +
      '98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735',
  )
})

test('EIP-152: no round leaves the state mixed with the constants alone', () => {
  assert.is(
    bytesToHex(compress(0, INITIAL_STATE, hexToBytes('616263'), 3, true)),
    '08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5' +
      'd282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b',
  )
})

test('every number of rounds agrees with the RFC, also where the work is split', () => {
  const message = Uint8Array.from({ length: 128 }, (_, i) => i * 37 + 11)
  const few = Array.from({ length: 32 }, (_, i) => i)
  for (const rounds of [...few, 9_999, 10_000, 10_001, 20_003]) {
    const expected = compressPlainly(rounds, INITIAL_STATE, message, 128n)
    assert.is(bytesToHex(compress(rounds, INITIAL_STATE, message, 128, true)), bytesToHex(expected), `${rounds} rounds`)
  }
})

test.run()
