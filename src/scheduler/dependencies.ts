import { readsOf, writesOf } from '../wasm/read-accesses.js'
import type { Words } from '../wasm/words.js'
import type { BlockTasks } from './block-tasks.js'

/** A transaction that read what another one of the block had written. */
export interface Dependency {
  transaction: number
  writer: number
}

/** A balance that many transactions only added to depends on the last ones of them, as far as we draw it. */
const MOST_WRITERS = 16

/** Who read what from whom, as the committed executions have it. Each pair once; to be read before the next block. */
export function readDependencies(words: Words, tasks: BlockTasks): Dependency[] {
  /** Who wrote it last; several who added to a balance and did not look at it. */
  const writers = new Map<number, number[]>()
  const dependencies: Dependency[] = []
  for (let transaction = 0; transaction < tasks.committed; transaction++) {
    const task = tasks.at(transaction)
    const reads = new Set(readsOf(words, task))
    const sources = new Set<number>()
    for (const place of reads) for (const writer of writers.get(place) ?? []) sources.add(writer)
    for (const writer of sources) dependencies.push({ transaction, writer })
    for (const place of writesOf(words, task)) {
      const before = reads.has(place) ? [] : (writers.get(place) ?? [])
      writers.set(place, [...before.slice(1 - MOST_WRITERS), transaction])
    }
  }
  return dependencies
}
