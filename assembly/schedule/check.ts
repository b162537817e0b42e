import { BLOCK_CHECK, BLOCK_COMMITTED, BLOCK_CURSOR } from '../layout'
import { validate } from './run-task'
import { hold, taskAt } from './task'

/**
 * When an execution is repeated, those after it that built on it are spoilt. Each would be found when its turn to be committed
 * comes, and be repeated by the committer while the others run ahead on values that are wrong: a chain of a hundred
 * transactions would cost all workers what it costs one. So workers look for such executions before they begin new ones, from
 * the repeated one on.
 */
export const NOTHING: u32 = u32.MAX_VALUE

/** Executions that are looked at before the worker sees to the head of the block again. */
export const ROUND: u32 = 16

/** Looks at some executions. False when there is nothing to look at. */
export function check(): bool {
  let looked: u32 = 0
  let index = atomic.load<u32>(BLOCK_CHECK)
  // Ends: without repetitions the number only grows, and each repetition ends the loop.
  while (index != NOTHING && looked < ROUND) {
    const end = atomic.load<u32>(BLOCK_CURSOR)
    const from = max(index, atomic.load<u32>(BLOCK_COMMITTED))
    const next = from < end ? from + 1 : NOTHING
    const found = atomic.cmpxchg<u32>(BLOCK_CHECK, index, next)
    if (found != index) {
      index = found
      continue
    }
    if (next == NOTHING) break
    const task = taskAt(from)
    if (hold(task)) {
      validate(task, from)
      looked++
    }
    index = next
  }
  return looked > 0
}
