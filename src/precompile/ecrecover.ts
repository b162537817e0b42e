import { recoverSigner } from '../codec/secp256k1.js'
import { padded } from './bytes.js'

const EMPTY = new Uint8Array(0)

/**
 * Hash, v, r, s in; the signer's address as a word out, or nothing when no key could have made this signature. Never fails. A
 * high s is accepted: that rule is the transactions', not the precompile's.
 */
export function ecrecover(input: Uint8Array): Uint8Array {
  const data = padded(input, 0, 128)
  const v = data[63]!
  if ((v !== 27 && v !== 28) || data.subarray(32, 63).some((byte) => byte !== 0)) return EMPTY
  const address = recoverSigner(data.subarray(0, 32), data.subarray(64, 96), data.subarray(96), v - 27)
  if (address === undefined) return EMPTY
  const out = new Uint8Array(32)
  out.set(address, 12)
  return out
}
