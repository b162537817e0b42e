import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { OPERANDS, type Units } from './units.js'

const FAR = OPERANDS + 0x1000
const GUARD = 0x5aa5_5aa5_5aa5_5aa5n

export const RUNS = 4000

/**
 * Asserts that a unit writes what the model says: to a place of its own, over each of its operands, and with all operands at one
 * place when they are equal; and that it changes nothing around the destination and no operand that is not the destination.
 */
export function assertSameWord<T extends bigint[]>(
  units: Units,
  name: string,
  operands: fc.Arbitrary<T>,
  model: (...operands: T) => bigint,
): void {
  fc.assert(
    fc.property(operands, (values) => {
      const expected = model(...values)
      const pointers = values.map((_, i) => OPERANDS + 64 * (i + 1))
      for (const out of [FAR, ...pointers]) {
        for (const [i, value] of values.entries()) units.writeWord(pointers[i]!, value)
        units.writeWord(out - 32, GUARD)
        units.writeWord(out + 32, GUARD)
        units.call(name, out, ...pointers)
        assert.is(units.readWord(out), expected, `${name}: destination is operand ${pointers.indexOf(out)}`)
        assert.is(units.readWord(out - 32), GUARD, `${name} wrote below its destination`)
        assert.is(units.readWord(out + 32), GUARD, `${name} wrote above its destination`)
        for (const [i, value] of values.entries()) {
          if (pointers[i] !== out) assert.is(units.readWord(pointers[i]!), value, `${name} changed operand ${i}`)
        }
      }
      if (values.length > 1 && values.every((value) => value === values[0])) {
        units.writeWord(OPERANDS, values[0]!)
        units.call(name, OPERANDS, ...values.map(() => OPERANDS))
        assert.is(units.readWord(OPERANDS), expected, `${name}: one place for all`)
      }
    }),
    { numRuns: RUNS },
  )
}

/** Asserts that a unit returns what the model says of words it only reads. */
export function assertSameNumber<T extends bigint[]>(
  units: Units,
  name: string,
  operands: fc.Arbitrary<T>,
  model: (...operands: T) => number | boolean,
): void {
  fc.assert(
    fc.property(operands, (values) => {
      const pointers = values.map((_, i) => OPERANDS + 64 * (i + 1))
      for (const [i, value] of values.entries()) units.writeWord(pointers[i]!, value)
      assert.is(units.call(name, ...pointers), Number(model(...values)), name)
      for (const [i, value] of values.entries()) {
        assert.is(units.readWord(pointers[i]!), value, `${name} changed operand ${i}`)
      }
    }),
    { numRuns: RUNS },
  )
}
