import { mulAddUnsafe, pippenger } from '@noble/curves/abstract/curve.js'
import type { WeierstrassPoint, WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js'
import { word } from './bytes.js'

/** EIP-2537. A field element is 64 bytes, of which the first 16 are zero; a point of G2 has the real parts first. */

type Fp2 = { c0: bigint; c1: bigint }
type G1 = WeierstrassPoint<bigint>
type G2 = WeierstrassPoint<Fp2>

const { Fp, Fp2, Fp12, Fr } = bls12_381.fields
const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point
const G1_B = G1.CURVE().b
const G2_B = G2.CURVE().b

const FP_SIZE = 64
const FP_PADDING = 16
const G1_SIZE = 2 * FP_SIZE
const G2_SIZE = 4 * FP_SIZE
const SCALAR_SIZE = 32
const PAIR_SIZE = G1_SIZE + G2_SIZE

/** The maps return points; the type that noble declares for them says coordinates. */
const mapToG1 = bls12_381.G1.mapToCurve as unknown as (element: bigint) => G1
const mapToG2 = bls12_381.G2.mapToCurve as unknown as (element: [bigint, bigint]) => G2

/** From so many points on, Pippenger's buckets beat a table of odd multiples per point: 160 ms against 144 for 512 of G1. */
const BUCKETS_PAY = 300

/** The sum need not be in the subgroup, so neither need the points. */
export function g1Add(input: Uint8Array): Uint8Array | undefined {
  if (input.length !== 2 * G1_SIZE) return undefined
  const p = decodeG1(input.subarray(0, G1_SIZE))
  const q = decodeG1(input.subarray(G1_SIZE))
  return p && q && encodeG1(p.add(q))
}

export function g2Add(input: Uint8Array): Uint8Array | undefined {
  if (input.length !== 2 * G2_SIZE) return undefined
  const p = decodeG2(input.subarray(0, G2_SIZE))
  const q = decodeG2(input.subarray(G2_SIZE))
  return p && q && encodeG2(p.add(q))
}

export function g1Msm(input: Uint8Array): Uint8Array | undefined {
  const sum = multiScalar(G1, input, G1_SIZE, decodeG1)
  return sum && encodeG1(sum)
}

export function g2Msm(input: Uint8Array): Uint8Array | undefined {
  const sum = multiScalar(G2, input, G2_SIZE, decodeG2)
  return sum && encodeG2(sum)
}

/** Whether the product of the pairings is one. A pair with an infinity in it contributes one, but both points must be valid. */
export function pairing(input: Uint8Array): Uint8Array | undefined {
  if (input.length === 0 || input.length % PAIR_SIZE !== 0) return undefined
  const pairs: { g1: G1; g2: G2 }[] = []
  for (let at = 0; at < input.length; at += PAIR_SIZE) {
    const g1 = decodeG1(input.subarray(at, at + G1_SIZE))
    if (g1 === undefined || !isInSubgroup(g1)) return undefined
    const g2 = decodeG2(input.subarray(at + G1_SIZE, at + PAIR_SIZE))
    if (g2 === undefined || !isInSubgroup(g2)) return undefined
    if (!g1.is0() && !g2.is0()) pairs.push({ g1, g2 })
  }
  return word(pairs.length === 0 || Fp12.eql(bls12_381.pairingBatch(pairs), Fp12.ONE))
}

export function mapFpToG1(input: Uint8Array): Uint8Array | undefined {
  if (input.length !== FP_SIZE) return undefined
  const element = decodeFp(input)
  return element === undefined ? undefined : encodeG1(mapToG1(element))
}

export function mapFp2ToG2(input: Uint8Array): Uint8Array | undefined {
  if (input.length !== 2 * FP_SIZE) return undefined
  const element = decodeFp2(input)
  return element && encodeG2(mapToG2([element.c0, element.c1]))
}

/** Sum of scalar × point. Every point must be in the subgroup, also where its scalar is zero. */
function multiScalar<T>(
  group: WeierstrassPointCons<T>,
  input: Uint8Array,
  pointSize: number,
  decode: (bytes: Uint8Array) => WeierstrassPoint<T> | undefined,
): WeierstrassPoint<T> | undefined {
  const itemSize = pointSize + SCALAR_SIZE
  if (input.length === 0 || input.length % itemSize !== 0) return undefined
  const points: WeierstrassPoint<T>[] = []
  const scalars: bigint[] = []
  for (let at = 0; at < input.length; at += itemSize) {
    const point = decode(input.subarray(at, at + pointSize))
    if (point === undefined || !isInSubgroup(point)) return undefined
    const scalar = Fr.create(bytesToNumberBE(input.subarray(at + pointSize, at + itemSize)))
    if (scalar === 0n || point.is0()) continue
    points.push(point)
    scalars.push(scalar)
  }
  return points.length < BUCKETS_PAY ? mulAddUnsafe(group, points, scalars) : pippenger(group, points, scalars)
}

/** By noble's validity check, which remembers its good points: the pairing then does not check them again. */
function isInSubgroup<T>(point: WeierstrassPoint<T>): boolean {
  try {
    point.assertValidity()
    return true
  } catch {
    return false
  }
}

function decodeFp(bytes: Uint8Array): bigint | undefined {
  for (let i = 0; i < FP_PADDING; i++) if (bytes[i] !== 0) return undefined
  const value = bytesToNumberBE(bytes.subarray(FP_PADDING, FP_SIZE))
  return Fp.isValid(value) ? value : undefined
}

function decodeFp2(bytes: Uint8Array): Fp2 | undefined {
  const c0 = decodeFp(bytes.subarray(0, FP_SIZE))
  const c1 = decodeFp(bytes.subarray(FP_SIZE, 2 * FP_SIZE))
  return c0 === undefined || c1 === undefined ? undefined : { c0, c1 }
}

/** On the curve, or infinity as (0, 0); perhaps not in the subgroup. */
function decodeG1(bytes: Uint8Array): G1 | undefined {
  const x = decodeFp(bytes.subarray(0, FP_SIZE))
  const y = decodeFp(bytes.subarray(FP_SIZE))
  if (x === undefined || y === undefined) return undefined
  if (x === 0n && y === 0n) return G1.ZERO
  if (Fp.sqr(y) !== Fp.add(Fp.mul(Fp.sqr(x), x), G1_B)) return undefined
  return G1.fromAffine({ x, y })
}

function decodeG2(bytes: Uint8Array): G2 | undefined {
  const x = decodeFp2(bytes.subarray(0, 2 * FP_SIZE))
  const y = decodeFp2(bytes.subarray(2 * FP_SIZE))
  if (x === undefined || y === undefined) return undefined
  if (Fp2.is0(x) && Fp2.is0(y)) return G2.ZERO
  if (!Fp2.eql(Fp2.sqr(y), Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2_B))) return undefined
  return G2.fromAffine({ x, y })
}

function encodeFps(...elements: bigint[]): Uint8Array {
  const out = new Uint8Array(elements.length * FP_SIZE)
  elements.forEach((element, i) => {
    out.set(numberToBytesBE(element, FP_SIZE), i * FP_SIZE)
  })
  return out
}

function encodeG1(point: G1): Uint8Array {
  const { x, y } = point.toAffine()
  return encodeFps(x, y)
}

function encodeG2(point: G2): Uint8Array {
  const { x, y } = point.toAffine()
  return encodeFps(x.c0, x.c1, y.c0, y.c1)
}
