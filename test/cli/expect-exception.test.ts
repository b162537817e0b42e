import { existsSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { exceptionMatches } from '../../src/cli/expect-exception.js'
import { HeddleError, InputError, InvalidBlockError, InvalidTransactionError } from '../../src/errors.js'
import { FIXTURE_ARCHIVES, fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, readText } from '../support/fixtures.js'

const test = suite('cli/expect-exception')

const transaction = (code: string) => new InvalidTransactionError(code, 'a transaction')
const block = (code: string, cause?: unknown) => new InvalidBlockError(code, 'a block', {}, cause)

test('a name is met by its own rule and by no other', () => {
  assert.ok(exceptionMatches('TransactionException.NONCE_MISMATCH_TOO_LOW', transaction('NonceTooLow')))
  assert.not(exceptionMatches('TransactionException.NONCE_MISMATCH_TOO_LOW', transaction('NonceTooHigh')))
  assert.ok(exceptionMatches('BlockException.INVALID_STATE_ROOT', block('StateRootMismatch')))
  assert.not(exceptionMatches('BlockException.INVALID_STATE_ROOT', block('ReceiptsRootMismatch')))
})

test('any of the names between bars will do', () => {
  const expected = 'TransactionException.INSUFFICIENT_ACCOUNT_FUNDS|TransactionException.INTRINSIC_GAS_TOO_LOW'
  assert.ok(exceptionMatches(expected, transaction('InsufficientFunds')))
  assert.ok(exceptionMatches(expected, transaction('IntrinsicGas')))
  assert.not(exceptionMatches(expected, transaction('SenderNotExternal')))
})

test('names of old fixtures mean the same', () => {
  assert.ok(exceptionMatches('TR_NoFundsOrGas', transaction('IntrinsicGas')))
  assert.ok(exceptionMatches('TR_IntrinsicGas', transaction('IntrinsicGas')))
  assert.ok(exceptionMatches('SenderNotEOA', transaction('SenderNotExternal')))
  assert.ok(exceptionMatches('3675PoWBlockRejected', block('DifficultyNotZero')))
  assert.ok(exceptionMatches('InvalidGasLimit', block('GasLimitOutOfBounds')))
})

test('a block is refused for what is wrong inside it', () => {
  const cause = transaction('IntrinsicGas')
  assert.ok(exceptionMatches('TransactionException.INTRINSIC_GAS_TOO_LOW', block('InvalidTransaction', cause)))
  const malformed = block('MalformedBlock', new InputError('FieldLength', 'an address'))
  assert.ok(exceptionMatches('BlockException.RLP_INVALID_ADDRESS', malformed))
  assert.not(exceptionMatches('BlockException.RLP_INVALID_FIELD_OVERFLOW_64', malformed))
})

test('a name that is not known is an error, even beside one that matches', () => {
  const names = ['', 'NoSuchThing', 'TransactionException', 'TransactionException.', 'BlockException.toString']
  for (const name of [...names, 'constructor', 'TransactionException.INTRINSIC_GAS_TOO_LOW|TransactionException.NEW']) {
    assert.throws(
      () => exceptionMatches(name, transaction('IntrinsicGas')),
      (error: unknown) => error instanceof InputError && error.code === 'UnknownException',
      name,
    )
  }
})

const ARCHIVES = [
  'ethereum-tests',
  'legacytests-constantinople',
  'legacytests-cancun-sample',
  'eest-prague',
  'eest-osaka',
  'eest-amsterdam-bal',
]
if (!existsSync(FIXTURE_ARCHIVES)) {
  test.skip(`every name in the official fixtures is known: ${HOW_TO_GET_FIXTURES}`, () => {})
} else {
  test('every name in the official fixtures is known', () => {
    const names = new Set<string>()
    for (const folder of ARCHIVES.map(fixtureFolder)) {
      if (folder === undefined) continue
      for (const file of jsonFiles(folder)) {
        for (const [, name] of readText(file).matchAll(/"(?:expectException\w*|exception)"\s*:\s*"([^"]*)"/g)) {
          names.add(name!)
        }
      }
    }
    assert.ok(names.size > 100, `expected more than 100 names, got ${names.size}`)
    for (const name of names) {
      assert.type(exceptionMatches(name, new HeddleError('NoCodeOfOurs', 'nothing')), 'boolean', name)
    }
  })
}

test.run()
