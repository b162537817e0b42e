import type { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { readConstants } from '../../src/wasm/instantiate.js'
import { isBalancePlace, isFeePlace, isNoncePlace, readsOf, writesOf } from '../../src/wasm/read-accesses.js'
import type { Words } from '../../src/wasm/words.js'
import type { TracedTransaction, Write, WriteKind } from './trace.js'

const constants = readConstants()

/** A number of the core by its name. */
export function coreConstant(name: string): number {
  const value = constants.get(name)
  if (value === undefined) throw new Error(`BUG: the core exports no constant ${name}`)
  return value
}

const [TASK_AFTER, TASK_FINE_KEY, TASK_FINE_AFTER, TASK_COARSE_KEY, TASK_COARSE_AFTER, TASK_GAS_LIMIT] = [
  'TASK_AFTER',
  'TASK_FINE_KEY',
  'TASK_FINE_AFTER',
  'TASK_COARSE_KEY',
  'TASK_COARSE_AFTER',
  'TASK_GAS_LIMIT',
].map(coreConstant) as [number, number, number, number, number, number]

/**
 * What the transactions of a committed parallel run read and wrote, and what was known of them before. Of the last block that the
 * machine ran, closed or not: its tasks stay in the memory until the next one. `costs` by transaction.
 */
export function readTrace(words: Words, tasks: BlockTasks, costs: Float64Array): TracedTransaction[] {
  return Array.from({ length: tasks.messages.length }, (_, index) => {
    const task = tasks.at(index)
    const reads = readsOf(words, task)
    const traced: TracedTransaction = {
      cost: costs[index]!,
      reads,
      writes: writesOf(words, task).map((place) => writeOf(words, place, reads.includes(place))),
      gasLimit: Number(words.u64(task + TASK_GAS_LIMIT)),
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

function writeOf(words: Words, location: number, wasRead: boolean): Write {
  const write: Write = { location, kind: kindOf(location, wasRead) }
  if (write.kind === 'credit' && isFeePlace(words, location)) write.isFee = true
  return write
}

/** By the time of its commit a credit has become a balance; but who knew that balance read it. */
function kindOf(place: number, wasRead: boolean): WriteKind {
  if (isNoncePlace(place)) return 'nonce'
  if (!isBalancePlace(place)) return 'data'
  return wasRead ? 'balance' : 'credit'
}
