import { bigIntToBytes, EMPTY_BYTES } from '../codec/bytes.js'
import { bytesToHex, hexToBytes, parseQuantity } from '../codec/hex.js'
import { InputError } from '../errors.js'
import type { AccountFields } from './in-memory.js'

/** Hex after 0x or decimal digits, as JSON has them; or a number that is exact. */
export type Quantity = string | number | bigint

export interface AllocFields {
  balance?: Quantity
  nonce?: Quantity
  /** Hex. */
  code?: string
  storage?: Readonly<Record<string, Quantity>>
}

/** A state as genesis files write it, by address, with or without 0x. */
export type Alloc = Readonly<Record<string, AllocFields>>

type AllocEntry = readonly [address: Uint8Array, fields: AccountFields]

/** Entries as they stand in `alloc`; an account or slot that stands there twice, written differently, is refused. */
export function* readAlloc(alloc: Alloc, path = 'alloc'): Generator<AllocEntry> {
  const seen = new Set<string>()
  for (const [key, value] of Object.entries(readObject(alloc, path))) {
    const where = `${path}.${key}`
    const address = hexToBytes(key.startsWith('0x') ? key : `0x${key}`, where, 20)
    refuseTwice(seen, address, where, 'address')
    const { balance, nonce, code, storage } = readObject(value, where)
    const fields = {
      balance: readQuantity(balance, `${where}.balance`, 256),
      nonce: readQuantity(nonce, `${where}.nonce`, 64),
      code: isAbsent(code) ? EMPTY_BYTES : hexToBytes(code as string, `${where}.code`),
      slots: isAbsent(storage) ? [] : readStorage(storage, `${where}.storage`),
    }
    yield [address, fields]
  }
}

function readStorage(storage: unknown, path: string): [Uint8Array, Uint8Array][] {
  const seen = new Set<string>()
  return Object.entries(readObject(storage, path)).map(([key, value]) => {
    const where = `${path}.${key}`
    const slot = bigIntToBytes(readQuantity(key, where, 256), 32)
    refuseTwice(seen, slot, where, 'slot')
    return [slot, bigIntToBytes(readQuantity(value, where, 256), 32)]
  })
}

function refuseTwice(seen: Set<string>, bytes: Uint8Array, path: string, what: string): void {
  const hex = bytesToHex(bytes)
  if (seen.has(hex)) throw invalid(path, `each ${what} once`, hex)
  seen.add(hex)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}

function readQuantity(value: unknown, path: string, bits: number): bigint {
  if (isAbsent(value)) return 0n
  if (typeof value !== 'bigint') return parseQuantity(value, path, bits)
  if (value >= 0n && value >> BigInt(bits) === 0n) return value
  throw invalid(path, `0 to 2^${bits} - 1`, String(value))
}

function readObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalid(path, 'an object', value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value)
}

function invalid(path: string, expected: string, got: string): InputError {
  return new InputError('InvalidAlloc', `${path}: expected ${expected}, got ${got}`, { field: path, expected, got })
}
