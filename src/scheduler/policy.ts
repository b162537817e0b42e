import type { Message } from '../types/transaction.js'
import type { BlockStatistics } from './statistics.js'

export type Mode = 'sequential' | 'parallel'

/** Waking the threads costs about as much as this many transfers. */
const SMALLEST_BLOCK = 24
/** Sharing out work pays when the longest chain of one sender is at most this part of the block. */
const LONGEST_CHAIN = 0.7
/** Where more than this part of the executions had to be repeated or waited for, a parallel run won nothing. */
const WASTE = 0.35
/** How many blocks later it is tried again. */
const PATIENCE = 8

/**
 * Decides how a block runs: from how many transactions it has, how long its longest chain of one sender is, and what the last
 * blocks of this chain were like.
 */
export class Policy {
  #wary = 0

  choose(messages: readonly Message[], workers: number): Mode {
    if (workers < 2 || messages.length < SMALLEST_BLOCK) return 'sequential'
    if (this.#wary > 0) {
      this.#wary--
      return 'sequential'
    }
    return longestChain(messages) > LONGEST_CHAIN * messages.length ? 'sequential' : 'parallel'
  }

  learn({ transactions, executions, utilisation }: BlockStatistics): void {
    const repeated = (executions - transactions) / transactions
    const idle = 1 - utilisation.reduce((sum, part) => sum + part, 0) / utilisation.length
    if (repeated > WASTE || idle > 1 - 1 / utilisation.length - 0.05) this.#wary = PATIENCE
  }
}

function longestChain(messages: readonly Message[]): number {
  const depths = new Map<string, number>()
  let longest = 0
  for (const { sender } of messages) {
    const text = Buffer.from(sender.buffer, sender.byteOffset, sender.length).toString('latin1')
    const depth = (depths.get(text) ?? 0) + 1
    depths.set(text, depth)
    if (depth > longest) longest = depth
  }
  return longest
}
