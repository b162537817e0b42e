import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { type CoreExports, type HostImports, instantiate } from '../../src/wasm/instantiate.js'
import { layout } from '../../src/wasm/layout.js'
import type { Machine } from '../../src/wasm/machine.js'
import type { Random } from './random.js'
import type { Workload } from './workload.js'

const DONE = 0
const IDLE = 1
const PAUSED = 2
/** How many workers may be in the middle of something at once. */
const DEEPEST = 6
/** So many steps in a row that find nothing to do mean that nobody will ever find anything. */
const STUCK = 200

/** Thrown by the host in the middle of a transaction: whatever the instance held and half did stays as it is. */
class Death extends Error {}

interface Instance {
  core: CoreExports
  arena: number
  /** In the middle of a step, further down the stack. */
  isBusy: boolean
  hasLeft: boolean
  isDead: boolean
}

export interface Simulation {
  random: Random
  workers: number
  /** At most; each at a call of the host that chance picks. */
  deaths?: number
}

export interface Simulated {
  tasks: BlockTasks
  deaths: number
  /** Steps that one worker took while another one was in the middle of its own. */
  overtakings: number
}

/**
 * The workers of a machine as instances in the calling thread. Whenever one of them asks the host for something, in the middle
 * of a transaction, another one may take steps of its own, or the first one may die: chance decides, and the same seed
 * decides the same. What threads do once in a million blocks can so be found, and then be done again.
 */
export class SimulatedWorkers {
  readonly #machine: Machine
  readonly #control: Int32Array
  #instances: Instance[] = []
  #simulation: Simulation | undefined
  #isPaused = false
  #depth = 0
  #deathsLeft = 0
  #deaths = 0
  #overtakings = 0

  constructor(machine: Machine) {
    this.#machine = machine
    this.#control = new Int32Array(machine.memory.buffer, 0, layout.EXCHANGE >>> 2)
  }

  execute(workload: Workload, simulation: Simulation): Simulated {
    const { random, workers, deaths = 0 } = simulation
    this.#simulation = simulation
    this.#deathsLeft = deaths
    this.#deaths = 0
    this.#overtakings = 0
    this.#machine.startBlock(workload.environment, workload.state)
    const tasks = BlockTasks.open(
      this.#machine,
      BlockMessages.of(this.#machine, workload.messages),
      4 * workload.messages.length,
    )
    try {
      this.#gather(workers)
      let idle = 0
      while (this.#goesOn()) {
        if (tasks.announced < workload.messages.length && random.chance(0.3)) tasks.announce(random.between(1, 40))
        const came = this.#stepOf(random.pick(this.#instances.filter(canStep)))
        idle = came === IDLE && tasks.announced === workload.messages.length ? idle + 1 : 0
        const hasDied = this.#instances.some(({ isDead }) => isDead)
        if (hasDied && (idle > 10 || random.chance(0.2))) this.#pause()
        if (idle > STUCK) throw new Error(`stuck after ${tasks.committed} of ${workload.messages.length} transactions`)
      }
    } finally {
      tasks.close()
      this.#simulation = undefined
    }
    return { tasks, deaths: this.#deaths, overtakings: this.#overtakings }
  }

  /** Instances live on from block to block, and any of them may get any arena, as threads do. */
  #gather(workers: number): void {
    const random = this.#simulation!.random
    const arenas = Array.from({ length: workers }, (_, index) => index + 1)
    const old = this.#instances.filter(({ isDead }) => !isDead)
    this.#instances = arenas.map((arena) => {
      const kept = old.length > 0 ? old.splice(random.below(old.length), 1)[0] : undefined
      return this.#enter(kept ?? this.#create(), arena)
    })
  }

  #enter(instance: Instance, arena: number): Instance {
    instance.core.takeSeat(arena)
    return Object.assign(instance, { arena, isBusy: false, hasLeft: false, isDead: false })
  }

  #create(): Instance {
    const instance = { arena: 0, isBusy: false, hasLeft: false, isDead: false } as Instance
    const disturbed = Object.entries(this.#machine.answers()).map(([name, answer]) => {
      const ask = answer as (...asked: unknown[]) => unknown
      return [
        name,
        (...asked: unknown[]) => {
          this.#disturb(instance)
          return ask(...asked)
        },
      ]
    })
    const nothing = () => undefined
    const host = { ...Object.fromEntries(disturbed), traceStep: nothing, traceCost: nothing, traceExit: nothing }
    instance.core = instantiate('release', this.#machine.memory, host as HostImports)
    return instance
  }

  /** False when everybody has left for good. After a death the orchestrator starts everybody again. */
  #goesOn(): boolean {
    if (this.#instances.some(canStep)) return true
    if (!this.#instances.some(({ isDead }) => isDead)) return false
    this.#machine.core.recover()
    Atomics.compareExchange(this.#control, layout.BLOCK_ABORTED >>> 2, PAUSED, 0)
    this.#isPaused = false
    this.#instances = this.#instances.map((each) => this.#enter(each.isDead ? this.#create() : each, each.arena))
    return true
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    Atomics.compareExchange(this.#control, layout.BLOCK_ABORTED >>> 2, 0, PAUSED)
  }

  #stepOf(instance: Instance): number {
    this.#depth++
    instance.isBusy = true
    try {
      const came = instance.core.step()
      instance.hasLeft = came === DONE
      return came
    } catch (error) {
      if (!(error instanceof Death)) throw error
      instance.isDead = true
      this.#deaths++
      // A dead committer leaves estimates, for which others wait, here in the only thread: until the pause.
      if (this.#control[layout.COMMIT_LOCK >>> 2] === instance.arena + 1) this.#pause()
      return DONE
    } finally {
      instance.isBusy = false
      this.#depth--
    }
  }

  /** What happens to an instance that asks the host. */
  #disturb(instance: Instance): void {
    const { random } = this.#simulation!
    if (this.#deathsLeft > 0 && random.chance(0.02)) {
      this.#deathsLeft--
      throw new Death()
    }
    // While one commits, others may have to wait for it, which they cannot do in its own thread.
    while (this.#depth < DEEPEST && random.chance(0.5) && this.#control[layout.COMMIT_LOCK >>> 2] === 0) {
      const others = this.#instances.filter((other) => other !== instance && canStep(other))
      if (others.length === 0) return
      this.#overtakings++
      if (this.#stepOf(random.pick(others)) === IDLE) return
    }
  }
}

function canStep({ isBusy, hasLeft, isDead }: Instance): boolean {
  return !isBusy && !hasLeft && !isDead
}
