import { InputError } from '../errors.js'

const INVALID = 0xff

/** The value of a hex digit by its character code, `INVALID` for every other character. */
const DIGIT: Uint8Array = new Uint8Array(128).fill(INVALID)
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16)
  DIGIT[digit.charCodeAt(0)] = value
  DIGIT[digit.toUpperCase().charCodeAt(0)] = value
}

const PAIR: string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Whose value it is. Where there are many, one that puts its name together only when somebody reads it. */
export type FieldName = string | { toString(): string }

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

function refuse(name: FieldName, expected: string, value: unknown): never {
  const field = String(name)
  const got = shorten(value)
  throw new InputError('InvalidHex', `${field}: expected ${expected}, got ${got}`, { field, expected, got })
}

/** Strict: 0x, an even number of digits, and exactly `length` bytes when it is given. */
export function hexToBytes(hex: string, field: FieldName = 'hex', length?: number): Uint8Array {
  const size = hexSize(hex, field)
  if (length !== undefined && size !== length) refuse(field, `${length} bytes of hex`, hex)
  return readDigits(hex, field, new Uint8Array(size))
}

/** As strict, into bytes that there are: as many as they are. */
export function hexIntoBytes(hex: string, field: FieldName, bytes: Uint8Array): Uint8Array {
  if (hexSize(hex, field) !== bytes.length) refuse(field, `${bytes.length} bytes of hex`, hex)
  return readDigits(hex, field, bytes)
}

/** How many bytes that is, if it is any. */
function hexSize(hex: string, field: FieldName): number {
  if (typeof hex !== 'string' || hex.charCodeAt(0) !== 0x30 || hex.charCodeAt(1) !== 0x78) {
    return refuse(field, 'a string of hex digits after 0x', hex)
  }
  if (hex.length % 2 !== 0) refuse(field, 'an even number of hex digits', hex)
  return hex.length / 2 - 1
}

function readDigits(hex: string, field: FieldName, bytes: Uint8Array): Uint8Array {
  for (let i = 0, at = 2; i < bytes.length; i++, at += 2) {
    // A code above 127 is looked up as 0, which is no digit either.
    const first = hex.charCodeAt(at)
    const second = hex.charCodeAt(at + 1)
    const high = DIGIT[first < 128 ? first : 0]!
    const low = DIGIT[second < 128 ? second : 0]!
    if ((high | low) === INVALID) refuse(field, `hex digits only (position ${at})`, hex)
    bytes[i] = (high << 4) | low
  }
  return bytes
}

/** Below this a loop is quicker than a Buffer. */
const SHORT = 12

export function bytesToHex(bytes: Uint8Array): string {
  // A text that is put together in many steps is kept as their tree: 2 KB for 32 bytes.
  if (bytes.length >= SHORT) return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`
  let hex = '0x'
  for (let i = 0; i < bytes.length; i++) hex += PAIR[bytes[i]!]
  return hex
}

const HEX_QUANTITY = /^0x[0-9a-fA-F]+$/
const DECIMAL_QUANTITY = /^[0-9]+$/

/**
 * A non-negative integer below 2^bits as JSON writes it: hex after 0x (leading zeros allowed, the official fixtures have
 * them), decimal digits, or a safe integer.
 */
export function parseQuantity(value: unknown, field = 'quantity', bits = 256): bigint {
  let quantity: bigint
  if (typeof value === 'string' && (HEX_QUANTITY.test(value) || DECIMAL_QUANTITY.test(value))) {
    // BigInt() is quadratic in the digits of a decimal string: a long one is refused before it is parsed.
    if (value.length > 1024) return refuse(field, `an integer below 2^${bits}`, value)
    quantity = BigInt(value)
  } else if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) {
    quantity = BigInt(value)
  } else {
    return refuse(field, 'an integer as hex digits after 0x, or decimal', value)
  }
  if (quantity >> BigInt(bits) !== 0n) {
    const got = shorten(value)
    const expected = `an integer below 2^${bits}`
    throw new InputError('FieldOverflow', `${field}: expected ${expected}, got ${got}`, { field, expected, got })
  }
  return quantity
}

/** The shortest form: 0x0, 0x1, 0x10. */
export function formatQuantity(value: bigint | number): string {
  return `0x${value.toString(16)}`
}
