import type { Message } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'
import { BlockTasks } from './block-tasks.js'
import { AbortedError } from './errors.js'

/** How long the calling thread is kept before its event loop may breathe, in milliseconds. */
const TURN = 4
const BATCH = 32

/** Executes transactions one after the other in the calling thread, which stays responsive. */
export async function executeSequential(
  machine: Machine,
  messages: readonly Message[],
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (tasks: BlockTasks) => void },
): Promise<BlockTasks> {
  const tasks = new BlockTasks(machine, messages)
  try {
    let since = performance.now()
    while (tasks.committed < messages.length) {
      if (signal?.aborted) throw new AbortedError('Aborted', 'Block: expected to end, got a signal to abort')
      tasks.write(BATCH)
      const goesOn = machine.core.workInOrder()
      onProgress?.(tasks)
      if (!goesOn) break
      if (performance.now() - since < TURN) continue
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
  } finally {
    tasks.close()
  }
  return tasks
}
