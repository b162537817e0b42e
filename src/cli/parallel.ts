import type { Runner } from '../block/execute.js'
import { ResourceLimitError } from '../errors.js'
import { executeOnWorkers } from '../scheduler/on-workers.js'
import { LARGEST_MEMORY, type Machine, mostWorkers } from '../wasm/machine.js'
import type { WorkerPool } from '../worker/pool.js'
import { invalidOption, type Option, type Values } from './args.js'

export const PARALLEL_OPTIONS: Readonly<Record<'workers' | 'seed', Option & { type: 'number' }>> = {
  workers: {
    type: 'number',
    value: 'N',
    help: 'execute the transactions of each block on N threads, with the same outcome; 0, the default, uses none',
  },
  seed: { type: 'number', value: 'S', help: 'with --workers: disturb the schedule, differently for each S' },
}

export interface ParallelSettings {
  workers: number
  seed?: number
}

/** What the options ask for; undefined for the calling thread alone. */
export function parallelSettings({ workers = 0, seed }: Values<typeof PARALLEL_OPTIONS>): ParallelSettings | undefined {
  const most = mostWorkers(LARGEST_MEMORY)
  if (workers < 0 || workers > most) throw invalidOption('workers', `0 to ${most}`, String(workers))
  if (seed !== undefined && seed < 0) throw invalidOption('seed', 'a number from 0 on', String(seed))
  if (seed !== undefined && workers === 0) throw invalidOption('seed', 'a number of --workers with it', 'none')
  return workers === 0 ? undefined : { workers, ...(seed === undefined ? {} : { seed }) }
}

/** Executes in parallel however small the block; the machine's time limit holds for all of it. */
export function parallelRunner(machine: Machine, pool: WorkerPool, { workers, seed }: ParallelSettings): Runner {
  // A block of its own each, and the same again in the next run.
  let perturb = seed
  let blocks = 0
  return async (messages, options) => {
    const { timeLimit } = machine
    const abort = new AbortController()
    const timer = timeLimit === undefined ? undefined : setTimeout(() => abort.abort(), timeLimit)
    try {
      const perturbed = perturb === undefined ? {} : { perturb: perturb++ }
      return await executeOnWorkers(machine, messages, {
        ...options,
        ...perturbed,
        pool,
        workers,
        signal: abort.signal,
        // Of short blocks it would leave nothing to the threads.
        takesPart: blocks++ % 2 === 1,
      })
    } catch (error) {
      if (!abort.signal.aborted) throw error
      const text = `Block: expected to end within ${timeLimit} ms, got no end`
      throw new ResourceLimitError('TimeLimit', text, { timeLimit })
    } finally {
      clearTimeout(timer)
    }
  }
}
