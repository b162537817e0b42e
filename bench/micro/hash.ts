import { instantiateUnits, OPERANDS } from '../../test/support/units.js'
import type { Case } from '../harness.js'

const OUT = OPERANDS
const DATA = OPERANDS + 0x1000

/** A word, a mapping's key with its slot, the longest single block, two blocks, a large contract. */
const SIZES = [32, 64, 135, 136, 24576]

const BLAKE2F_ROUNDS = [12, 1000]
const BLAKE2F_ROUNDS_FIELD = 4

/** Cases by function and input size. Each figure has the call from JavaScript in it, which is 5 to 12 ns. */
export async function createHashCases(): Promise<Case[]> {
  const { bytes, functions } = await instantiateUnits()
  const cases: Case[] = []
  for (const name of ['keccak256', 'sha256', 'ripemd160']) {
    const hash = functions[name]!
    for (const size of SIZES) {
      cases.push({
        name: `${name} ${size} bytes`,
        prepare: () => {
          for (let i = 0; i < size; i++) bytes[DATA + i] = i * 31 + (i >> 8)
        },
        run: (times) => {
          for (let i = 0; i < times; i++) hash(OUT, DATA, size)
        },
      })
    }
  }
  for (const rounds of BLAKE2F_ROUNDS) {
    cases.push({
      name: `blake2f ${rounds} rounds`,
      prepare: () => {
        for (let i = BLAKE2F_ROUNDS_FIELD; i < 212; i++) bytes[DATA + i] = i * 31
        bytes[DATA + 212] = 1
        new DataView(bytes.buffer).setUint32(DATA, rounds)
      },
      run: (times) => {
        for (let i = 0; i < times; i++) functions.blake2f!(OUT, DATA)
      },
    })
  }
  return cases
}

export const hashCases: Case[] = await createHashCases()
