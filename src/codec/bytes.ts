import { InputError } from '../errors.js'

export const EMPTY_BYTES: Uint8Array = new Uint8Array(0)

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic; a prefix comes before what it begins. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  let size = 0
  for (const part of parts) size += part.length
  const joined = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Big-endian; no bytes are zero. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  const length = bytes.length
  let at = 0
  let small = 0
  // Six bytes are the most that a number holds exactly.
  while (at < length % 8 && at < 6) small = small * 256 + bytes[at++]!
  let value = BigInt(small)
  if (length % 8 === 7) value = (value << 8n) | BigInt(bytes[at++]!)
  if (at === length) return value
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  for (; at < length; at += 8) value = (value << 64n) | view.getBigUint64(at)
  return value
}

/** Big-endian, in exactly `length` bytes. */
export function bigIntToBytes(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let rest = value
  let at = length
  while (at > 0 && rest > 0n) {
    let chunk = Number(rest & 0xffffffn)
    rest >>= 24n
    for (let i = 0; i < 3; i++) {
      if (at > 0) bytes[--at] = chunk & 0xff
      else if (chunk !== 0) rest = 1n
      chunk >>= 8
    }
  }
  if (rest !== 0n) {
    throw new InputError('FieldOverflow', `integer: expected 0 to 2^${length * 8} - 1, got ${value}`, {
      field: 'integer',
      expected: `${length} bytes`,
      got: value,
    })
  }
  return bytes
}

/** Big-endian without leading zeros; zero is no bytes. */
export function bigIntToMinimalBytes(value: bigint): Uint8Array {
  if (value === 0n) return EMPTY_BYTES
  return bigIntToBytes(value, Math.ceil(value.toString(16).length / 2))
}
