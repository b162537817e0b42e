import { InputError } from '../../errors.js'
import type { AccessListEntry, Authorization, Transaction } from '../../types/transaction.js'
import { hexToBytes, parseQuantity } from '../hex.js'

type JsonObject = Readonly<Record<string, unknown>>

function refuse(field: string, expected: string, value: unknown): never {
  const got = value === null ? 'null' : typeof value
  throw new InputError('InvalidJson', `${field}: expected ${expected}, got ${got}`, { field, expected, got })
}

function readObject(json: unknown, field: string): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return refuse(field, 'an object', json)
  return json as JsonObject
}

function readArray(json: unknown, field: string): readonly unknown[] {
  return Array.isArray(json) ? json : refuse(field, 'an array', json)
}

/** Nodes write null for what a transaction does not have, or leave it out. */
function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

class Reader {
  readonly #json: JsonObject
  readonly #field: string

  constructor(json: unknown, field: string) {
    this.#json = readObject(json, field)
    this.#field = field
  }

  has(name: string): boolean {
    return isPresent(this.#json[name])
  }

  /** The first of these names that is present, the last one when none is. */
  #choose(names: readonly string[]): string {
    return names.find((name) => this.has(name)) ?? names[names.length - 1]!
  }

  quantity(bits: number, ...names: string[]): bigint {
    const name = this.#choose(names)
    return parseQuantity(this.#json[name], `${this.#field}.${name}`, bits)
  }

  quantityOr(absent: bigint, bits: number, ...names: string[]): bigint {
    return this.has(this.#choose(names)) ? this.quantity(bits, ...names) : absent
  }

  bytes(length: number | undefined, ...names: string[]): Uint8Array {
    const name = this.#choose(names)
    return hexToBytes(this.#json[name] as string, `${this.#field}.${name}`, length)
  }

  /** The items of a list; none when it is absent. */
  list<T>(name: string, read: (json: unknown, field: string) => T): T[] {
    if (!this.has(name)) return []
    const field = `${this.#field}.${name}`
    return readArray(this.#json[name], field).map((item, index) => read(item, `${field}[${index}]`))
  }

  /** Absent, null, and no bytes all mean a contract creation. */
  recipient(): { to?: Uint8Array } {
    const to = this.#json.to
    return !isPresent(to) || to === '' || to === '0x' ? {} : { to: this.bytes(20, 'to') }
  }
}

export function accessListFromJson(json: unknown, field = 'accessList'): AccessListEntry[] {
  return readArray(json, field).map((entry, index) => readAccessListEntry(entry, `${field}[${index}]`))
}

function readAccessListEntry(json: unknown, field: string): AccessListEntry {
  const reader = new Reader(json, field)
  return { address: reader.bytes(20, 'address'), storageKeys: reader.list('storageKeys', readHash) }
}

function readHash(json: unknown, field: string): Uint8Array {
  return hexToBytes(json as string, field, 32)
}

export function authorizationFromJson(json: unknown, field = 'authorization'): Authorization {
  const reader = new Reader(json, field)
  return {
    chainId: reader.quantity(256, 'chainId'),
    address: reader.bytes(20, 'address'),
    nonce: reader.quantity(64, 'nonce'),
    yParity: reader.quantity(8, 'yParity', 'v'),
    r: reader.quantity(256, 'r'),
    s: reader.quantity(256, 's'),
  }
}

/** The type that is given, or else the first that has the fields which are there. */
function readType(reader: Reader, field: string): Transaction['type'] {
  if (reader.has('type')) {
    const type = Number(reader.quantity(8, 'type'))
    if (type <= 4) return type as Transaction['type']
    const details = { field: `${field}.type`, expected: '0 to 4', got: type }
    throw new InputError('TransactionType', `${field}.type: expected 0 to 4, got ${type}`, details)
  }
  if (reader.has('authorizationList')) return 4
  if (reader.has('blobVersionedHashes') || reader.has('maxFeePerBlobGas')) return 3
  if (reader.has('maxFeePerGas') || reader.has('maxPriorityFeePerGas')) return 2
  return reader.has('accessList') ? 1 : 0
}

/**
 * As nodes give transactions (gas, input, yParity) and as fixtures and the transition tool do (gasLimit, data, v). An
 * absent chain id is 1, and an absent signature zero: both leave out what the caller is about to fill in.
 */
export function transactionFromJson(json: unknown, field = 'transaction'): Transaction {
  const reader = new Reader(json, field)
  const type = readType(reader, field)
  const call = {
    nonce: reader.quantity(64, 'nonce'),
    gasLimit: reader.quantity(64, 'gas', 'gasLimit'),
    ...reader.recipient(),
    value: reader.quantity(256, 'value'),
    data: reader.bytes(undefined, 'input', 'data'),
  }
  const rs = { r: reader.quantityOr(0n, 256, 'r'), s: reader.quantityOr(0n, 256, 's') }
  if (type === 0) {
    return { type, ...call, gasPrice: reader.quantity(256, 'gasPrice'), v: reader.quantityOr(0n, 256, 'v'), ...rs }
  }
  const typed = {
    ...call,
    chainId: reader.quantityOr(1n, 256, 'chainId'),
    accessList: reader.list('accessList', readAccessListEntry),
    v: reader.quantityOr(0n, 256, 'yParity', 'v'),
    ...rs,
  }
  if (type === 1) return { type, ...typed, gasPrice: reader.quantity(256, 'gasPrice') }
  const priced = {
    ...typed,
    maxPriorityFeePerGas: reader.quantityOr(0n, 256, 'maxPriorityFeePerGas'),
    maxFeePerGas: reader.quantity(256, 'maxFeePerGas'),
  }
  if (type === 2) return { type, ...priced }
  if (type === 4) return { type, ...priced, authorizationList: reader.list('authorizationList', authorizationFromJson) }
  return {
    type,
    ...priced,
    maxFeePerBlobGas: reader.quantity(256, 'maxFeePerBlobGas'),
    blobVersionedHashes: reader.list('blobVersionedHashes', readHash),
  }
}
