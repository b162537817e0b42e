/** Hard forks in the order of their activation. The numbers are those of assembly/fork/fork.ts; a meta test compares them. */
export const Fork = {
  Frontier: 0,
  Homestead: 1,
  TangerineWhistle: 2,
  SpuriousDragon: 3,
  Byzantium: 4,
  Constantinople: 5,
  Petersburg: 6,
  Istanbul: 7,
  MuirGlacier: 8,
  Berlin: 9,
  London: 10,
  ArrowGlacier: 11,
  GrayGlacier: 12,
  Paris: 13,
  Shanghai: 14,
  Cancun: 15,
  Prague: 16,
  Osaka: 17,
} as const

export type ForkName = keyof typeof Fork
export type Fork = (typeof Fork)[ForkName]

const NAMES = Object.keys(Fork) as ForkName[]

export function forkName(fork: Fork): ForkName {
  return NAMES[fork]!
}
