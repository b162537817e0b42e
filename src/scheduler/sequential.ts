import type { StateDiff } from '../types/state.js'
import type { Machine } from '../wasm/machine.js'
import { abortedBlock, attempt } from './attempt.js'
import type { BlockMessages } from './block-messages.js'
import { BlockTasks } from './block-tasks.js'

/** How long the calling thread is kept before its event loop may breathe, in milliseconds. */
const TURN = 4
const BATCH = 32

/** What `workInOrder` came to, when not to the end of what was announced: assembly/schedule/in-order.ts. */
const REFUSED = 0
const PAUSED = 2

export interface SequentialOptions {
  signal?: AbortSignal
  /** Called whenever more transactions are final. */
  onProgress?: (tasks: BlockTasks) => void
  /** Called with all that the block has changed, before its transactions and after each. */
  onChange?: (diff: StateDiff) => void
}

/** Executes transactions one after the other in the calling thread, which stays responsive. */
export async function executeSequential(
  machine: Machine,
  messages: BlockMessages,
  { signal, onProgress, onChange }: SequentialOptions,
): Promise<BlockTasks> {
  const tasks = BlockTasks.open(machine, messages)
  try {
    onChange?.(machine.diff())
    let since = performance.now()
    let came: number | undefined
    while (tasks.committed < messages.length) {
      if (signal?.aborted) throw abortedBlock()
      let goesOn = came === PAUSED
      if (!goesOn) tasks.announce(onChange === undefined ? BATCH : 1, 'given')
      // A transaction that lacks a value has had no effect: it is executed again when the value has come.
      came = await attempt(() => {
        const isPaused = goesOn
        goesOn = false
        return machine.core.workInOrder(isPaused)
      }, signal)
      onProgress?.(tasks)
      if (came === REFUSED) break
      if (came !== PAUSED) onChange?.(machine.diff())
      if (performance.now() - since < TURN) continue
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
  } finally {
    tasks.close()
  }
  return tasks
}
