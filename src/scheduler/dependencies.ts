import { layout } from '../wasm/layout.js'
import type { Words } from '../wasm/words.js'
import type { BlockTasks } from './block-tasks.js'

const { ENTRY_CELL, ENTRY_CHAIN, ENTRY_LOCATION, READ_LOCATION, READ_SIZE, TASK_CHAIN, TASK_READS, TASK_READ_COUNT } =
  layout

/** A transaction that read what another one of the block had written. */
export interface Dependency {
  transaction: number
  writer: number
}

/** A balance that many transactions only added to depends on the last ones of them, as far as we draw it. */
const MOST_WRITERS = 16

/** Who read what from whom, as the committed executions have it. Each pair once; to be read before the next block. */
export function readDependencies(words: Words, tasks: BlockTasks): Dependency[] {
  /** By location, who wrote it last; several who added to a balance and did not look at it. */
  const writers = new Map<number, number[]>()
  const dependencies: Dependency[] = []
  for (let transaction = 0; transaction < tasks.committed; transaction++) {
    const task = tasks.at(transaction)
    const reads = new Set<number>()
    const sources = new Set<number>()
    const first = words.u32(task + TASK_READS)
    const end = first + words.u32(task + TASK_READ_COUNT) * READ_SIZE
    for (let read = first; read < end; read += READ_SIZE) {
      const location = words.u32(read + READ_LOCATION)
      reads.add(location)
      for (const writer of writers.get(location) ?? []) sources.add(writer)
    }
    for (const writer of sources) dependencies.push({ transaction, writer })
    // Ends: an entry is on one chain, once.
    for (let entry = words.u32(task + TASK_CHAIN); entry !== 0; entry = words.u32(entry + ENTRY_CHAIN)) {
      if (words.u32(entry + ENTRY_CELL) === 0) continue
      const location = words.u32(entry + ENTRY_LOCATION)
      const before = reads.has(location) ? [] : (writers.get(location) ?? [])
      writers.set(location, [...before.slice(1 - MOST_WRITERS), transaction])
    }
  }
  return dependencies
}
