import type { DraftTransaction } from '../block/draft.js'
import type { Stage } from './stage.js'

export const PART_NAMES = ['transfer', 'erc20', 'swap-v2', 'swap-v3', 'mint', 'lending', 'game'] as const
export type PartName = (typeof PART_NAMES)[number]

/** One transaction of a workload, before it is written out. */
export interface Pick {
  part: PartName
  /** Who sends it. */
  user: number
  /** Whom or what it is about: a recipient, a pool, an asset. */
  target: number
  /** 32 random bits for the details. */
  dice: number
}

/** One kind of transaction. */
export interface Part {
  /** What this pick needs before the block: approvals, balances, deposits. */
  enable?(pick: Pick): void
  transaction(pick: Pick): DraftTransaction
}

/** Deploys what a part needs; targets are below `targets`. */
export type PartFactory = (stage: Stage, targets: number) => Promise<Part>
