import * as assert from 'uvu/assert'
import { Random } from '../support/random.js'
import { suite } from '../support/suite.js'
import { instantiateUnits, OPERANDS } from '../support/units.js'

const test = suite('secp256k1/field')

const { bytes, functions } = await instantiateUnits()
const view = new DataView(bytes.buffer)
const FIELD = 2n ** 256n - 2n ** 32n - 977n

const SIZE = 48
const [OUT, A, B, C, D] = [0, 1, 2, 3, 4].map((i) => OPERANDS + i * SIZE) as [number, number, number, number, number]

/** The most that the lowest limbs of a difference may have, in units of its weight; the others have an eighth less, the top a 32th. */
const LOW = 2 ** 29 * 1.125
const LIMB = 2 ** 29
const TOP = 2 ** 24
const LIMITS = [LOW, LOW, LIMB, LIMB, LIMB, LIMB, LIMB, LIMB, TOP]

function write(at: number, limbs: readonly number[]): void {
  for (const [i, limb] of limbs.entries()) view.setInt32(at + 4 * i, limb, true)
}

function read(at: number): bigint {
  let value = 0n
  for (let i = 8; i >= 0; i--) value = value * 2n ** 29n + BigInt(view.getInt32(at + 4 * i, true))
  return value
}

function modulo(value: bigint): bigint {
  return ((value % FIELD) + FIELD) % FIELD
}

/** Every limb as large as the weight allows, of one sign, of both, or of any size. */
function operand(random: Random, weight: number): number[] {
  const kind = random.below(5)
  return LIMITS.map((limit, i) => {
    const largest = Math.floor(limit * weight) - 1
    if (kind === 0) return largest
    if (kind === 1) return -largest
    if (kind === 2) return i % 2 === 0 ? largest : -largest
    if (kind === 3) return random.pick([largest, -largest, 0, 1, -1])
    return random.between(-largest, largest)
  })
}

/** What a product may leave: limbs of 29 bits, the lowest two up to a sixteenth beyond. */
function checkReduced(): void {
  for (const [i, limit] of LIMITS.entries()) {
    const limb = view.getInt32(OUT + 4 * i, true)
    const [least, most] = i < 2 ? [-(2 ** 25), 2 ** 29 + 2 ** 25] : [0, limit]
    assert.ok(limb >= least && limb < most, `limb ${i}: ${limb}`)
  }
}

interface Operation {
  /** What the operands may weigh at most. */
  weights: readonly number[]
  expected: (...operands: bigint[]) => bigint
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  multiply: { weights: [3, 1], expected: (a, b) => a! * b! },
  multiplyDifference: { weights: [2, 1, 1, 1], expected: (a, b, c, d) => a! * b! - c! * d! },
  square: { weights: [1.7], expected: (a) => a! * a! },
  squareTwice: { weights: [1.2], expected: (a) => 2n * a! * a! },
  squareThrice: { weights: [1], expected: (a) => 3n * a! * a! },
  squareLess: { weights: [1.7, 3.2], expected: (a, b) => a! * a! - b! },
  multiplyLessSquareTwice: { weights: [1, 1, 1], expected: (a, b, c) => a! * b! - 2n * c! * c! },
}

for (const [name, { weights, expected }] of Object.entries(OPERATIONS)) {
  test(`${name}: right for limbs as large as they may be`, () => {
    const random = new Random(name.length)
    for (let i = 0; i < 5000; i++) {
      const places = [A, B, C, D].slice(0, weights.length)
      for (const [index, at] of places.entries()) write(at, operand(random, weights[index]!))
      const value = modulo(expected(...places.map(read)))
      functions[`secp256k1_${name}`]!(OUT, ...places)
      assert.is(modulo(read(OUT)), value)
      checkReduced()
    }
  })
}

test('multiply: an operand may be the destination', () => {
  const random = new Random(9)
  for (const at of [A, B]) {
    write(A, operand(random, 1))
    write(B, operand(random, 1))
    const value = modulo(read(A) * read(B))
    functions.secp256k1_multiply!(at, A, B)
    assert.is(modulo(read(at)), value)
  }
})

test('normalize: the one representation below p, whatever the limbs', () => {
  const random = new Random(10)
  const multiples = [-3n, -2n, -1n, 0n, 1n, 2n, 3n].flatMap((k) => [-1n, 0n, 1n, 976n, 977n].map((d) => k * FIELD + d))
  const exact = multiples.map((value) =>
    Array.from({ length: 9 }, (_, i) => Number(i < 8 ? (value >> BigInt(29 * i)) & 0x1fffffffn : value >> 232n)),
  )
  const any = Array.from({ length: 5000 }, () => operand(random, random.pick([1, 2, 3])))
  for (const limbs of [...exact, ...any]) {
    write(OUT, limbs)
    const value = modulo(read(OUT))
    functions.secp256k1_normalize!(OUT)
    assert.is(read(OUT), value)
    for (let i = 0; i < 9; i++) {
      const limb = view.getInt32(OUT + 4 * i, true)
      assert.ok(limb >= 0 && limb < (i < 8 ? 2 ** 29 : 2 ** 24))
    }
  }
})

test.run()
