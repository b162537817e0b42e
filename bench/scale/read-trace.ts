import type { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { readConstants } from '../../src/wasm/instantiate.js'
import type { Words } from '../../src/wasm/words.js'
import type { TracedTransaction, Write, WriteKind } from './trace.js'

const constants = readConstants()

/** A number of the core by its name. */
export function coreConstant(name: string): number {
  const value = constants.get(name)
  if (value === undefined) throw new Error(`BUG: the core exports no constant ${name}`)
  return value
}

const [BALANCE, NONCE, FIELDS] = ['BALANCE', 'NONCE', 'FIELDS'].map(coreConstant) as [number, number, number]
const [LOCATIONS, LOCATION_COUNT, LOCATION_SIZE, OWNER] = ['LOCATIONS', 'LOCATION_COUNT', 'LOCATION_SIZE', 'OWNER'].map(
  coreConstant,
) as [number, number, number, number]
const [TASK_READS, TASK_READ_COUNT, READ_SIZE, READ_LOCATION] = [
  'TASK_READS',
  'TASK_READ_COUNT',
  'READ_SIZE',
  'READ_LOCATION',
].map(coreConstant) as [number, number, number, number]
const [TASK_CHAIN, ENTRY_CHAIN, ENTRY_CELL, ENTRY_LOCATION] = [
  'TASK_CHAIN',
  'ENTRY_CHAIN',
  'ENTRY_CELL',
  'ENTRY_LOCATION',
].map(coreConstant) as [number, number, number, number]
const [TASK_AFTER, TASK_FINE_KEY, TASK_FINE_AFTER, TASK_COARSE_KEY, TASK_COARSE_AFTER] = [
  'TASK_AFTER',
  'TASK_FINE_KEY',
  'TASK_FINE_AFTER',
  'TASK_COARSE_KEY',
  'TASK_COARSE_AFTER',
].map(coreConstant) as [number, number, number, number, number]

/**
 * What the transactions of a committed parallel run read and wrote, and what was known of them before. Of the last block that the
 * machine ran, closed or not: its tasks stay in the memory until the next one. `costs` by transaction.
 */
export function readTrace(words: Words, tasks: BlockTasks, costs: readonly number[]): TracedTransaction[] {
  const fields = fieldsOf(words)
  return tasks.messages.map((_, index) => {
    const task = tasks.at(index)
    const reads = readsOf(words, task)
    const traced: TracedTransaction = {
      cost: costs[index]!,
      reads,
      writes: writesOf(words, task, fields, reads),
      fineKey: words.u32(task + TASK_FINE_KEY),
      coarseKey: words.u32(task + TASK_COARSE_KEY),
    }
    // Stored plus one: 0 is nobody.
    const after = words.u32(task + TASK_AFTER)
    const fineAfter = words.u32(task + TASK_FINE_AFTER)
    const coarseAfter = words.u32(task + TASK_COARSE_AFTER)
    if (after !== 0) traced.after = after - 1
    if (fineAfter !== 0) traced.fineAfter = fineAfter - 1
    if (coarseAfter !== 0) traced.coarseAfter = coarseAfter - 1
    return traced
  })
}

function readsOf(words: Words, task: number): number[] {
  const first = words.u32(task + TASK_READS)
  return Array.from({ length: words.u32(task + TASK_READ_COUNT) }, (_, read) => {
    return words.u32(first + read * READ_SIZE + READ_LOCATION)
  })
}

function writesOf(words: Words, task: number, fields: Uint8Array, reads: readonly number[]): Write[] {
  const writes: Write[] = []
  // Ends: an entry is on one chain, once.
  for (let entry = words.u32(task + TASK_CHAIN); entry !== 0; entry = words.u32(entry + ENTRY_CHAIN)) {
    if (words.u32(entry + ENTRY_CELL) === 0) continue
    const location = words.u32(entry + ENTRY_LOCATION)
    writes.push({ location, kind: kindOf(fields[location]!, reads.includes(location)) })
  }
  return writes
}

/** By the time of its commit a credit has become a balance; but who knew that balance read it. */
function kindOf(field: number, wasRead: boolean): WriteKind {
  if (field === NONCE) return 'nonce'
  if (field !== BALANCE) return 'data'
  return wasRead ? 'balance' : 'credit'
}

/** By location: which field of its account it is, or FIELDS for a slot. */
function fieldsOf(words: Words): Uint8Array {
  const locations = words.u32(LOCATIONS)
  const fields = new Uint8Array(words.u32(LOCATION_COUNT)).fill(FIELDS)
  for (let location = FIELDS; location < fields.length; ) {
    const isSlot = words.u32(locations + location * LOCATION_SIZE + OWNER) !== 0
    if (!isSlot) for (let field = 0; field < FIELDS; field++) fields[location + field] = field
    location += isSlot ? 1 : FIELDS
  }
  return fields
}
