import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { assertSameWord } from '../support/same-as-bigint.js'
import { suite } from '../support/suite.js'
import { instantiateUnits, OPERANDS } from '../support/units.js'
import { division, MAX_WORD, WORD, word } from '../support/word.js'

const test = suite('u256/divide')

const units = await instantiateUnits()
const pair = fc.oneof(
  division,
  word.map((a): [bigint, bigint] => [a, a]),
)

test('div: truncates, and by 0 is 0', () => {
  assertSameWord(units, 'u256_div', pair, (a, b) => (b === 0n ? 0n : a / b))
})

test('mod: is less than the divisor, and by 0 is 0', () => {
  assertSameWord(units, 'u256_mod', pair, (a, b) => (b === 0n ? 0n : a % b))
})

test('div: reciprocals of divisors around powers of two and of the greatest limbs are exact', () => {
  const edges: bigint[] = []
  for (let k = 0n; k < 256n; k++) {
    for (let offset = -3n; offset <= 3n; offset++) {
      edges.push((1n << k) + offset, WORD - (1n << k) + offset, (MAX_WORD >> k) + offset)
    }
  }
  const divisors = edges.filter((b) => b > 0n && b < WORD)
  for (const b of divisors) {
    const greatest = (MAX_WORD / b) * b
    for (const a of [MAX_WORD, greatest, greatest - 1n, greatest >> 1n, greatest >> 32n, b - 1n]) {
      units.writeWord(OPERANDS, a)
      units.writeWord(OPERANDS + 32, b)
      units.call('u256_div', OPERANDS + 64, OPERANDS, OPERANDS + 32)
      if (units.readWord(OPERANDS + 64) !== a / b) assert.unreachable(`${a} / ${b}`)
      units.call('u256_mod', OPERANDS + 64, OPERANDS, OPERANDS + 32)
      if (units.readWord(OPERANDS + 64) !== a % b) assert.unreachable(`${a} mod ${b}`)
    }
  }
  assert.ok(divisors.length > 4000)
})

test.run()
