import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { bytesToHex, hexToBytes } from '../../src/codec/hex.js'
import { decodeRlp, encodeRlp, type RlpInput, type RlpItem } from '../../src/codec/rlp.js'
import { InputError } from '../../src/errors.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, readJson } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('RLPTests')

interface RlpCase {
  in: unknown
  out: string
}

/** Numbers are integers, or decimal after # when they are long. */
function toInput(value: unknown): RlpInput {
  if (Array.isArray(value)) return value.map(toInput)
  if (typeof value === 'number') return BigInt(value)
  const text = value as string
  return text.startsWith('#') ? BigInt(text.slice(1)) : new TextEncoder().encode(text)
}

function toBytes(out: string): Uint8Array {
  return hexToBytes(out.startsWith('0x') ? out : `0x${out}`)
}

const folder = fixtureFolder('ethereum-tests')
if (folder === undefined) test.skip(`RLPTests: ${HOW_TO_GET_FIXTURES}`)
else {
  test('every case', () => {
    const counts = { valid: 0, invalid: 0 }
    for (const file of jsonFiles(join(folder, 'RLPTests'))) {
      for (const [name, { in: value, out }] of Object.entries(readJson(file) as Record<string, RlpCase>)) {
        const encoded = toBytes(out)
        if (value === 'INVALID') {
          counts.invalid++
          assert.throws(
            () => decodeRlp(encoded),
            (error: unknown) => error instanceof InputError,
            name,
          )
          continue
        }
        counts.valid++
        const decoded: RlpItem = decodeRlp(encoded)
        assert.is(bytesToHex(encodeRlp(decoded)), bytesToHex(encoded), name)
        if (value !== 'VALID') assert.is(bytesToHex(encodeRlp(toInput(value))), bytesToHex(encoded), name)
      }
    }
    assert.ok(counts.valid >= 28 && counts.invalid >= 26, JSON.stringify(counts))
  })
}

test.run()
