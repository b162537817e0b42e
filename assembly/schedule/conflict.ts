import { KEYS, TASK_COARSE_AFTER, TASK_COARSE_KEY, TASK_FINE_AFTER, TASK_FINE_KEY } from '../layout'
import { taskAt } from './task'

/**
 * What the block has taught about itself. The orchestrator gives every call two keys: a coarse one (contract and function)
 * and a fine one (and first argument), and the index of the last transaction before it with the same. Transactions of a key
 * that keeps conflicting wait for one another; until then they run at once. By key: {conflicts, committed}.
 */
const FINE_CONFLICTS: u32 = 2
const COARSE_CONFLICTS: u32 = 6


@inline
function keyAt(key: u32): usize {
  return <usize>load<u32>(KEYS) + ((<usize>key) << 3)
}

/** Two transactions with a conflict: the narrower key that they share learns of it. */
export function learnConflict(reader: u32, writer: u32): void {
  const a = taskAt(reader)
  const b = taskAt(writer)
  const fine = load<u32>(a, TASK_FINE_KEY)
  const coarse = load<u32>(a, TASK_COARSE_KEY)
  if (fine && fine == load<u32>(b, TASK_FINE_KEY)) bump(keyAt(fine))
  else if (coarse && coarse == load<u32>(b, TASK_COARSE_KEY)) bump(keyAt(coarse))
}


@inline
function bump(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1)
}

/** Called by the committer alone, for every transaction. */
export function countCommitted(task: usize): void {
  const coarse = load<u32>(task, TASK_COARSE_KEY)
  if (coarse) bump(keyAt(coarse) + 4)
}

/** The transaction (plus one) that this one had better wait for, or 0. */
export function expectedWriter(task: usize): u32 {
  const fine = load<u32>(task, TASK_FINE_KEY)
  if (fine && load<u32>(keyAt(fine)) >= FINE_CONFLICTS) return load<u32>(task, TASK_FINE_AFTER)
  const coarse = load<u32>(task, TASK_COARSE_KEY)
  if (!coarse) return 0
  const counter = keyAt(coarse)
  const conflicts = load<u32>(counter)
  // A contract where one call in eight conflicts is worth waiting for: a repeated execution costs a whole one.
  if (conflicts < COARSE_CONFLICTS || conflicts << 3 < load<u32>(counter, 4)) return 0
  return load<u32>(task, TASK_COARSE_AFTER)
}
