import { GAS_PER_BLOB } from '../chain/blob-fee.js'
import { checksumAddress } from '../codec/address.js'
import type { HeddleError } from '../errors.js'
import { floorGas, intrinsicGas } from '../transaction/intrinsic-gas.js'
import type { BlockEnvironment } from '../types/block.js'
import type { Fork } from '../types/fork.js'
import type { Transaction } from '../types/transaction.js'

export interface Refused {
  transaction: Transaction
  /** Absent while the signature is not known to be one. */
  sender?: Uint8Array
  environment: BlockEnvironment
}

interface Facts extends Refused {
  /** As geth writes the sender. */
  from: string
  /** What the sender's account was. */
  account: { nonce: bigint; balance: bigint }
  highestPrice: bigint
}

type Sentence = (facts: Facts) => string

const MAX_INITCODE_SIZE = 49_152
const GAS_LIMIT_CAP = 1n << 24n

/** Fillers tell exceptions apart by geth's words: the sentence that geth has for each rule. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  InvalidSignature: () => 'invalid transaction v, r, s values',
  ChainId: ({ transaction, environment }) =>
    `invalid chain id for signer: have ${chainIdOf(transaction)} want ${environment.chainId}`,
  TypeNotSupported: () => 'transaction type not supported',
  NonceTooLow: ({ from, transaction, account }) =>
    `nonce too low: address ${from}, tx: ${transaction.nonce} state: ${account.nonce}`,
  NonceTooHigh: ({ from, transaction, account }) =>
    `nonce too high: address ${from}, tx: ${transaction.nonce} state: ${account.nonce}`,
  NonceMax: ({ from, transaction }) => `nonce has max value: address ${from}, nonce: ${transaction.nonce}`,
  SenderNotExternal: ({ from }) => `sender not an eoa: address ${from}`,
  GasLimitCap: ({ transaction }) =>
    `transaction gas limit too high (cap: ${GAS_LIMIT_CAP}, tx: ${transaction.gasLimit})`,
  PriorityAboveMaxFee: ({ from, transaction, highestPrice }) =>
    `max priority fee per gas higher than max fee per gas: address ${from}, ` +
    `maxPriorityFeePerGas: ${priorityFeeOf(transaction)}, maxFeePerGas: ${highestPrice}`,
  FeeBelowBaseFee: ({ from, highestPrice, environment }) =>
    `max fee per gas less than block base fee: address ${from}, ` +
    `maxFeePerGas: ${highestPrice}, baseFee: ${environment.baseFee}`,
  BlobsMissing: () => 'blob transaction missing blob hashes',
  BlobsTooMany: () => 'blob transaction has too many blobs',
  BlobVersion: ({ transaction }) =>
    `blob ${blobHashesOf(transaction).findIndex((hash) => hash[0] !== 1)} has invalid hash version`,
  BlobCreate: () => recipientMissing('BlobTx'),
  BlobFeeTooLow: ({ from, transaction, environment }) =>
    `max fee per blob gas less than block blob gas fee: address ${from} ` +
    `blobGasFeeCap: ${blobFeeOf(transaction)}, blobBaseFee: ${environment.blobBaseFee}`,
  AuthorizationsMissing: ({ from }) => `EIP-7702 transaction with empty auth list (sender ${from})`,
  AuthorizationCreate: () => recipientMissing('SetCodeTx'),
  CreateInitcodeTooLarge: ({ transaction }) =>
    `max initcode size exceeded: code size ${transaction.data.length} limit ${MAX_INITCODE_SIZE}`,
  BlockGasLimit: () => 'gas limit reached',
  InsufficientFunds: insufficientFunds,
  CostOverflow: insufficientFunds,
  IntrinsicGas: ({ transaction, environment }) =>
    `intrinsic gas too low: have ${transaction.gasLimit}, want ${intrinsicGas(transaction, environment.fork as Fork)}`,
  FloorGas: ({ transaction, environment }) =>
    'insufficient gas for floor data gas cost: ' +
    `have ${transaction.gasLimit}, want ${floorGas(transaction, environment.fork as Fork)}`,
}

/** Why geth would say that it passes the transaction over. */
export function rejectionText(error: HeddleError, refused: Refused): string {
  const sentence = SENTENCES[error.code]
  if (sentence === undefined) return error.message
  const { transaction, sender } = refused
  const isPriced = transaction.type === 0 || transaction.type === 1
  return sentence({
    ...refused,
    from: sender === undefined ? 'unknown' : checksumAddress(sender),
    account: (error.details.sender as Facts['account'] | undefined) ?? { nonce: 0n, balance: 0n },
    highestPrice: isPriced ? transaction.gasPrice : transaction.maxFeePerGas,
  })
}

/** To geth these types have a recipient or cannot be decoded at all. */
function recipientMissing(type: string): string {
  return `rlp: input string too short for common.Address, decoding into (types.Transaction)(types.${type}).To`
}

function insufficientFunds({ from, transaction, account, highestPrice }: Facts): string {
  const blobGas = BigInt(blobHashesOf(transaction).length) * GAS_PER_BLOB
  const want = transaction.gasLimit * highestPrice + transaction.value + blobGas * blobFeeOf(transaction)
  const what = want >> 256n === 0n ? `have ${account.balance} want ${want}` : 'required balance exceeds 256 bits'
  return `insufficient funds for gas * price + value: address ${from} ${what}`
}

/** A legacy transaction has its chain in `v`, if at all. */
function chainIdOf(transaction: Transaction): bigint {
  return transaction.type === 0 ? (transaction.v - 35n) / 2n : transaction.chainId
}

function priorityFeeOf(transaction: Transaction): bigint {
  return transaction.type === 0 || transaction.type === 1 ? transaction.gasPrice : transaction.maxPriorityFeePerGas
}

function blobHashesOf(transaction: Transaction): readonly Uint8Array[] {
  return transaction.type === 3 ? transaction.blobVersionedHashes : []
}

function blobFeeOf(transaction: Transaction): bigint {
  return transaction.type === 3 ? transaction.maxFeePerBlobGas : 0n
}
