import type { MachineSlot } from '../fixture/fixture-file.js'
import type { Tracer } from '../types/tracer.js'
import { createMachine, LARGEST_MEMORY } from '../wasm/machine.js'
import { WorkerPool } from '../worker/pool.js'
import { type ParallelSettings, parallelRunner } from './parallel.js'

export interface MachineSettings {
  /** Milliseconds; undefined for none. */
  timeLimit?: number
  /** Absent: everything runs in the calling thread. */
  parallel?: ParallelSettings
}

export interface ClosableSlot extends MachineSlot {
  close(): Promise<void>
}

export function machineSlot({ timeLimit, parallel }: MachineSettings, tracer?: Tracer): ClosableSlot {
  const pool = parallel === undefined ? undefined : new WorkerPool(parallel.workers)
  const create = () => {
    const machine = createMachine({ memory: LARGEST_MEMORY, workers: parallel?.workers ?? 0 })
    if (timeLimit !== undefined) machine.timeLimit = timeLimit
    if (tracer !== undefined) machine.tracer = tracer
    return pool === undefined ? { machine } : { machine, run: parallelRunner(machine, pool, parallel!) }
  }
  return {
    ...create(),
    renew() {
      Object.assign(this, create())
    },
    async close() {
      await pool?.close()
    },
  }
}
