import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { bytesToHex, hexToBytes, parseQuantity } from '../../src/codec/hex.js'
import {
  decodeTransaction,
  recoverSender,
  transactionHash,
  transactionType,
} from '../../src/codec/transaction/index.js'
import { HeddleError } from '../../src/errors.js'
import { intrinsicGas } from '../../src/transaction/intrinsic-gas.js'
import { requireSupportedType, validateTransaction } from '../../src/transaction/validate.js'
import { Fork } from '../../src/types/fork.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, readJson } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('TransactionTests')

interface Outcome {
  intrinsicGas: string
  sender?: string
  hash?: string
  exception?: string
}

interface TransactionCase {
  result: Record<string, Outcome>
  txbytes: string
}

const FORKS: Readonly<Record<string, Fork>> = {
  ...Fork,
  EIP150: Fork.TangerineWhistle,
  EIP158: Fork.SpuriousDragon,
  ConstantinopleFix: Fork.Petersburg,
  Merge: Fork.Paris,
}

/** Everything that is asked of a transaction on mainnet before it meets a state. */
function judge(envelope: Uint8Array, fork: Fork): { sender: string; hash: string; intrinsicGas: bigint } {
  requireSupportedType(transactionType(envelope), fork)
  const transaction = decodeTransaction(envelope)
  const sender = recoverSender(transaction, { fork, chainId: 1n })
  validateTransaction(transaction, fork)
  return {
    sender: bytesToHex(sender),
    hash: bytesToHex(transactionHash(transaction)),
    intrinsicGas: intrinsicGas(transaction, fork),
  }
}

/**
 * The codes, with the field where it matters, that are the rule of a fixture's exception. A field that was made a list by
 * its first byte alone often is no RLP any more, which is found out before it has a name.
 */
const REASONS: readonly [exception: RegExp, reason: RegExp][] = [
  [/ADDRESS_TOO_(SHORT|LONG)$/, /^FieldLength (to|accessList)/],
  [/ACCESS_LIST_STORAGE_TOO_(SHORT|LONG)$/, /^FieldLength accessList.*storageKeys/],
  [/INTRINSIC_GAS_TOO_LOW$/, /^IntrinsicGas /],
  [/TYPE_NOT_SUPPORTED$/, /^TypeNotSupported /],
  [/GASLIMIT_PRICE_PRODUCT_OVERFLOW$/, /^CostOverflow /],
  [/RLP_LEADING_ZEROS_BASEFEE$/, /^FieldLeadingZero maxFeePerGas/],
  [/RLP_LEADING_ZEROS_PRIORITY_FEE$/, /^FieldLeadingZero maxPriorityFeePerGas/],
  [/RLP_LEADING_ZEROS_GASLIMIT$/, /^FieldLeadingZero gasLimit/],
  [/RLP_LEADING_ZEROS_GASPRICE$/, /^FieldLeadingZero gasPrice/],
  [/RLP_LEADING_ZEROS_NONCE$/, /^FieldLeadingZero nonce/],
  [/RLP_LEADING_ZEROS_VALUE$/, /^FieldLeadingZero value/],
  [/RLP_LEADING_ZEROS_V$/, /^FieldLeadingZero v/],
  [/RLP_LEADING_ZEROS_R$/, /^FieldLeadingZero r/],
  [/RLP_LEADING_ZEROS_S$/, /^FieldLeadingZero s/],
  [/GASPRICE_OVERFLOW$/, /^FieldOverflow (gasPrice|maxFeePerGas)/],
  [/PRIORITY_OVERFLOW$/, /^FieldOverflow maxPriorityFeePerGas/],
  [/PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2$/, /^PriorityAboveMaxFee /],
  [/INITCODE_SIZE_EXCEEDED$/, /^CreateInitcodeTooLarge /],
  [/GASLIMIT_OVERFLOW$/, /^Field(Overflow|LeadingZero) gasLimit/],
  [/NONCE_OVERFLOW$/, /^FieldOverflow nonce/],
  [/NONCE_TOO_BIG$/, /^NonceMax /],
  [/INVALID_CHAINID$/, /^ChainId /],
  [/INVALID_SIGNATURE_VRS$/, /^(InvalidSignature|FieldOverflow [rs])/],
  [/EC_RECOVERY_FAIL$/, /^InvalidSignature /],
  [/RLP_TOO_(FEW|MANY)_ELEMENTS$/, /^FieldCount transaction/],
  [/VALUE_OVERFLOW$/, /^FieldOverflow value/],
  [/RLP_(LEADING_ZEROS_DATA_SIZE|LEADING_ZEROS_NONCE_SIZE|ERROR_SIZE_LEADING_ZEROS)$/, /^RlpNotCanonical /],
  [/RLP_INVALID_GASLIMIT$/, /^(FieldType gasLimit|RlpTruncated)/],
  [/RLP_INVALID_NONCE$/, /^FieldType nonce/],
  [/RLP_INVALID_DATA$/, /^FieldType data/],
  [/RLP_INVALID_TO$/, /^(FieldType to|RlpTruncated)/],
  [/RLP_INVALID_SIGNATURE_R$/, /^(FieldType r|RlpTruncated)/],
  [/RLP_INVALID_SIGNATURE_S$/, /^(FieldType s|RlpTruncated)/],
  [/RLP_(ERROR_SIZE|ERROR_EOF|INVALID_HEADER)$/, /^(Rlp|TypeNotSupported|FieldCount|FieldType)/],
  [/TYPE_4_EMPTY_AUTHORIZATION_LIST$/, /^AuthorizationsMissing /],
  [/TYPE_4_INVALID_AUTHORITY_SIGNATURE_S_TOO_HIGH$/, /^FieldOverflow authorizationList\[\d\]\.(yParity|r|s)/],
  [/TYPE_4_INVALID_AUTHORIZATION_FORMAT$/, /^Field(Overflow|Type) authorizationList/],
]

function checkOutcome(title: string, envelope: Uint8Array, fork: Fork, outcome: Outcome): void {
  let reason = ''
  try {
    const judged = judge(envelope, fork)
    if (outcome.exception === undefined) {
      assert.is(judged.sender, outcome.sender, title)
      assert.is(judged.hash, outcome.hash, title)
      assert.is(judged.intrinsicGas, parseQuantity(outcome.intrinsicGas), title)
      return
    }
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error
    reason = `${error.code} ${String(error.details.field ?? '')}`
  }
  assert.is.not(outcome.exception, undefined, `${title}: valid, but refused for ${reason}`)
  assert.is.not(reason, '', `${title}: accepted, but ${outcome.exception}`)
  // Before its fork a malformed typed transaction has two faults, and the type is judged first.
  if (reason === 'TypeNotSupported type') return
  const expected = REASONS.find(([exception]) => exception.test(outcome.exception!))
  assert.ok(expected, `${title}: no reason known for ${outcome.exception}`)
  assert.match(reason, expected![1], `${title}: ${outcome.exception}, but refused for ${reason}`)
}

function checkAll(folder: string, atLeast: number): void {
  let count = 0
  for (const file of jsonFiles(folder)) {
    for (const [name, { result, txbytes }] of Object.entries(readJson(file) as Record<string, TransactionCase>)) {
      const envelope = hexToBytes(txbytes)
      for (const [forkName, outcome] of Object.entries(result)) {
        const fork = FORKS[forkName]
        assert.is.not(fork, undefined, forkName)
        checkOutcome(`${name} on ${forkName}`, envelope, fork!, outcome)
        count++
      }
    }
  }
  assert.ok(count >= atLeast, `expected at least ${atLeast} outcomes, got ${count}`)
}

const SUITES: readonly [archive: string, folder: string, atLeast: number][] = [
  ['ethereum-tests', 'TransactionTests', 2_000],
  ['eest-prague', 'transaction_tests', 19],
]

for (const [archive, name, atLeast] of SUITES) {
  const folder = fixtureFolder(archive)
  if (folder === undefined) test.skip(`${archive}: ${HOW_TO_GET_FIXTURES}`)
  else test(`${archive}: every case, for its reason`, () => checkAll(join(folder, name), atLeast))
}

test.run()
