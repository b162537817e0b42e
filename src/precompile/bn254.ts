import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'
import { bn254 } from '@noble/curves/bn254.js'
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js'
import { padded, word } from './bytes.js'

type Fp2 = { c0: bigint; c1: bigint }
type G1 = WeierstrassPoint<bigint>
type G2 = WeierstrassPoint<Fp2>

const { Fp, Fp2, Fp12, Fr } = bn254.fields
const G1 = bn254.G1.Point
const G2 = bn254.G2.Point
const G1_B = G1.CURVE().b
const G2_B = G2.CURVE().b
const PAIR_SIZE = 192

export function bn254Add(input: Uint8Array): Uint8Array | undefined {
  const p = decodeG1(padded(input, 0, 64))
  const q = decodeG1(padded(input, 64, 64))
  return p && q && encodeG1(p.add(q))
}

/** The scalar may be any number of 256 bits. */
export function bn254Multiply(input: Uint8Array): Uint8Array | undefined {
  const p = decodeG1(padded(input, 0, 64))
  return p && encodeG1(p.multiplyUnsafe(Fr.create(bytesToNumberBE(padded(input, 64, 32)))))
}

/** Whether the product of the pairings is one. A pair with an infinity in it contributes one, but both points must be valid. */
export function bn254Pairing(input: Uint8Array): Uint8Array | undefined {
  if (input.length % PAIR_SIZE !== 0) return undefined
  const pairs: { g1: G1; g2: G2 }[] = []
  for (let at = 0; at < input.length; at += PAIR_SIZE) {
    const g1 = decodeG1(input.subarray(at, at + 64))
    if (g1 === undefined) return undefined
    const g2 = decodeG2(input.subarray(at + 64, at + PAIR_SIZE))
    if (g2 === undefined) return undefined
    if (!g1.is0() && !g2.is0()) pairs.push({ g1, g2 })
  }
  return word(pairs.length === 0 || Fp12.eql(bn254.pairingBatch(pairs), Fp12.ONE))
}

/** All of the curve is the group of prime order: there is nothing more to check. */
function decodeG1(bytes: Uint8Array): G1 | undefined {
  const x = bytesToNumberBE(bytes.subarray(0, 32))
  const y = bytesToNumberBE(bytes.subarray(32, 64))
  if (!Fp.isValid(x) || !Fp.isValid(y)) return undefined
  if (x === 0n && y === 0n) return G1.ZERO
  if (Fp.sqr(y) !== Fp.add(Fp.mul(Fp.sqr(x), x), G1_B)) return undefined
  return G1.fromAffine({ x, y })
}

function encodeG1(point: G1): Uint8Array {
  const { x, y } = point.toAffine()
  const out = new Uint8Array(64)
  out.set(numberToBytesBE(x, 32))
  out.set(numberToBytesBE(y, 32), 32)
  return out
}

/** Coordinates are written imaginary part first. */
function decodeG2(bytes: Uint8Array): G2 | undefined {
  const x = decodeFp2(bytes.subarray(0, 64))
  const y = decodeFp2(bytes.subarray(64, 128))
  if (x === undefined || y === undefined) return undefined
  if (Fp2.is0(x) && Fp2.is0(y)) return G2.ZERO
  if (!Fp2.eql(Fp2.sqr(y), Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2_B))) return undefined
  const point = G2.fromAffine({ x, y })
  return point.isTorsionFree() ? point : undefined
}

function decodeFp2(bytes: Uint8Array): Fp2 | undefined {
  const c1 = bytesToNumberBE(bytes.subarray(0, 32))
  const c0 = bytesToNumberBE(bytes.subarray(32, 64))
  return Fp.isValid(c0) && Fp.isValid(c1) ? { c0, c1 } : undefined
}
