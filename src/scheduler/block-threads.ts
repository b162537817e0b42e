import type { EngineState } from '../state/backend.js'
import { SourcedState } from '../state/sourced-state.js'
import type { BackendDescriptor } from '../types/state.js'
import type { Machine } from '../wasm/machine.js'
import type { WorkerPool } from '../worker/pool.js'
import type { BlockMessages } from './block-messages.js'
import { Crew } from './crew.js'
import { executeOnWorkers, type WorkersOptions, type WorkersOutcome } from './on-workers.js'
import { Standby } from './standby.js'

/** What is known of a block's state before anybody asks it for anything. */
interface Access {
  /** What workers open it with, if they can. */
  backend?: BackendDescriptor
  /** It answers the calling thread at once, and has no questions of workers to answer there. */
  takesPart: boolean
}

/** The worker threads of an engine, for one of its blocks after the other. */
export class BlockThreads {
  readonly #machine: Machine
  readonly #pool: WorkerPool
  readonly #workers: number
  readonly #standby: Standby
  #crew: Crew | undefined
  #heardFrom: Promise<void> | undefined

  constructor(machine: Machine, pool: WorkerPool, workers: number) {
    this.#machine = machine
    this.#pool = pool
    this.#workers = workers
    this.#standby = new Standby(machine, pool)
  }

  /** A block ends when its threads have left it. Were they still on their way back when the next one begins, it would wait for them in its middle. */
  async areBack(): Promise<void> {
    await this.#heardFrom
    this.#heardFrom = undefined
  }

  /** No more blocks: all threads are the pool's again. */
  async leave(): Promise<void> {
    await this.areBack()
    await this.#standby.empty()
  }

  /** Calls the threads while the block is still being prepared, unless the state may keep that waiting: others need them, too. */
  call(state: EngineState): void {
    const access = accessTo(state)
    if (access.takesPart) this.#crew = new Crew(this.#machine, this.#options(access))
  }

  async execute(
    messages: BlockMessages,
    state: EngineState,
    options: Omit<WorkersOptions, 'pool' | 'workers' | 'crew' | 'standby' | keyof Access>,
  ): Promise<WorkersOutcome> {
    const outcome = await executeOnWorkers(this.#machine, messages, {
      ...options,
      ...this.#options(accessTo(state)),
      ...(this.#crew === undefined ? {} : { crew: this.#crew }),
    })
    this.#heardFrom = outcome.heardFrom
    return outcome
  }

  /** Whatever became of the block. */
  dismiss(): void {
    if (this.#crew === undefined) return
    this.#crew.dismiss()
    // Also of a block that failed before it began.
    this.#heardFrom = this.#crew.heardFrom()
    this.#crew = undefined
  }

  #options(access: Access): Pick<WorkersOptions, 'pool' | 'workers' | 'standby' | keyof Access> {
    return {
      pool: this.#pool,
      workers: this.#workers,
      // A state that makes one wait is opened in other ways from block to block.
      ...(access.takesPart ? { standby: this.#standby } : {}),
      ...access,
    }
  }
}

function accessTo(state: EngineState): Access {
  const backend = state.share?.()
  if (backend === undefined) return { takesPart: false }
  return { backend, takesPart: !(state instanceof SourcedState) }
}
