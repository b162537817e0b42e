import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bigIntToMinimalBytes } from '../../src/codec/bytes.js'
import { hexToBytes } from '../../src/codec/hex.js'
import {
  decodeRlp,
  encodeRlp,
  encodeRlpListOfEncoded,
  lendRlp,
  type RlpItem,
  splitRlpList,
} from '../../src/codec/rlp.js'
import { InputError } from '../../src/errors.js'
import { suite } from '../support/suite.js'

const test = suite('rlp')

const { item } = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'medium' },
    fc.uint8Array({ maxLength: 70 }),
    fc.uint8Array({ minLength: 1, maxLength: 1 }),
    fc.array(tie('item'), { maxLength: 6 }),
  ),
}))

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    assert.instance(error, InputError)
    return (error as InputError).code
  }
  return 'none'
}

test('a type stands before an item of any size, as it is', () => {
  for (const size of [0, 1, 55, 56, 4090, 4096, 70_000]) {
    const typed = lendRlp([new Uint8Array(size).fill(7)], 3).slice()
    assert.is(typed[0], 3)
    assert.equal(typed.subarray(1), encodeRlp([new Uint8Array(size).fill(7)]))
    assert.equal(lendRlp([new Uint8Array(size).fill(7)]).slice(), typed.subarray(1))
  }
})

test('every item comes back', () => {
  fc.assert(fc.property(item, (value) => assert.equal(decodeRlp(encodeRlp(value)), value)))
})

test('long strings and lists come back', () => {
  for (const length of [55, 56, 255, 256, 65_535, 65_536, 5_000_000]) {
    const bytes = new Uint8Array(length).fill(0xab)
    assert.is(Buffer.compare(decodeRlp(encodeRlp(bytes)) as Uint8Array, bytes), 0)
    assert.is((decodeRlp(encodeRlp([bytes, [bytes]])) as RlpItem[]).length, 2)
  }
})

test('an integer is encoded as its shortest bytes', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 264n }), (value) => {
      assert.equal(encodeRlp(value), encodeRlp(bigIntToMinimalBytes(value)))
    }),
  )
  assert.equal(encodeRlp([0n, 127n, 128n, 1024n]), hexToBytes('0xc7807f8180820400'))
  assert.is(
    codeOf(() => encodeRlp(-1n)),
    'NegativeInteger',
  )
  assert.is(
    codeOf(() => encodeRlp('dog' as unknown as bigint)),
    'RlpType',
  )
  assert.is(
    codeOf(() => encodeRlp([null as unknown as bigint])),
    'RlpType',
  )
})

test('decoding accepts nothing but what encoding gives', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), (data) => {
      let decoded: RlpItem
      try {
        decoded = decodeRlp(data)
      } catch (error) {
        assert.instance(error, InputError)
        return
      }
      assert.equal(encodeRlp(decoded), data)
    }),
    { numRuns: 20_000 },
  )
})

test('every damage of a byte is refused or means something else', () => {
  fc.assert(
    fc.property(item, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, position, change) => {
      const encoded = encodeRlp(value)
      encoded[position % encoded.length]! ^= change
      try {
        assert.equal(encodeRlp(decodeRlp(encoded)), encoded)
      } catch (error) {
        assert.instance(error, InputError)
      }
    }),
  )
})

test('what is cut short, too long or not canonical is refused by its own code', () => {
  const refusals: [string, string][] = [
    ['0x', 'RlpTruncated'],
    ['0x81', 'RlpTruncated'],
    ['0xb8', 'RlpTruncated'],
    ['0xc1', 'RlpTruncated'],
    ['0xc281', 'RlpTruncated'],
    ['0xbfffffffffffffffff', 'RlpTruncated'],
    ['0xffffffffffffffffff', 'RlpTruncated'],
    ['0xc180ff', 'RlpTrailing'],
    ['0x0000', 'RlpTrailing'],
    ['0x8100', 'RlpNotCanonical'],
    ['0x817f', 'RlpNotCanonical'],
    ['0xb80101', 'RlpNotCanonical'],
    ['0xf800', 'RlpNotCanonical'],
    [`0xb90038${'00'.repeat(56)}`, 'RlpNotCanonical'],
  ]
  for (const [hex, code] of refusals)
    assert.is(
      codeOf(() => decodeRlp(hexToBytes(hex))),
      code,
      hex,
    )
})

test('a length inside a list may not reach past the list', () => {
  assert.is(
    codeOf(() => decodeRlp(hexToBytes('0xc28301020304'))),
    'RlpTruncated',
  )
})

test('hostile nesting and item counts end in an error, not in an overflow', () => {
  const nested = new Uint8Array(1_000_000)
  let at = nested.length
  while (at > 9) {
    const header = encodeRlpListOfEncoded([nested.subarray(at)])
    const size = header.length - (nested.length - at)
    at -= size
    nested.set(header.subarray(0, size), at)
    if (nested.length - at > 20_000) break
  }
  assert.is(
    codeOf(() => decodeRlp(nested.subarray(at))),
    'RlpTooDeep',
  )
  let cyclic: RlpItem[] = []
  cyclic.push(cyclic)
  assert.is(
    codeOf(() => encodeRlp(cyclic)),
    'RlpTooDeep',
  )
  cyclic = []
  const many = new Uint8Array(2_000_000).fill(0x80)
  assert.is(
    codeOf(() => decodeRlp(encodeRlpListOfEncoded([many]))),
    'RlpTooManyItems',
  )
  assert.is(
    codeOf(() => splitRlpList(encodeRlpListOfEncoded([many]))),
    'RlpTooManyItems',
  )
})

test('a list splits into the encodings of its items, and back', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 8 }), (items) => {
      const encoded = encodeRlp(items)
      const parts = splitRlpList(encoded)
      assert.equal(parts, items.map(encodeRlp))
      assert.equal(encodeRlpListOfEncoded(parts), encoded)
    }),
  )
  assert.is(
    codeOf(() => splitRlpList(hexToBytes('0x80'))),
    'RlpType',
  )
  assert.is(
    codeOf(() => splitRlpList(hexToBytes('0xc000'))),
    'RlpTrailing',
  )
})

test.run()
