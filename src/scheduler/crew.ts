import { availableParallelism } from 'node:os'
import type { BackendDescriptor } from '../types/state.js'
import { layout } from '../wasm/layout.js'
import type { Machine } from '../wasm/machine.js'
import { Countermand } from '../worker/needless.js'
import type { WorkerPool } from '../worker/pool.js'
import type { Fault, WorkOutcome, WorkTask } from '../worker/protocol.js'
import type { Standby } from './standby.js'

export interface CrewOptions {
  pool: WorkerPool
  /** Among the machine's workers. */
  workers: number
  backend?: BackendDescriptor
  /** Where those who are called beforehand come from, and may stay. */
  standby?: Standby
  /** Test only: lets a worker die. */
  fault?: (worker: number, attempt: number) => Fault | undefined
  /** Test only, a seed: threads dawdle, and so take turns in another way. */
  perturb?: number
  /** Test only: as if the machine had as many. */
  cores?: number
}

/** How long the calling thread goes round in circles for workers that are just about to leave, in milliseconds. */
const MOST_PATIENCE = 0.2

/**
 * The workers of one block. Those for whom there is a core beside that of the calling thread are called at once: a thread needs half a
 * millisecond to wake and to make ready, and then waits at the door, which is opened when there is something to do. So a crew may be
 * there before its block, and has to be dismissed in any case.
 */
export class Crew {
  /**
   * Workers that are called before all is read: those for whom there is a core beside the one that reads. With more of them all get on
   * more slowly, and who reads is who the others wait for.
   */
  readonly early: number
  readonly #machine: Machine
  readonly #options: CrewOptions
  readonly #turn: number
  /** What nobody has asked for yet, by worker. */
  readonly #called: Map<number, Promise<WorkOutcome>> = new Map()
  readonly #outcomes: Promise<unknown>[] = []
  /** Of this round: whoever still waits for a thread then would find nothing to do. */
  #isOver = new Countermand()
  #isDismissed = false

  constructor(machine: Machine, options: CrewOptions) {
    const { workers, cores = availableParallelism(), standby } = options
    this.#machine = machine
    this.#options = options
    this.early = Math.min(workers, Math.max(1, cores - 1))
    this.#turn = machine.words.u32(layout.BLOCK_DOOR) + 1
    for (let worker = 0; worker < this.early; worker++) this.#called.set(worker, this.#call(worker, 1, standby))
  }

  open(): void {
    this.#machine.core.openDoor()
  }

  /** How a worker's long task ends, in this attempt at the block. Rejects when its thread died. */
  run(worker: number, attempt: number): Promise<WorkOutcome> {
    const called = this.#called.get(worker)
    this.#called.delete(worker)
    return called ?? this.#call(worker, attempt)
  }

  /** Another round begins. */
  recall(): void {
    this.#isOver = new Countermand()
  }

  /** Who has no thread yet need not come. */
  countermand(): void {
    this.#isOver.abort()
  }

  /** Nobody comes in any more, and who waits at the door goes away. */
  dismiss(): void {
    if (this.#isDismissed) return
    this.#isDismissed = true
    this.countermand()
    this.#machine.core.closeDoor()
  }

  /** Whether all have left the block for good, or do so in a moment. Who died in it never does. */
  hasLeft(): boolean {
    this.dismiss()
    const end = performance.now() + MOST_PATIENCE
    // Ends: time goes on.
    while (performance.now() < end) {
      if (this.#machine.core.isEmpty(this.#turn) === 0) continue
      this.#options.standby?.settle(this.#turn)
      return true
    }
    return false
  }

  /** When all threads have been heard from, which may be later than they have left: until then they are not to be had. */
  async heardFrom(): Promise<void> {
    await Promise.allSettled(this.#outcomes)
  }

  /** How long a worker was at work, in milliseconds. */
  busy(worker: number): number {
    return this.#machine.words.view.getFloat64(layout.SEATS + (worker + 1) * layout.SEAT_SIZE + layout.SEAT_BUSY, true)
  }

  #call(worker: number, attempt: number, standby?: Standby): Promise<WorkOutcome> {
    const { pool, backend, fault, perturb } = this.#options
    const { memory, build, id } = this.#machine
    const injected = fault?.(worker, attempt)
    const task: WorkTask = {
      engine: id,
      memory,
      build,
      arena: worker + 1,
      turn: this.#turn,
      pressure: pool.pressure,
      ...(backend === undefined ? {} : { backend }),
      ...(injected === undefined ? {} : { fault: injected }),
      ...(perturb === undefined ? {} : { perturb: perturb + attempt }),
    }
    const mayStay = standby !== undefined && injected === undefined
    const outcome = mayStay ? standby.call(task, this.#isOver) : pool.run(task, this.#isOver)
    // Settled, whether somebody asks for it or not.
    this.#outcomes.push(outcome.catch(() => undefined))
    return outcome
  }
}
