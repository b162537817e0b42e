import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bytesToHex, formatQuantity, hexToBytes } from '../../src/codec/hex.js'
import { addressOfPrivateKey, MAX_LOW_S } from '../../src/codec/signature.js'
import {
  decodeTransaction,
  encodeTransaction,
  recoverAuthorization,
  recoverSender,
  signAuthorization,
  signingHash,
  signTransaction,
  toMessage,
  transactionFromJson,
  transactionHash,
  type UnsignedTransaction,
} from '../../src/codec/transaction/index.js'
import { HeddleError } from '../../src/errors.js'
import { Fork } from '../../src/types/fork.js'
import type { Transaction } from '../../src/types/transaction.js'
import { suite } from '../support/suite.js'

const test = suite('transaction')

const ORDER = MAX_LOW_S * 2n + 1n

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const u256 = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
const address = fc.uint8Array({ minLength: 20, maxLength: 20 })
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const accessList = fc.array(
  fc.record({ address, storageKeys: fc.array(hash, { maxLength: 3 }) }, { noNullPrototype: true }),
  { maxLength: 3 },
)
const authorization = fc.record(
  {
    chainId: u256,
    address,
    nonce: u64,
    yParity: fc.bigInt({ min: 0n, max: 255n }),
    r: u256,
    s: u256,
  },
  { noNullPrototype: true },
)

const call = {
  nonce: u64,
  gasLimit: u64,
  value: u256,
  data: fc.uint8Array({ maxLength: 100 }),
  v: u256,
  r: u256,
  s: u256,
}
const typed = { ...call, chainId: u256, accessList }
const feeMarket = { ...typed, maxFeePerGas: u256, maxPriorityFeePerGas: u256 }
const requiredKeys = { noNullPrototype: true } as const

const transaction: fc.Arbitrary<Transaction> = fc
  .tuple(
    fc.oneof(
      fc.record({ type: fc.constant(0 as const), ...call, gasPrice: u256 }, requiredKeys),
      fc.record({ type: fc.constant(1 as const), ...typed, gasPrice: u256 }, requiredKeys),
      fc.record({ type: fc.constant(2 as const), ...feeMarket }, requiredKeys),
      fc.record(
        {
          type: fc.constant(3 as const),
          ...feeMarket,
          maxFeePerBlobGas: u256,
          blobVersionedHashes: fc.array(hash, { maxLength: 3 }),
        },
        requiredKeys,
      ),
      fc.record(
        { type: fc.constant(4 as const), ...feeMarket, authorizationList: fc.array(authorization, { maxLength: 2 }) },
        requiredKeys,
      ),
    ),
    fc.option(address, { nil: undefined }),
  )
  .map(([fields, to]) => (to === undefined ? fields : { ...fields, to }))

function toJson(value: unknown, names: Record<string, string>): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return formatQuantity(value)
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (Array.isArray(value)) return value.map((item) => toJson(item, names))
  return Object.fromEntries(
    Object.entries(value as object).map(([name, field]) => [names[name] ?? name, toJson(field, names)]),
  )
}

function errorOf(work: () => unknown): HeddleError {
  try {
    work()
  } catch (error) {
    assert.instance(error, HeddleError)
    return error as HeddleError
  }
  throw new Error('expected an error')
}

const key = hexToBytes('0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8')
const to = new Uint8Array(20).fill(0x35)
const legacy: UnsignedTransaction = {
  type: 0,
  nonce: 9n,
  gasPrice: 20n * 10n ** 9n,
  gasLimit: 21_000n,
  to,
  value: 10n ** 18n,
  data: new Uint8Array(0),
}
const shared = { nonce: 1n, gasLimit: 100_000n, to, value: 5n, data: Uint8Array.of(1, 2), chainId: 7n, accessList: [] }
const priced = { ...shared, maxFeePerGas: 10n, maxPriorityFeePerGas: 2n }
const everyType: UnsignedTransaction[] = [
  legacy,
  { type: 1, ...shared, gasPrice: 3n },
  { type: 2, ...priced },
  { type: 3, ...priced, maxFeePerBlobGas: 4n, blobVersionedHashes: [new Uint8Array(32).fill(1)] },
  { type: 4, ...priced, authorizationList: [signAuthorization({ chainId: 7n, address: to, nonce: 0n }, key)] },
]

test('every type comes back from its envelope', () => {
  fc.assert(fc.property(transaction, (value) => assert.equal(decodeTransaction(encodeTransaction(value)), value)))
})

test('every type comes back from JSON, in the words of nodes and of fixtures', () => {
  fc.assert(
    fc.property(transaction, (value) => {
      const node = { gasLimit: 'gas', data: 'input', ...(value.type === 0 ? {} : { v: 'yParity' }) }
      assert.equal(transactionFromJson(toJson(value, node)), value)
      assert.equal(transactionFromJson(toJson(value, { yParity: 'v' })), value)
    }),
  )
})

test('json: the type follows from the fields when it is not given', () => {
  for (const unsigned of everyType) {
    const { type, ...fields } = toJson({ ...unsigned, v: 0n, r: 1n, s: 2n }, {}) as Record<string, unknown>
    assert.equal(transactionFromJson(fields), { ...unsigned, v: 0n, r: 1n, s: 2n }, String(type))
  }
})

test('json: null and absent are the same, an unsigned one has zeros', () => {
  const json = toJson(legacy, {}) as Record<string, unknown>
  const { to: _, ...creation } = { ...legacy, v: 0n, r: 0n, s: 0n }
  for (const to of [null, undefined, '', '0x']) {
    assert.equal(transactionFromJson({ ...json, to, accessList: null, maxFeePerGas: null }), creation)
  }
})

test('json: errors name the field', () => {
  const json = toJson(everyType[4], {}) as Record<string, unknown>
  const cases: [unknown, string][] = [
    [null, 'tx'],
    [[], 'tx'],
    [{ ...json, type: '0x5' }, 'tx.type'],
    [{ ...json, nonce: '0x10000000000000000' }, 'tx.nonce'],
    [{ ...json, gas: undefined, gasLimit: undefined }, 'tx.gasLimit'],
    [{ ...json, to: '0x12' }, 'tx.to'],
    [{ ...json, data: 'zz' }, 'tx.data'],
    [{ ...json, accessList: {} }, 'tx.accessList'],
    [{ ...json, accessList: [{ address: bytesToHex(to), storageKeys: ['0x01'] }] }, 'tx.accessList[0].storageKeys[0]'],
    [{ ...json, authorizationList: [{}] }, 'tx.authorizationList[0].chainId'],
  ]
  for (const [value, field] of cases) assert.is(errorOf(() => transactionFromJson(value, 'tx')).details.field, field)
})

test('decoding random bytes ends in a transaction that encodes to them, or in an error', () => {
  fc.assert(
    fc.property(transaction, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), (value, changes) => {
      const encoded = encodeTransaction(value)
      for (const [position, byte] of changes) encoded[position % encoded.length] = byte
      let decoded: Transaction
      try {
        decoded = decodeTransaction(encoded)
      } catch (error) {
        assert.instance(error, HeddleError)
        return
      }
      assert.equal(encodeTransaction(decoded), encoded)
    }),
    { numRuns: 2_000 },
  )
})

test('the example of EIP-155 signs to what it says', () => {
  const privateKey = new Uint8Array(32).fill(0x46)
  assert.is(bytesToHex(signingHash(legacy, 1n)), '0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53')
  const signed = signTransaction(legacy, privateKey, 1n)
  assert.is(signed.v, 37n)
  assert.is(signed.r, 0x28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276n)
  assert.is(signed.s, 0x67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83n)
  assert.equal(recoverSender(signed, { chainId: 1n }), addressOfPrivateKey(privateKey))
})

test('every type: the sender is who signed', () => {
  for (const unsigned of everyType) {
    for (const chainId of unsigned.type === 0 ? [undefined, 7n, 2n ** 200n] : [undefined]) {
      const signed = decodeTransaction(encodeTransaction(signTransaction(unsigned, key, chainId)))
      assert.equal(recoverSender(signed), addressOfPrivateKey(key))
      assert.is(transactionHash(signed).length, 32)
    }
  }
})

test('the chain must match', () => {
  for (const unsigned of everyType) {
    const signed = signTransaction(unsigned, key, 7n)
    assert.equal(recoverSender(signed, { chainId: 7n }), addressOfPrivateKey(key))
    assert.is(errorOf(() => recoverSender(signed, { chainId: 8n })).code, 'ChainId')
  }
  const unprotected = signTransaction(legacy, key)
  assert.equal(recoverSender(unprotected, { chainId: 8n }), addressOfPrivateKey(key))
})

test('a chain id in v is refused before SpuriousDragon', () => {
  const signed = signTransaction(legacy, key, 1n)
  assert.is(errorOf(() => recoverSender(signed, { fork: Fork.TangerineWhistle })).code, 'InvalidSignature')
  assert.equal(recoverSender(signed, { fork: Fork.SpuriousDragon }), addressOfPrivateKey(key))
})

test('a high s is refused from Homestead on', () => {
  const signed = signTransaction(legacy, key)
  const mirrored: Transaction = { ...signed, s: ORDER - signed.s, v: 55n - signed.v }
  assert.equal(recoverSender(mirrored, { fork: Fork.Frontier }), addressOfPrivateKey(key))
  assert.is(errorOf(() => recoverSender(mirrored, { fork: Fork.Homestead })).code, 'InvalidSignature')
})

test('r and s outside of the order are refused', () => {
  const signed = signTransaction(legacy, key)
  for (const change of [
    { r: 0n },
    { s: 0n },
    { r: ORDER },
    { s: ORDER },
    { r: 2n ** 256n - 1n },
    { v: 29n },
    { v: 0n },
  ]) {
    assert.is(errorOf(() => recoverSender({ ...signed, ...change }, { fork: Fork.Frontier })).code, 'InvalidSignature')
  }
})

test('an authorization that nobody signed has no authority', () => {
  const signed = signAuthorization({ chainId: 1n, address: to, nonce: 3n }, key)
  assert.equal(recoverAuthorization(signed).authority, addressOfPrivateKey(key))
  const highS = { ...signed, s: ORDER - signed.s, yParity: 1n - signed.yParity }
  for (const invalid of [highS, { ...signed, yParity: 2n }, { ...signed, r: 0n }, { ...signed, r: ORDER }]) {
    assert.equal(recoverAuthorization(invalid), { chainId: 1n, address: to, nonce: 3n })
  }
})

test('a message carries what execution needs', () => {
  const [, accessListed, , blob, setCode] = everyType.map((unsigned) => toMessage(signTransaction(unsigned, key)))
  assert.equal(accessListed!.sender, addressOfPrivateKey(key))
  assert.is(accessListed!.maxFeePerGas, 3n)
  assert.is(accessListed!.maxPriorityFeePerGas, 3n)
  assert.is(blob!.maxFeePerBlobGas, 4n)
  assert.is(blob!.maxPriorityFeePerGas, 2n)
  assert.equal(setCode!.authorizations, [{ chainId: 7n, address: to, nonce: 0n, authority: addressOfPrivateKey(key) }])
})

test('a private key that is none is refused without being shown', () => {
  const error = errorOf(() => signTransaction(legacy, new Uint8Array(32)))
  assert.is(error.code, 'PrivateKey')
})

test.run()
