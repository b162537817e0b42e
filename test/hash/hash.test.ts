import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.js'
import { instantiateUnits, OPERANDS } from '../support/units.js'

const { bytes, functions } = await instantiateUnits()
const OUT = OPERANDS
const DATA = OPERANDS + 0x1000

const HASHES = [
  {
    name: 'keccak256',
    size: 32,
    block: 136,
    reference: keccak_256,
    empty: 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
    abc: '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
  },
  {
    name: 'sha256',
    size: 32,
    block: 64,
    reference: sha256,
    empty: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    abc: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  },
  {
    name: 'ripemd160',
    size: 20,
    block: 64,
    reference: ripemd160,
    empty: '9c1185a5c5e9fc54612808977ee8f548b2258d31',
    abc: '8eb208f7e05d987a9b044a8e98c6b087f15a0bfc',
  },
]

for (const { name, size, block, reference, empty, abc } of HASHES) {
  const test = suite(name)

  const hash = (data: Uint8Array): string => {
    bytes.set(data, DATA)
    // The byte after the input must not matter, nor may the one after the output change.
    bytes[DATA + data.length] = 0xff
    bytes[OUT + size] = 0x5a
    functions[name]!(OUT, DATA, data.length)
    assert.is(bytes[OUT + size], 0x5a)
    return bytesToHex(bytes.slice(OUT, OUT + size))
  }

  test('nothing and "abc" hash to the published values', () => {
    assert.is(hash(new Uint8Array(0)), empty)
    assert.is(hash(utf8ToBytes('abc')), abc)
  })

  test('every length up to three blocks agrees with noble', () => {
    const data = Uint8Array.from({ length: 3 * block + 1 }, (_, i) => i * 37 + 11)
    for (let length = 0; length <= data.length; length++) {
      assert.is(hash(data.subarray(0, length)), bytesToHex(reference(data.subarray(0, length))), `${length} bytes`)
    }
  })

  test('random bytes agree with noble', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5 * block }), (data) => {
        assert.is(hash(data), bytesToHex(reference(data)))
      }),
      { numRuns: 500 },
    )
  })

  test('a megabyte agrees with noble', () => {
    const data = Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * i) >> 3)
    assert.is(hash(data), bytesToHex(reference(data)))
  })

  test('the output may overlap the input', () => {
    const data = Uint8Array.from({ length: 2 * block }, (_, i) => i)
    bytes.set(data, DATA)
    functions[name]!(DATA, DATA, data.length)
    assert.is(bytesToHex(bytes.slice(DATA, DATA + size)), bytesToHex(reference(data)))
  })

  test.run()
}
