import { InputError } from '../errors.js'
import { bytesToHex } from './hex.js'
import { keccak256 } from './keccak.js'
import { encodeRlp } from './rlp.js'

function requireLength(field: string, bytes: Uint8Array, length: number): void {
  if (bytes.length === length) return
  const message = `${field}: expected ${length} bytes, got ${bytes.length}`
  throw new InputError('FieldLength', message, { field, expected: length, got: bytes.length })
}

/** Of an uncompressed public key: the point's 64 bytes, or 65 with the leading 0x04. */
export function addressOf(publicKey: Uint8Array): Uint8Array {
  const point = publicKey.length === 65 && publicKey[0] === 4 ? publicKey.subarray(1) : publicKey
  requireLength('publicKey', point, 64)
  return keccak256(point).slice(12)
}

export function createAddress(sender: Uint8Array, nonce: bigint): Uint8Array {
  requireLength('sender', sender, 20)
  return keccak256(encodeRlp([sender, nonce])).slice(12)
}

export function create2Address(sender: Uint8Array, salt: Uint8Array, initcodeHash: Uint8Array): Uint8Array {
  requireLength('sender', sender, 20)
  requireLength('salt', salt, 32)
  requireLength('initcodeHash', initcodeHash, 32)
  const preimage = new Uint8Array(85)
  preimage[0] = 0xff
  preimage.set(sender, 1)
  preimage.set(salt, 21)
  preimage.set(initcodeHash, 53)
  return keccak256(preimage).slice(12)
}

/** Hex whose letters are capital where the hash of the small ones says so (EIP-55). */
export function checksumAddress(address: Uint8Array): string {
  requireLength('address', address, 20)
  const hex = bytesToHex(address).slice(2)
  const hash = bytesToHex(keccak256(new TextEncoder().encode(hex))).slice(2)
  return `0x${[...hex].map((digit, index) => (hash[index]! >= '8' ? digit.toUpperCase() : digit)).join('')}`
}
