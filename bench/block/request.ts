import type { DraftBlock } from '../../src/engine.js'

/** Which block: one of a workload, or a real one. */
export type BlockRequest = { workload: string; txs: number; seed: number } | { file: string }

/**
 * What a thread executes: a block as the bench does it, by an engine; or its transactions alone, from a draft and a state that
 * threads can read, or from the file of a real block.
 */
export type CeilingSource = BlockRequest | { block: DraftBlock; state: unknown } | { transactionsOf: string }
