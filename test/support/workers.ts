import { createMachine, type Machine } from '../../src/wasm/machine.js'
import { WorkerPool } from '../../src/worker/pool.js'

/** Enough for the arenas of eight workers; what is not used is not taken. */
const MEMORY = 2 ** 31

/**
 * A machine with threads of its own, which are gone when `use` has ended. With 0 workers it has none. Which keys collide depends
 * on `seed` alone: transactions whose keys do wait for each other, and a test that counts steps must not count by chance.
 */
export async function withWorkers(
  workers: number,
  use: (machine: Machine, pool: WorkerPool) => Promise<void>,
  seed = 1,
): Promise<void> {
  const pool = new WorkerPool(Math.max(workers, 1))
  try {
    await use(createMachine({ workers, memory: MEMORY, seed: BigInt(seed) }), pool)
  } finally {
    await pool.close()
  }
}
