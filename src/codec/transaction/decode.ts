import { InputError } from '../../errors.js'
import type { AccessListEntry, Authorization, Transaction } from '../../types/transaction.js'
import { decodeRlp, type RlpItem } from '../rlp.js'
import { readBytes, readInteger, readList, readTuple } from '../rlp-field.js'

export type TransactionType = Transaction['type']

const FIELD_COUNTS: Readonly<Record<TransactionType, number>> = { 0: 9, 1: 11, 2: 12, 3: 14, 4: 13 }

function readAddress(item: RlpItem, field: string): Uint8Array {
  return readBytes(item, field, 20)
}

function readRecipient(item: RlpItem): { to?: Uint8Array } {
  return item.length === 0 && item instanceof Uint8Array ? {} : { to: readAddress(item, 'to') }
}

function readAccessList(item: RlpItem): AccessListEntry[] {
  return readList(item, 'accessList').map((entry, index) => {
    const field = `accessList[${index}]`
    const [address, storageKeys] = readTuple(entry, field, 2) as [RlpItem, RlpItem]
    return {
      address: readAddress(address, `${field}.address`),
      storageKeys: readList(storageKeys, `${field}.storageKeys`).map((key) =>
        readBytes(key, `${field}.storageKeys`, 32),
      ),
    }
  })
}

function readAuthorization(item: RlpItem, index: number): Authorization {
  const field = `authorizationList[${index}]`
  const [chainId, address, nonce, yParity, r, s] = readTuple(item, field, 6) as Sextuple
  return {
    chainId: readInteger(chainId, `${field}.chainId`, 256),
    address: readAddress(address, `${field}.address`),
    nonce: readInteger(nonce, `${field}.nonce`, 64),
    yParity: readInteger(yParity, `${field}.yParity`, 8),
    r: readInteger(r, `${field}.r`, 256),
    s: readInteger(s, `${field}.s`, 256),
  }
}

type Sextuple = [RlpItem, RlpItem, RlpItem, RlpItem, RlpItem, RlpItem]

/** The type that an envelope claims, known or not: 0 when it is a list, as legacy transactions are. */
export function transactionType(envelope: Uint8Array): number {
  const first = envelope[0]
  if (first === undefined) {
    throw new InputError('RlpTruncated', 'transaction: expected a type or a list, got no bytes', { offset: 0 })
  }
  return first >= 0xc0 ? 0 : first
}

/** Strict about the form of every field. What depends on the fork, the chain or the state is judged elsewhere. */
export function decodeTransaction(envelope: Uint8Array): Transaction {
  const type = transactionType(envelope)
  const isList = envelope[0]! >= 0xc0
  if (!isList && (type < 1 || type > 4)) {
    const got = `0x${type.toString(16).padStart(2, '0')}`
    throw new InputError('TransactionType', `transaction type: expected 1 to 4, or a list, got ${got}`, { got: type })
  }
  const item = decodeRlp(isList ? envelope : envelope.subarray(1))
  const fields = readTuple(item, 'transaction', FIELD_COUNTS[type as TransactionType])
  return type === 0 ? readLegacy(fields) : readTyped(type, fields)
}

function readSignature(fields: RlpItem[]): { v: bigint; r: bigint; s: bigint } {
  const at = fields.length - 3
  return {
    v: readInteger(fields[at]!, 'v', 256),
    r: readInteger(fields[at + 1]!, 'r', 256),
    s: readInteger(fields[at + 2]!, 's', 256),
  }
}

function readLegacy(fields: RlpItem[]): Transaction {
  return {
    type: 0,
    nonce: readInteger(fields[0]!, 'nonce', 64),
    gasPrice: readInteger(fields[1]!, 'gasPrice', 256),
    gasLimit: readInteger(fields[2]!, 'gasLimit', 64),
    ...readRecipient(fields[3]!),
    value: readInteger(fields[4]!, 'value', 256),
    data: readBytes(fields[5]!, 'data'),
    ...readSignature(fields),
  }
}

function readTyped(type: number, fields: RlpItem[]): Transaction {
  const chainId = readInteger(fields[0]!, 'chainId', 256)
  const nonce = readInteger(fields[1]!, 'nonce', 64)
  if (type === 1) {
    const gasPrice = readInteger(fields[2]!, 'gasPrice', 256)
    return { type, chainId, nonce, gasPrice, ...readCall(fields, 3), ...readSignature(fields) }
  }
  const shared = {
    chainId,
    nonce,
    maxPriorityFeePerGas: readInteger(fields[2]!, 'maxPriorityFeePerGas', 256),
    maxFeePerGas: readInteger(fields[3]!, 'maxFeePerGas', 256),
    ...readCall(fields, 4),
  }
  if (type === 2) return { type, ...shared, ...readSignature(fields) }
  if (type === 3) {
    const maxFeePerBlobGas = readInteger(fields[9]!, 'maxFeePerBlobGas', 256)
    const blobVersionedHashes = readList(fields[10]!, 'blobVersionedHashes').map((hash, index) =>
      readBytes(hash, `blobVersionedHashes[${index}]`, 32),
    )
    return { type, ...shared, maxFeePerBlobGas, blobVersionedHashes, ...readSignature(fields) }
  }
  const authorizationList = readList(fields[9]!, 'authorizationList').map(readAuthorization)
  return { type: 4, ...shared, authorizationList, ...readSignature(fields) }
}

interface CallFields {
  gasLimit: bigint
  to?: Uint8Array
  value: bigint
  data: Uint8Array
  accessList: AccessListEntry[]
}

/** The five fields from the gas limit to the access list, which follow each other in every typed transaction. */
function readCall(fields: RlpItem[], at: number): CallFields {
  return {
    gasLimit: readInteger(fields[at]!, 'gasLimit', 64),
    ...readRecipient(fields[at + 1]!),
    value: readInteger(fields[at + 2]!, 'value', 256),
    data: readBytes(fields[at + 3]!, 'data'),
    accessList: readAccessList(fields[at + 4]!),
  }
}
