import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { word } from '../program/program.js'
import { createCase, type OpcodeCase } from './opcode-case.js'

export interface PrecompileInput {
  readonly name: string
  readonly address: number
  readonly input: Uint8Array
  /** Repetitions per frame: 1 where each takes milliseconds. */
  readonly count: number
}

const ONES = new Uint8Array(32).fill(1)
const MANY = 128

/** Inputs that each precompile accepts. */
export function precompileInputs(): PrecompileInput[] {
  const rows: [name: string, address: number, input: Uint8Array, count?: number][] = [
    ['ecrecover', 0x01, signatureInput()],
    ['sha256 64 bytes', 0x02, new Uint8Array(64).fill(1), MANY],
    ['ripemd160 64 bytes', 0x03, new Uint8Array(64).fill(1), MANY],
    ['identity 64 bytes', 0x04, new Uint8Array(64).fill(1), MANY],
    ['modexp 32 bytes, exponent 65537', 0x05, modexpInput(32, 65537n), MANY],
    ['modexp 256 bytes, exponent 65537', 0x05, modexpInput(256, 65537n), 8],
    ['bn254 add', 0x06, concat(bn254Point(), bn254Point()), 8],
    ['bn254 multiply', 0x07, concat(bn254Point(), ONES)],
    ['bn254 pairing, 2 pairs', 0x08, bn254Pairs()],
    ['blake2f 12 rounds', 0x09, blake2fInput(12), MANY],
    ['point evaluation', 0x0a, pointEvaluationInput()],
    ['bls12-381 g1 add', 0x0b, concat(g1(), g1()), 8],
    ['bls12-381 g1 msm, 1 point', 0x0c, concat(g1(), ONES)],
    ['bls12-381 g2 add', 0x0d, concat(g2(), g2()), 8],
    ['bls12-381 g2 msm, 1 point', 0x0e, concat(g2(), ONES)],
    ['bls12-381 pairing, 2 pairs', 0x0f, concat(g1(), g2(), g1(-1n), g2())],
    ['bls12-381 map fp to g1', 0x10, elements(7n)],
    ['bls12-381 map fp2 to g2', 0x11, elements(7n, 8n)],
    ['p256verify', 0x100, p256Input()],
  ]
  return rows.map(([name, address, input, count = 1]) => ({ name, address, input, count }))
}

/** A call of each precompile, input and output in memory. */
export function precompileCases(): OpcodeCase[] {
  return precompileInputs().map(({ name, address, input, count }) => {
    const prepare = `512 2048 ${input.length} 0 ${address}`
    return createCase(
      'STATICCALL',
      () => `${prepare} GAS STATICCALL POP`,
      () => `${prepare} GAS POP`,
      { name, payload: input, count, setup: '64 CALLDATASIZE SUB 64 0 CALLDATACOPY 1 0xfe0 MSTORE' },
    )
  })
}

function signatureInput(): Uint8Array {
  const bytes = secp256k1.sign(ONES, ONES, { prehash: false, format: 'recovered' })
  const { r, s, recovery } = secp256k1.Signature.fromBytes(bytes, 'recovered')
  return concat(ONES, word(27n + BigInt(recovery!)), word(r), word(s))
}

function p256Input(): Uint8Array {
  const key = p256.getPublicKey(ONES, false).subarray(1)
  return concat(ONES, p256.sign(ONES, ONES, { prehash: false }), key)
}

/** An odd modulus without structure. */
function modexpInput(size: number, exponent: bigint): Uint8Array {
  const modulus = Uint8Array.from({ length: size }, (_, index) => (index * 37 + 181) | 1)
  const base = Uint8Array.from({ length: size }, (_, index) => index * 91 + 7)
  return concat(word(BigInt(size)), word(3n), word(BigInt(size)), base, word(exponent).subarray(29), modulus)
}

function bn254Point(): Uint8Array {
  return concat(word(1n), word(2n))
}

/** e(P, Q) · e(-P, Q) = 1. */
function bn254Pairs(): Uint8Array {
  const { x, y } = bn254.G2.Point.BASE.toAffine()
  const q = concat(word(x.c1), word(x.c0), word(y.c1), word(y.c0))
  return concat(word(1n), word(2n), q, word(1n), word(bn254.fields.Fp.ORDER - 2n), q)
}

function blake2fInput(rounds: number): Uint8Array {
  const input = Uint8Array.from({ length: 213 }, (_, index) => index * 31)
  new DataView(input.buffer).setUint32(0, rounds)
  input[212] = 1
  return input
}

/** The polynomial 1: its commitment is the generator, its value 1 everywhere, and its proof infinity. */
function pointEvaluationInput(): Uint8Array {
  const commitment = bls12_381.G1.Point.BASE.toBytes(true)
  const proof = new Uint8Array(48)
  proof[0] = 0xc0
  const hash = sha256(commitment)
  hash[0] = 1
  return concat(hash, ONES, word(1n), commitment, proof)
}

function g1(factor = 1n): Uint8Array {
  const point = factor < 0n ? bls12_381.G1.Point.BASE.negate() : bls12_381.G1.Point.BASE
  const { x, y } = point.toAffine()
  return elements(x, y)
}

function g2(): Uint8Array {
  const { x, y } = bls12_381.G2.Point.BASE.toAffine()
  return elements(x.c0, x.c1, y.c0, y.c1)
}

/** Field elements of BLS12-381, 64 bytes each. */
function elements(...values: bigint[]): Uint8Array {
  return concat(...values.flatMap((value) => [word(value >> 256n), word(BigInt.asUintN(256, value))]))
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
