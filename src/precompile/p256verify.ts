import { p256 } from '@noble/curves/nist.js'
import { bytesToNumberBE } from '@noble/curves/utils.js'
import { word } from './bytes.js'

const { Point } = p256
const { Fp, Fn } = Point
const { a, b } = Point.CURVE()
const EMPTY = new Uint8Array(0)
const INPUT_SIZE = 160

/** EIP-7951: hash, r, s, x, y in; a one out if the signature is good, else nothing. Never fails. */
export function p256verify(input: Uint8Array): Uint8Array {
  if (input.length !== INPUT_SIZE) return EMPTY
  const [hash, r, s, x, y] = [0, 32, 64, 96, 128].map((at) => bytesToNumberBE(input.subarray(at, at + 32))) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  return isSignature(hash, r, s, x, y) ? word(true) : EMPTY
}

function isSignature(hash: bigint, r: bigint, s: bigint, x: bigint, y: bigint): boolean {
  if (!Fn.isValidNot0(r) || !Fn.isValidNot0(s)) return false
  if (!Fp.isValid(x) || !Fp.isValid(y)) return false
  // (0, 0), which stands for infinity elsewhere, is not on this curve.
  if (Fp.sqr(y) !== Fp.add(Fp.mul(Fp.add(Fp.sqr(x), a), x), b)) return false
  const inverse = Fn.inv(s)
  const key = Point.fromAffine({ x, y })
  const nonce = Point.BASE.mulAddUnsafe(Fn.mul(Fn.create(hash), inverse), key, Fn.mul(r, inverse))
  if (nonce.is0()) return false
  // x mod n = r, without the inversion: x = X / Z is r, or r + n where that is below p.
  if (nonce.X === Fp.mul(r, nonce.Z)) return true
  return r + Fn.ORDER < Fp.ORDER && nonce.X === Fp.mul(r + Fn.ORDER, nonce.Z)
}
