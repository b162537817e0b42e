import * as assert from 'uvu/assert'
import { encodeHeader, headerFromJson, headerFromRlp, headerHash, headerToRlp } from '../../src/codec/header.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { decodeRlp, encodeRlp, type RlpInput } from '../../src/codec/rlp.js'
import { InputError } from '../../src/errors.js'
import { Fork } from '../../src/types/fork.js'
import type { BlockHeader } from '../../src/types/header.js'
import { headerAt } from '../support/header.js'
import { suite } from '../support/suite.js'

const test = suite('codec/header')

/** The genesis block of mainnet, as every node gives it. */
const GENESIS = {
  parentHash: `0x${'00'.repeat(32)}`,
  sha3Uncles: '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347',
  miner: `0x${'00'.repeat(20)}`,
  stateRoot: '0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544',
  transactionsRoot: '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421',
  receiptsRoot: '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421',
  logsBloom: `0x${'00'.repeat(256)}`,
  difficulty: '0x400000000',
  number: '0x0',
  gasLimit: '0x1388',
  gasUsed: '0x0',
  timestamp: '0x0',
  extraData: '0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa',
  mixHash: `0x${'00'.repeat(32)}`,
  nonce: '0x0000000000000042',
}
const GENESIS_HASH = '0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3'

function refused(code: string, run: () => unknown): void {
  assert.throws(run, (error: unknown) => error instanceof InputError && error.code === code, code)
}

test('the genesis block of mainnet has its hash, in the names of nodes and of fixtures', () => {
  assert.is(bytesToHex(headerHash(headerFromJson(GENESIS))), GENESIS_HASH)
  const { sha3Uncles, miner, transactionsRoot, receiptsRoot, logsBloom, ...rest } = GENESIS
  const renamed = { uncleHash: sha3Uncles, coinbase: miner, transactionsTrie: transactionsRoot, bloom: logsBloom }
  const fixture = { ...rest, ...renamed, receiptTrie: receiptsRoot, difficulty: '0x0400000000', hash: GENESIS_HASH }
  assert.is(bytesToHex(headerHash(headerFromJson(fixture))), GENESIS_HASH)
})

test('a header of every fork survives encoding, with the fields of its fork and no other', () => {
  const counts = { Frontier: 15, London: 16, Paris: 16, Shanghai: 17, Cancun: 20, Prague: 21, Osaka: 21 }
  for (const [name, count] of Object.entries(counts)) {
    const header = headerAt(Fork[name as keyof typeof counts])
    assert.is((headerToRlp(header) as RlpInput[]).length, count, name)
    assert.equal(headerFromRlp(decodeRlp(encodeHeader(header))), header, name)
  }
})

test('a header whose fields belong to no fork is not encoded', () => {
  const prague = headerAt(Fork.Prague)
  const gaps: (keyof BlockHeader)[] = ['baseFee', 'withdrawalsRoot', 'blobGasUsed', 'parentBeaconBlockRoot']
  for (const name of gaps) {
    const copy = { ...prague }
    delete copy[name]
    refused('HeaderFields', () => encodeHeader(copy))
  }
})

test('a number of fields that no fork has is refused', () => {
  const fields = headerToRlp(headerAt(Fork.Prague)) as RlpInput[]
  for (const count of [0, 14, 18, 19]) {
    refused('FieldCount', () => headerFromRlp(decodeRlp(encodeRlp(fields.slice(0, count)))))
  }
  refused('FieldCount', () => headerFromRlp(decodeRlp(encodeRlp([...fields, new Uint8Array(32)]))))
})

test('malformed fields are refused, by name', () => {
  const fields = headerToRlp(headerAt(Fork.Prague)) as RlpInput[]
  const withField = (index: number, value: RlpInput) => () =>
    headerFromRlp(decodeRlp(encodeRlp(fields.map((field, at) => (at === index ? value : field)))))
  refused('FieldLength', withField(0, new Uint8Array(31)))
  refused('FieldLength', withField(2, new Uint8Array(21)))
  refused('FieldLength', withField(6, new Uint8Array(255)))
  refused('FieldLength', withField(14, new Uint8Array(0)))
  refused('FieldType', withField(3, []))
  refused('FieldOverflow', withField(9, 2n ** 64n))
  refused('FieldOverflow', withField(7, 2n ** 256n))
  refused('FieldLeadingZero', withField(8, Uint8Array.of(0, 1)))
  refused('FieldType', () => headerFromRlp(new Uint8Array(0)))
})

test('malformed JSON is refused, by name', () => {
  refused('InvalidHex', () => headerFromJson({ ...GENESIS, stateRoot: '0x00' }))
  refused('InvalidHex', () => headerFromJson({ ...GENESIS, number: undefined }))
  refused('InvalidHex', () => headerFromJson({ ...GENESIS, miner: null }))
  refused('FieldOverflow', () => headerFromJson({ ...GENESIS, gasLimit: '0x10000000000000000' }))
  for (const json of [null, [], 'header', 7]) refused('InvalidJson', () => headerFromJson(json))
})

test.run()
