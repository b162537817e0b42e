import * as assert from 'uvu/assert'
import { addressOf, create2Address, createAddress } from '../../src/codec/address.js'
import { bytesToHex, hexToBytes } from '../../src/codec/hex.js'
import { KeccakMemory, keccak256, keccak256Range } from '../../src/codec/keccak.js'
import { logsBloom, logsHash, mergeBloom } from '../../src/codec/logs.js'
import { Pieces } from '../../src/codec/pieces.js'
import { encodeReceipt, lendReceipt } from '../../src/codec/receipt.js'
import { decodeRlp } from '../../src/codec/rlp.js'
import { addressOfPrivateKey } from '../../src/codec/signature.js'
import { InputError } from '../../src/errors.js'
import { suite } from '../support/suite.js'

const test = suite('receipts, logs and addresses')

const log = {
  address: hexToBytes('0x22341ae42d6dd7384bc8584e50419ea3ac75b83f'),
  topics: [hexToBytes('0x04491edcd115127caedbd478e2e7895ed80c7847e903431f94f9cfa579cad47f')],
  data: Uint8Array.of(1, 2, 3),
}

test('bloom: three bits for each address and topic, counted from the end', () => {
  const expected = new Uint8Array(256)
  for (const value of [log.address, ...log.topics]) {
    const hash = keccak256(value)
    for (const at of [0, 2, 4]) {
      const bit = (hash[at]! * 256 + hash[at + 1]!) % 2048
      expected[255 - Math.floor(bit / 8)]! |= 1 << (bit % 8)
    }
  }
  assert.equal(logsBloom([log]), expected)
  assert.equal(logsBloom([]), new Uint8Array(256))
})

test('bloom: values that end alike, an address and a topic of its bytes, and the same again', () => {
  const address = log.address
  const topic = new Uint8Array(32)
  topic.set(address, 12)
  const values = [address, topic, address, new Uint8Array(20), new Uint8Array(32), new Uint8Array(20), topic, topic]
  for (const value of values) {
    const bloom = logsBloom([
      value.length === 20 ? { ...log, address: value, topics: [] } : { ...log, topics: [value] },
    ])
    const expected = new Uint8Array(256)
    for (const each of value.length === 20 ? [value] : [address, value]) {
      const hash = keccak256(each)
      for (const at of [0, 2, 4]) {
        const bit = (hash[at]! * 256 + hash[at + 1]!) % 2048
        expected[255 - Math.floor(bit / 8)]! |= 1 << (bit % 8)
      }
    }
    assert.equal(bloom, expected)
  }
})

test('bloom: from pieces each is one of its own', () => {
  const pieces = new Pieces()
  const of = (fill: number) => [{ ...log, address: new Uint8Array(20).fill(fill) }]
  const filled = Array.from({ length: 200 }, (_, fill) => logsBloom(of(fill), pieces))
  for (const [fill, bloom] of filled.entries()) assert.equal(bloom, logsBloom(of(fill)))
})

test("pieces: of any size, empty, and nobody else's", () => {
  const pieces = new Pieces()
  const sizes = [0, 1, 32, 20, 16_384, 16_385, 100_000, 1_024, 1_025]
  const taken = Array.from({ length: 900 }, (_, index) => pieces.take(sizes[index % sizes.length]!))
  for (const [index, piece] of taken.entries()) {
    assert.is(piece.length, sizes[index % sizes.length])
    assert.ok(piece.every((byte) => byte === 0))
    piece.fill(index % 255)
  }
  for (const [index, piece] of taken.entries()) assert.ok(piece.every((byte) => byte === index % 255))
})

test('bloom: merging gives the bloom of all logs', () => {
  const other = { ...log, address: new Uint8Array(20).fill(7) }
  const merged = logsBloom([log])
  mergeBloom(merged, logsBloom([other]))
  assert.equal(merged, logsBloom([log, other]))
})

test('logs hash: without logs the hash of an empty list', () => {
  assert.is(bytesToHex(logsHash([])), '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347')
})

test('receipt: status or state root, gas, bloom, logs; typed ones after their type', () => {
  const root = new Uint8Array(32).fill(9)
  const bloom = logsBloom([log])
  const fields = { cumulativeGasUsed: 21_000n, logs: [log] }
  const rest = [Uint8Array.of(0x52, 0x08), bloom, [[log.address, log.topics, log.data]]]
  assert.equal(decodeRlp(encodeReceipt({ type: 0, outcome: root, ...fields })), [root, ...rest])
  assert.equal(decodeRlp(encodeReceipt({ type: 0, outcome: true, ...fields })), [Uint8Array.of(1), ...rest])
  for (const type of [1, 2, 3, 4] as const) {
    const encoded = encodeReceipt({ type, outcome: false, bloom, ...fields })
    assert.is(encoded[0], type)
    assert.equal(decodeRlp(encoded.subarray(1)), [new Uint8Array(0), ...rest])
    assert.equal(lendReceipt({ type, outcome: false, bloom, ...fields }).slice(), encoded)
  }
})

test('address: of a key, of a creation by nonce, of one by salt', () => {
  const key = new Uint8Array(32)
  key[31] = 1
  const sender = addressOfPrivateKey(key)
  assert.is(bytesToHex(sender), '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf')
  const creator = hexToBytes('0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0')
  assert.is(bytesToHex(createAddress(creator, 0n)), '0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d')
  assert.is(bytesToHex(createAddress(creator, 1n)), '0x343c43a37d37dff08ae8c4a11544c718abb4fcf8')
  // The examples of EIP-1014.
  const zero = new Uint8Array(32)
  const deployer = hexToBytes('0xdeadbeef00000000000000000000000000000000')
  assert.is(
    bytesToHex(create2Address(new Uint8Array(20), zero, keccak256(Uint8Array.of(0)))),
    '0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38',
  )
  assert.is(
    bytesToHex(create2Address(deployer, zero, keccak256(Uint8Array.of(0)))),
    '0xb928f69bb1d91cd65274e3c79d8986362984fda3',
  )
  assert.throws(
    () => addressOf(new Uint8Array(33)),
    (error: unknown) => error instanceof InputError,
  )
})

test('keccak: the hash may overwrite what was hashed', () => {
  const data = Uint8Array.from({ length: 100 }, (_, index) => index)
  const expected = keccak256(data.subarray(10, 90))
  keccak256Range(data, 10, 90, data, 11)
  assert.equal(data.slice(11, 43), expected)
})

test('keccak: what stands in its memory stays while that grows', () => {
  const memory = new KeccakMemory()
  const first = Uint8Array.from({ length: 1000 }, (_, index) => index)
  memory.bytes.set(first)
  const hash = new Uint8Array(40)
  for (const size of [1_000, 200_000, 200_001, 3_000_000]) {
    assert.is(memory.reserve(size), memory.bytes)
    assert.ok(memory.bytes.length >= size)
    memory.bytes.fill(7, size - 100, size)
    memory.hash(size - 100, size, hash, 3)
    assert.equal(hash.subarray(3, 35), keccak256(new Uint8Array(100).fill(7)))
    memory.bytes.set(first.subarray(900), 900)
    memory.hash(0, 1000, memory.bytes, 1000)
    assert.equal(memory.bytes.slice(1000, 1032), keccak256(first))
  }
})

test.run()
