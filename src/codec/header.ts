import { InputError } from '../errors.js'
import type { BlockHeader } from '../types/header.js'
import { hexToBytes, parseQuantity } from './hex.js'
import { keccak256 } from './keccak.js'
import { encodeRlp, type RlpInput, type RlpItem } from './rlp.js'
import { readBytes, readInteger, readList } from './rlp-field.js'

interface HeaderField {
  name: keyof BlockHeader
  /** What JSON calls it: nodes first, the official fixtures second, where they differ. */
  json: readonly string[]
  /** Bytes of a fixed size; 0 for any. */
  size?: number
  /** An integer below 2 ** bits. */
  bits?: number
}

/** In the order of the encoding. */
const FIELDS: readonly HeaderField[] = [
  { name: 'parentHash', json: ['parentHash'], size: 32 },
  { name: 'unclesHash', json: ['sha3Uncles', 'uncleHash'], size: 32 },
  { name: 'coinbase', json: ['miner', 'coinbase'], size: 20 },
  { name: 'stateRoot', json: ['stateRoot'], size: 32 },
  { name: 'transactionsRoot', json: ['transactionsRoot', 'transactionsTrie'], size: 32 },
  { name: 'receiptsRoot', json: ['receiptsRoot', 'receiptTrie'], size: 32 },
  { name: 'logsBloom', json: ['logsBloom', 'bloom'], size: 256 },
  { name: 'difficulty', json: ['difficulty'], bits: 256 },
  { name: 'number', json: ['number'], bits: 64 },
  { name: 'gasLimit', json: ['gasLimit'], bits: 64 },
  { name: 'gasUsed', json: ['gasUsed'], bits: 64 },
  { name: 'timestamp', json: ['timestamp'], bits: 64 },
  { name: 'extraData', json: ['extraData'], size: 0 },
  { name: 'mixHash', json: ['mixHash'], size: 32 },
  { name: 'nonce', json: ['nonce'], size: 8 },

  { name: 'baseFee', json: ['baseFeePerGas'], bits: 256 },
  { name: 'withdrawalsRoot', json: ['withdrawalsRoot'], size: 32 },
  { name: 'blobGasUsed', json: ['blobGasUsed'], bits: 64 },
  { name: 'excessBlobGas', json: ['excessBlobGas'], bits: 64 },
  { name: 'parentBeaconBlockRoot', json: ['parentBeaconBlockRoot'], size: 32 },
  { name: 'requestsHash', json: ['requestsHash'], size: 32 },
]

/** How many fields a header may have: to Berlin, from London, Shanghai, Cancun and Prague on. */
const FIELD_COUNTS: readonly number[] = [15, 16, 17, 20, 21]
const MANDATORY = FIELD_COUNTS[0]!

export function headerToRlp(header: BlockHeader): RlpInput {
  const items: (Uint8Array | bigint)[] = []
  for (const { name } of FIELDS) {
    const value = header[name]
    if (value !== undefined) items.push(value)
  }
  const isGapless = FIELDS.slice(0, items.length).every(({ name }) => header[name] !== undefined)
  if (!isGapless || !FIELD_COUNTS.includes(items.length)) {
    const got = FIELDS.filter(({ name }) => header[name] !== undefined).map(({ name }) => name)
    const message = `Header: expected the fields of one fork, got ${got.join(', ')}`
    throw new InputError('HeaderFields', message, { expected: FIELD_COUNTS, got })
  }
  return items
}

export function encodeHeader(header: BlockHeader): Uint8Array {
  return encodeRlp(headerToRlp(header))
}

/** The hash that names the block. */
export function headerHash(header: BlockHeader): Uint8Array {
  return keccak256(encodeHeader(header))
}

/** The header in a decoded block; which of the field sets it has is for the rules of its fork to judge. */
export function headerFromRlp(item: RlpItem, path = 'header'): BlockHeader {
  const items = readList(item, path)
  if (!FIELD_COUNTS.includes(items.length)) {
    const expected = `${FIELD_COUNTS.join(', ')} fields`
    throw new InputError('FieldCount', `${path}: expected ${expected}, got ${items.length}`, {
      field: path,
      expected,
      got: items.length,
    })
  }
  const values: Record<string, Uint8Array | bigint> = {}
  for (const [index, value] of items.entries()) {
    const { name, size, bits } = FIELDS[index]!
    const field = `${path}.${name}`
    values[name] = bits === undefined ? readBytes(value, field, size) : readInteger(value, field, bits)
  }
  return values as unknown as BlockHeader
}

/** A header as nodes or the official fixtures write it; fields of other things (hash, size, transactions) are passed over. */
export function headerFromJson(json: unknown, path = 'header'): BlockHeader {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InputError('InvalidJson', `${path}: expected an object, got ${json === null ? 'null' : typeof json}`, {
      field: path,
      expected: 'an object',
    })
  }
  const source = json as Readonly<Record<string, unknown>>
  const values: Record<string, Uint8Array | bigint> = {}
  for (const [index, { name, json: keys, size, bits }] of FIELDS.entries()) {
    const key = keys.find((candidate) => source[candidate] !== undefined && source[candidate] !== null)
    if (key === undefined && index >= MANDATORY) continue
    const field = `${path}.${key ?? keys[0]}`
    const value = key === undefined ? undefined : source[key]
    values[name] =
      bits === undefined ? hexToBytes(value as string, field, size || undefined) : parseQuantity(value, field, bits)
  }
  return values as unknown as BlockHeader
}
