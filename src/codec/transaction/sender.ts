import { InvalidTransactionError } from '../../errors.js'
import { Fork } from '../../types/fork.js'
import type {
  Authorization,
  LegacyTransaction,
  Message,
  RecoveredAuthorization,
  Transaction,
} from '../../types/transaction.js'
import { keccak256 } from '../keccak.js'
import { MAX_LOW_S, recoverAddress, type SignedHash, signHash } from '../signature.js'
import { encodeEnvelope, type UnsignedTransaction, unsignedFields } from './envelope.js'

/** What a signature is judged by. */
export interface SignatureRules {
  /** The latest one when absent. */
  fork?: Fork
  /** Any chain when absent. */
  chainId?: bigint
}

/** What is signed. `chainId` binds a legacy transaction to its chain; every other type has one already. */
export function signingHash(transaction: UnsignedTransaction, chainId?: bigint): Uint8Array {
  const fields = unsignedFields(transaction)
  if (transaction.type === 0 && chainId !== undefined) fields.push(chainId, 0n, 0n)
  return keccak256(encodeEnvelope(transaction.type, fields))
}

/** With `chainId` a legacy transaction is valid on that chain alone, from SpuriousDragon on. */
export function signTransaction(
  transaction: UnsignedTransaction,
  privateKey: Uint8Array,
  chainId?: bigint,
): Transaction {
  const { yParity, r, s } = signHash(signingHash(transaction, chainId), privateKey)
  let v = BigInt(yParity)
  if (transaction.type === 0) v += chainId === undefined ? 27n : chainId * 2n + 35n
  return { ...transaction, v, r, s } as Transaction
}

function refuse(code: string, field: string, expected: string, got: unknown): never {
  throw new InvalidTransactionError(code, `${field}: expected ${expected}, got ${got}`, { field, expected, got })
}

/** How a signature is to be read: `chainId` is that of a legacy transaction which is bound to one. */
interface SignedBy {
  yParity: 0 | 1
  chainId: bigint | undefined
}

/** EIP-155 folds the chain id into `v`: 35 + 2 * chainId + y parity. */
function readLegacyV({ v }: LegacyTransaction, fork: Fork, chainId: bigint | undefined): SignedBy {
  if (v === 27n || v === 28n) return { yParity: v === 28n ? 1 : 0, chainId: undefined }
  // 0 and 1 name no chain either: they are what an unsigned transaction has, and a typed one.
  if (fork < Fork.SpuriousDragon || v <= 1n) return refuse('InvalidSignature', 'v', '27 or 28', v)
  if (chainId !== undefined && v !== chainId * 2n + 35n && v !== chainId * 2n + 36n) {
    return refuse('ChainId', 'v', `27, 28, or one of chain ${chainId}`, v)
  }
  if (v < 35n) return refuse('InvalidSignature', 'v', '27, 28, or 35 and more', v)
  return { yParity: (v - 35n) % 2n === 1n ? 1 : 0, chainId: (v - 35n) / 2n }
}

function readSignedBy(transaction: Transaction, fork: Fork, chainId: bigint | undefined): SignedBy {
  if (transaction.type === 0) return readLegacyV(transaction, fork, chainId)
  if (chainId !== undefined && transaction.chainId !== chainId) {
    return refuse('ChainId', 'chainId', String(chainId), transaction.chainId)
  }
  if (transaction.v > 1n) return refuse('InvalidSignature', 'yParity', '0 or 1', transaction.v)
  return { yParity: transaction.v === 1n ? 1 : 0, chainId: undefined }
}

/** Throws unless the rules allow the signature's form. Whether a key can have made it is for recovery to find out. */
export function checkSignature(transaction: Transaction, rules: SignatureRules = {}): SignedBy {
  const { fork = Fork.Osaka, chainId } = rules
  const { s } = transaction
  const signedBy = readSignedBy(transaction, fork, chainId)
  if (fork >= Fork.Homestead && s > MAX_LOW_S) refuse('InvalidSignature', 's', 'at most half the order of secp256k1', s)
  return signedBy
}

/** What the sender has signed, and how; throws as `checkSignature` does. */
export function senderSignature(transaction: Transaction, rules: SignatureRules = {}): SignedHash {
  const { r, s } = transaction
  const { yParity, chainId } = checkSignature(transaction, rules)
  return { hash: signingHash(transaction, chainId), signature: { yParity, r, s } }
}

export function recoverSender(transaction: Transaction, rules: SignatureRules = {}): Uint8Array {
  const { hash, signature } = senderSignature(transaction, rules)
  return requireSender(transaction, recoverAddress(hash, signature))
}

/** Throws unless recovery has found one. */
export function requireSender({ v, r, s }: Transaction, sender: Uint8Array | undefined): Uint8Array {
  if (sender !== undefined) return sender
  throw new InvalidTransactionError('InvalidSignature', 'signature: expected one that a key can make, got none', {
    field: 'signature',
    v,
    r,
    s,
  })
}

const AUTHORIZATION_PREFIX = 0x05

function authorizationHash({
  chainId,
  address,
  nonce,
}: Pick<Authorization, 'chainId' | 'address' | 'nonce'>): Uint8Array {
  return keccak256(encodeEnvelope(AUTHORIZATION_PREFIX, [chainId, address, nonce]))
}

export function signAuthorization(
  authorization: Pick<Authorization, 'chainId' | 'address' | 'nonce'>,
  privateKey: Uint8Array,
): Authorization {
  const { yParity, r, s } = signHash(authorizationHash(authorization), privateKey)
  return { ...authorization, yParity: BigInt(yParity), r, s }
}

/** Never throws: an authorization that nobody signed is passed over, its transaction stays valid. */
export function recoverAuthorization(authorization: Authorization): RecoveredAuthorization {
  const { chainId, address, nonce, yParity, r, s } = authorization
  const recovered = { chainId, address, nonce }
  if (yParity > 1n || s > MAX_LOW_S) return recovered
  const authority = recoverAddress(authorizationHash(authorization), { yParity: yParity === 1n ? 1 : 0, r, s })
  return authority === undefined ? recovered : { ...recovered, authority }
}

/** One for all transactions that have none: fewer things to look at when they are written. */
const NONE: never[] = []

/** `sender` when it is known already, or else what the signature says. */
export function toMessage(transaction: Transaction, sender?: Uint8Array, rules: SignatureRules = {}): Message {
  const { type, nonce, gasLimit, to, value, data } = transaction
  const isPriced = transaction.type === 0 || transaction.type === 1
  return {
    type,
    sender: sender ?? recoverSender(transaction, rules),
    nonce,
    gasLimit,
    to,
    value,
    data,
    maxFeePerGas: isPriced ? transaction.gasPrice : transaction.maxFeePerGas,
    maxPriorityFeePerGas: isPriced ? transaction.gasPrice : transaction.maxPriorityFeePerGas,
    accessList: transaction.type === 0 ? NONE : transaction.accessList,
    maxFeePerBlobGas: transaction.type === 3 ? transaction.maxFeePerBlobGas : 0n,
    blobVersionedHashes: transaction.type === 3 ? transaction.blobVersionedHashes : NONE,
    authorizations: transaction.type === 4 ? transaction.authorizationList.map(recoverAuthorization) : NONE,
  }
}
