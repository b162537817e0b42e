import { secp256k1 } from '@noble/curves/secp256k1.js'
import { InputError } from '../errors.js'
import { addressOf } from './address.js'
import { bigIntToBytes, bytesToBigInt } from './bytes.js'
import { recoverSigner } from './secp256k1.js'

const ORDER = secp256k1.Point.CURVE().n

/** From Homestead on a greater `s` makes a signature invalid: n - s would sign the same. */
export const MAX_LOW_S: bigint = ORDER / 2n

export interface RecoverableSignature {
  yParity: 0 | 1
  r: bigint
  s: bigint
}

/** A hash, and who says to have signed it. */
export interface SignedHash {
  hash: Uint8Array
  signature: RecoverableSignature
}

/** Whether r or s of a signature may have this value. */
export function isFactor(value: bigint): boolean {
  return value > 0n && value < ORDER
}

/** The signer's address, or undefined when no key can have made this signature. */
export function recoverAddress(hash: Uint8Array, signature: RecoverableSignature): Uint8Array | undefined {
  const { yParity, r, s } = signature
  if (!isFactor(r) || !isFactor(s)) return undefined
  return recoverSigner(hash, bigIntToBytes(r, 32), bigIntToBytes(s, 32), yParity)
}

/** Deterministic (RFC 6979), with a low `s`. */
export function signHash(hash: Uint8Array, privateKey: Uint8Array): RecoverableSignature {
  requirePrivateKey(privateKey)
  const bytes = secp256k1.sign(hash, privateKey, { prehash: false, format: 'recovered' })
  return {
    yParity: (bytes[0]! & 1) as 0 | 1,
    r: bytesToBigInt(bytes.subarray(1, 33)),
    s: bytesToBigInt(bytes.subarray(33, 65)),
  }
}

export function addressOfPrivateKey(privateKey: Uint8Array): Uint8Array {
  requirePrivateKey(privateKey)
  return addressOf(secp256k1.getPublicKey(privateKey, false))
}

function requirePrivateKey(privateKey: Uint8Array): void {
  if (secp256k1.utils.isValidSecretKey(privateKey)) return
  // The key itself stays out of the message.
  throw new InputError('PrivateKey', 'privateKey: expected 32 bytes from 1 to the order of secp256k1, got others', {
    field: 'privateKey',
  })
}
