import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { instantiatePrecompiles } from '../support/precompiles.js'
import { suite } from '../support/suite.js'

const { run } = await instantiatePrecompiles()
const test = suite('modexp')

/** A number and the number of bytes that it is declared to have. */
interface Operand {
  readonly length: number
  readonly value: bigint
}

function bigEndian(value: bigint, length: number): Uint8Array {
  return hexToBytes(length === 0 ? '' : value.toString(16).padStart(2 * length, '0'))
}

function header(baseLength: bigint, exponentLength: bigint, modulusLength: bigint): Uint8Array {
  return concatBytes(...[baseLength, exponentLength, modulusLength].map((length) => bigEndian(length, 32)))
}

function encode(base: Operand, exponent: Operand, modulus: Operand): Uint8Array {
  return concatBytes(
    header(BigInt(base.length), BigInt(exponent.length), BigInt(modulus.length)),
    ...[base, exponent, modulus].map(({ value, length }) => bigEndian(value, length)),
  )
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (modulus === 0n) return 0n
  let result = 1n % modulus
  let square = base % modulus
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function assertPower(base: Operand, exponent: Operand, modulus: Operand): void {
  const outcome = run('ModExp', 'Osaka', encode(base, exponent, modulus))
  if (typeof outcome === 'string') throw new Error(outcome)
  const expected = bigEndian(power(base.value, exponent.value, modulus.value), modulus.length)
  assert.is(bytesToHex(outcome.output), bytesToHex(expected))
}

function gasUsed(fork: string, input: Uint8Array, gas?: bigint): bigint | string {
  const outcome = run('ModExp', fork, input, gas === undefined ? {} : { gas })
  return typeof outcome === 'string' ? outcome : outcome.gasUsed
}

/** Bytes where runs of zeros and ones are common: those are what carries, borrows and quotient estimates trip over. */
const operand = (maxLength: number): fc.Arbitrary<Operand> =>
  fc
    .array(fc.oneof(fc.constant(0), fc.constant(0xff), fc.constant(0x80), fc.nat({ max: 0xff })), { maxLength })
    .map((bytes) => ({
      length: bytes.length,
      value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
    }))

test('random operands agree with bigint arithmetic', () => {
  fc.assert(fc.property(operand(80), operand(6), operand(80), assertPower), { numRuns: 3000 })
})

test('long exponents agree with bigint arithmetic', () => {
  fc.assert(fc.property(operand(40), operand(120), operand(40), assertPower), { numRuns: 500 })
})

test('even moduli of every split into an odd part and a power of two agree', () => {
  const split = fc.record({ odd: operand(40), twos: fc.nat({ max: 400 }), base: operand(60), exponent: operand(5) })
  fc.assert(
    fc.property(split, ({ odd, twos, base, exponent }) => {
      const value = (odd.value | 1n) << BigInt(twos)
      assertPower(base, exponent, { value, length: Math.ceil(value.toString(16).length / 2) })
    }),
    { numRuns: 1500 },
  )
})

test('operands of 1024 bytes agree', () => {
  const full = (1n << 8192n) - 1n
  const exponent = { length: 3, value: 0x1_0001n }
  assertPower({ length: 1024, value: full - 2n }, exponent, { length: 1024, value: full - 188n })
  assertPower({ length: 1024, value: full }, exponent, { length: 1024, value: 1n << 8191n })
  assertPower({ length: 1024, value: full }, exponent, { length: 1024, value: full - (full >> 4096n) })
  assertPower({ length: 1024, value: full }, exponent, { length: 1, value: 251n })
})

test('zero modulus, modulus one and zero exponent', () => {
  const five = { length: 1, value: 5n }
  const none = { length: 0, value: 0n }
  assertPower(five, five, { length: 3, value: 0n })
  assertPower(five, five, { length: 40, value: 1n })
  assertPower(five, none, { length: 2, value: 7n })
  assertPower(five, { length: 33, value: 0n }, { length: 2, value: 7n })
  assertPower(none, none, { length: 2, value: 7n })
  assertPower({ length: 4, value: 0n }, five, { length: 2, value: 7n })
  assertPower(five, none, { length: 1, value: 1n })
  assertPower(five, five, none)
  assertPower(none, none, none)
})

test('what lies past the end of the input is zero', () => {
  // Lengths alone: 0 ^ 0 mod 0.
  const outcome = run('ModExp', 'Berlin', header(2n, 2n, 4n))
  assert.equal(outcome, { gasUsed: 200n, output: new Uint8Array(4) })
  // The modulus 0x03 of declared length 2 is 0x0300, the exponent is whole.
  const cut = run('ModExp', 'Berlin', concatBytes(header(1n, 1n, 2n), Uint8Array.of(7, 5, 3)))
  assert.equal(cut, { gasUsed: 200n, output: bigEndian(7n ** 5n % 0x300n, 2) })
  // The header is cut after the exponent's length: there is no modulus.
  assert.equal(run('ModExp', 'Byzantium', new Uint8Array(0)), { gasUsed: 0n, output: new Uint8Array(0) })
  assert.equal(run('ModExp', 'Berlin', header(1n, 1n, 1n).subarray(0, 64)), {
    gasUsed: 200n,
    output: new Uint8Array(0),
  })
})

// [size of base and modulus, exponent, EIP-198, EIP-2565, EIP-7883], from the tables of the latter two.
const PRICES: [number, number, bigint, bigint, bigint][] = [
  [64, 2, 204n, 200n, 500n],
  [64, 3, 204n, 200n, 500n],
  [64, 0x1_0001, 3276n, 341n, 2048n],
  [128, 2, 665n, 200n, 512n],
  [128, 0x1_0001, 10649n, 1365n, 8192n],
  [256, 2, 1894n, 341n, 2048n],
  [256, 0x1_0001, 30310n, 5461n, 32768n],
  [512, 3, 5580n, 1365n, 8192n],
  [512, 0x1_0001, 89292n, 21845n, 131072n],
  [1024, 2, 17868n, 5461n, 32768n],
  [1024, 0x1_0001, 285900n, 87381n, 524288n],
]

for (const [size, exponent, byzantium, berlin, osaka] of PRICES) {
  test(`price: ${size} bytes to the power of ${exponent}`, () => {
    const input = encode(
      { length: size, value: 3n },
      { length: exponent > 255 ? 3 : 1, value: BigInt(exponent) },
      { length: size, value: 5n },
    )
    assert.is(gasUsed('Byzantium', input), byzantium)
    assert.is(gasUsed('Istanbul', input), byzantium)
    assert.is(gasUsed('Berlin', input), berlin)
    assert.is(gasUsed('Prague', input), berlin)
    assert.is(gasUsed('Osaka', input), osaka)
  })
}

test('price: the head of a long exponent counts by its bits, the tail by its bytes', () => {
  const one = { length: 1, value: 1n }
  const head = (value: bigint, length: number) => encode(one, { length, value }, one)
  // 8 × (64 - 32) for the tail, then the place of the head's highest bit; complexity 1.
  assert.is(gasUsed('Berlin', head(1n << 511n, 64)), 200n)
  assert.is(gasUsed('Byzantium', head(1n << 511n, 64)), (256n + 255n) / 20n)
  assert.is(gasUsed('Byzantium', head((1n << 256n) - 1n, 64)), 256n / 20n)
  // EIP-7883: 16 for each byte of the tail, complexity 16 up to 32 bytes.
  assert.is(gasUsed('Osaka', head(1n << 511n, 64)), 16n * (512n + 255n))
  assert.is(gasUsed('Osaka', head((1n << 256n) - 1n, 64)), 16n * 512n)
})

test('price: one gas too little fails', () => {
  const input = encode({ length: 64, value: 3n }, { length: 3, value: 0x1_0001n }, { length: 64, value: 5n })
  assert.is(gasUsed('Berlin', input, 341n), 341n)
  assert.is(gasUsed('Berlin', input, 340n), 'failed')
})

test('price: lengths beyond all gas fail, unless they multiply nothing', () => {
  const huge = (1n << 256n) - 1n
  for (const fork of ['Byzantium', 'Berlin', 'Osaka']) {
    assert.is(gasUsed(fork, header(huge, 1n, 1n)), 'failed', fork)
    assert.is(gasUsed(fork, header(1n, huge, 1n)), 'failed', fork)
    assert.is(gasUsed(fork, header(1n, 1n, huge)), 'failed', fork)
    assert.is(gasUsed(fork, header(1n << 32n, 1n, 1n)), 'failed', fork)
  }
  assert.is(gasUsed('Byzantium', header(0n, huge, 0n)), 0n)
  assert.is(gasUsed('Berlin', header(0n, huge, 0n)), 200n)
  assert.is(gasUsed('Osaka', header(0n, huge, 0n)), 'failed')
})

test('EIP-7823: an operand of more than 1024 bytes fails, from Osaka on', () => {
  for (const input of [header(1025n, 1n, 1n), header(1n, 1025n, 1n), header(1n, 1n, 1025n)]) {
    assert.is(gasUsed('Osaka', input), 'failed')
    assert.is.not(gasUsed('Prague', input), 'failed')
  }
  assert.is.not(gasUsed('Osaka', header(1024n, 1024n, 1024n)), 'failed')
})

test("an output or working storage that is too small is the engine's limit, not a failure", () => {
  const input = header(1n, 1n, 4096n)
  assert.is(run('ModExp', 'Prague', input, { outputCapacity: 4095 }), 'over limit')
  assert.is(run('ModExp', 'Prague', input, { bigScratchSize: 4096 }), 'over limit')
  assert.is.not(run('ModExp', 'Prague', input, { outputCapacity: 4096 }), 'over limit')
})

test.run()
