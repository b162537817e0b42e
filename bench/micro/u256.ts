import { instantiateUnits, OPERANDS, type Units } from '../../test/support/units.js'
import type { Case } from '../harness.js'

const ROWS = 64
const ROW = 96
const OUT = OPERANDS + 0x8000
const ELSEWHERE = OUT + 0x100

/** Operand sizes in bits, by function: as programs have them, and the worst. Not given: 256 each. */
const SIZES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  mul: [
    [256, 256],
    [128, 128],
    [256, 64],
    [64, 64],
  ],
  div: [
    [256, 128],
    [256, 64],
    [256, 32],
    [256, 192],
    [256, 250],
    [128, 128],
    [128, 64],
    [128, 60],
    [64, 64],
    [128, 256],
  ],
  mod: [
    [256, 128],
    [256, 64],
    [64, 64],
  ],
  sdiv: [[256, 128]],
  smod: [[256, 128]],
  addmod: [
    [256, 256, 256],
    [254, 254, 256],
    [64, 64, 64],
  ],
  mulmod: [
    [256, 256, 256],
    [254, 254, 256],
    [256, 256, 128],
    [128, 128, 128],
    [64, 64, 64],
  ],
  exp: [
    [256, 256],
    [256, 64],
    [256, 8],
    [8, 8],
    [4, 5],
  ],
  signextend: [[5, 256]],
  byte: [[5, 256]],
  shl: [
    [8, 256],
    [6, 256],
  ],
  shr: [
    [8, 256],
    [6, 256],
  ],
  sar: [[8, 256]],
}

const NAMES =
  'nothing add sub mul div mod sdiv smod addmod mulmod exp signextend lt gt slt sgt eq isZero and or xor not byte shl shr sar clz bitLength copy negate loadWord loadBytes storeBytes'

/** With one divisor for all rows, as a scale or the modulus of a field is: its reciprocal is computed once. */
const SAME_DIVISOR: Readonly<Record<string, readonly (readonly number[])[]>> = {
  div: [
    [256, 128],
    [256, 64],
  ],
  mulmod: [[254, 254, 254]],
}

/** Cases by function and operand sizes. Dependent: every call waits for the result of the one before. */
export async function createU256Cases(dependent = false): Promise<Case[]> {
  const units = await instantiateUnits()
  return NAMES.split(' ').flatMap((name) => {
    const loop = units.functions[`repeat_${name}`]!
    const createCase = (title: string, sizes: readonly number[], sameDivisor: boolean): Case => ({
      name: title,
      prepare: () => writeRows(units, sizes, sameDivisor),
      run: (times) => {
        loop(times, OUT, OPERANDS, dependent ? OUT : ELSEWHERE, 0)
      },
    })
    const sized = SIZES[name]
    if (sized === undefined) return [createCase(`u256.${name}`, [256, 256], false)]
    return [
      ...sized.map((sizes) => createCase(`u256.${name} ${sizes.join('/')}`, sizes, false)),
      ...(SAME_DIVISOR[name] ?? []).map((sizes) =>
        createCase(`u256.${name} ${sizes.join('/')}, same divisor`, sizes, true),
      ),
    ]
  })
}

export const u256Cases: Case[] = await createU256Cases()

/** Numbers of exactly so many bits. */
function writeRows(units: Units, sizes: readonly number[], sameDivisor: boolean): void {
  const random = createRandom(1)
  const pick = (bits: number): bigint => {
    let value = 0n
    for (let k = 0; k < 8; k++) value = (value << 32n) | BigInt(random())
    return BigInt.asUintN(bits, value) | (1n << BigInt(bits - 1))
  }
  const divisor = pick(sizes.at(-1)!)
  for (let row = 0; row < ROWS; row++) {
    for (const [i, bits] of sizes.entries()) {
      const value = sameDivisor && i === sizes.length - 1 ? divisor : pick(bits)
      units.writeWord(OPERANDS + row * ROW + 32 * i, value)
    }
  }
}

/** The same operands in every run (xorshift32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
