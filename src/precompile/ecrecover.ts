import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { padded } from './bytes.js'

const { Point } = secp256k1
const { Fp, Fn } = Point
const EMPTY = new Uint8Array(0)

/** Hash, v, r, s in; the signer's address as a word out, or nothing when no key could have made this signature. Never fails. */
export function ecrecover(input: Uint8Array): Uint8Array {
  const data = padded(input, 0, 128)
  const v = bytesToNumberBE(data.subarray(32, 64))
  if (v !== 27n && v !== 28n) return EMPTY
  const r = bytesToNumberBE(data.subarray(64, 96))
  const s = bytesToNumberBE(data.subarray(96, 128))
  const key = recoverKey(bytesToNumberBE(data.subarray(0, 32)), v === 28n, r, s)
  if (key === undefined) return EMPTY
  const out = new Uint8Array(32)
  out.set(keccak_256(key).subarray(12), 12)
  return out
}

/** x and y of the public key. A high s is accepted: that rule is the transactions', not the precompile's. */
function recoverKey(hash: bigint, isOdd: boolean, r: bigint, s: bigint): Uint8Array | undefined {
  if (!Fn.isValidNot0(r) || !Fn.isValidNot0(s)) return undefined
  const nonce = pointWithX(r, isOdd)
  if (nonce === undefined) return undefined
  const inverse = Fn.inv(r)
  const key = Point.BASE.mulAddUnsafe(Fn.neg(Fn.mul(Fn.create(hash), inverse)), nonce, Fn.mul(s, inverse))
  if (key.is0()) return undefined
  const { x, y } = key.toAffine()
  const out = new Uint8Array(64)
  out.set(numberToBytesBE(x, 32))
  out.set(numberToBytesBE(y, 32), 32)
  return out
}

function pointWithX(x: bigint, isOdd: boolean): InstanceType<typeof Point> | undefined {
  const square = Fp.add(Fp.mul(Fp.sqr(x), x), 7n)
  let y: bigint
  try {
    y = Fp.sqrt(square)
  } catch {
    return undefined // not a square: no point has this x
  }
  return Point.fromAffine({ x, y: (y & 1n) === (isOdd ? 1n : 0n) ? y : Fp.neg(y) })
}
