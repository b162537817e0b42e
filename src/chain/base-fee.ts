/** The base fee of the first block that has one. */
export const INITIAL_BASE_FEE = 1_000_000_000n
/** How many times its target a block may hold; the limit of the first London block is raised by it as well. */
export const ELASTICITY = 2n
const CHANGE_DENOMINATOR = 8n

export interface BaseFeeParent {
  gasLimit: bigint
  gasUsed: bigint
  /** Absent before London. */
  baseFee?: bigint
}

/** The base fee of the block after `parent` (EIP-1559), from London on. */
export function nextBaseFee(parent: BaseFeeParent): bigint {
  const { gasUsed, baseFee } = parent
  if (baseFee === undefined) return INITIAL_BASE_FEE
  const target = parent.gasLimit / ELASTICITY
  // A limit of 0 or 1 is no valid header, but a transition tool may be given one: no division by zero then.
  if (gasUsed === target || target === 0n) return baseFee
  if (gasUsed < target) return baseFee - (baseFee * (target - gasUsed)) / target / CHANGE_DENOMINATOR
  const increase = (baseFee * (gasUsed - target)) / target / CHANGE_DENOMINATOR
  return baseFee + (increase === 0n ? 1n : increase)
}
