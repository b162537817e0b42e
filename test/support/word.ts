import fc from 'fast-check'

export const WORD: bigint = 1n << 256n
export const MAX_WORD: bigint = WORD - 1n

export const wrap = (value: bigint): bigint => BigInt.asUintN(256, value)
export const signed = (value: bigint): bigint => BigInt.asIntN(256, value)

const limb: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    2n,
    0x7fff_ffff_ffff_ffffn,
    0x8000_0000_0000_0000n,
    0xffff_ffff_ffff_fffen,
    0xffff_ffff_ffff_ffffn,
  ),
  fc.constantFrom(0xffff_ffffn, 0x1_0000_0000n, 0x1_0000_0001n, 0xffff_ffff_0000_0000n),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
)

/** Words biased to where carries, borrows and quotient estimates go wrong: whole edge limbs, 2^k ± 1, short numbers. */
export const word: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(limb, limb, limb, limb).map(joinLimbs) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 4 }), limb, limb, limb, limb).map(([n, ...limbs]) => {
      return joinLimbs(limbs.map((value, i) => (i < n ? value : 0n)))
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 256 }), fc.integer({ min: -2, max: 2 }))
      .map(([k, offset]) => wrap((1n << BigInt(k)) + BigInt(offset))),
  },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: MAX_WORD }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 40n }) },
)

/** Dividends next to multiples of their divisor, where a quotient limb is easily one too many. */
export const division: fc.Arbitrary<[bigint, bigint]> = fc.oneof(
  fc.tuple(word, word),
  fc.tuple(word, word, fc.integer({ min: -2, max: 2 })).map(([quotient, divisor, offset]): [bigint, bigint] => {
    const fitting = divisor === 0n ? 0n : quotient % (WORD / divisor + 1n)
    return [wrap(fitting * divisor + BigInt(offset)), divisor]
  }),
)

function joinLimbs(limbs: readonly bigint[]): bigint {
  return limbs.reduceRight((value, next) => (value << 64n) | next, 0n)
}
