import { basename } from 'node:path'
import { createEngine } from '../../src/engine.js'
import { openReplay } from '../../src/fixture/replay.js'
import { Replayer } from '../../src/fixture/replayer.js'
import type { Mode } from '../../src/scheduler/policy.js'
import { createMachine } from '../../src/wasm/machine.js'
import { prepareWorkload, SCENARIOS, WORKLOAD_CHAIN } from '../../src/workload/index.js'
import type { BlockRequest } from './request.js'
import { readFixture } from './subject.js'

/** What one execution of a block gave. */
export interface Execution {
  /** State root, and whatever else must be the same however the block is executed. */
  root: string
  gasUsed: bigint
  /** Of reading and executing the transactions; of all threads, for `cpu`. */
  milliseconds: number
  cpu: number
  executions: number
  mode: Mode
}

export interface ExecutorOptions {
  workers: number
  /** Without it: as the engine's policy says. */
  mode?: Mode
}

/** One way to execute the block, again and again from the same state. */
export interface Executor {
  execute(): Promise<Execution>
  close(): Promise<void>
}

/** A block to be measured. */
export interface BenchBlock {
  name: string
  transactions: number
  open(options: ExecutorOptions): Executor
}

export function openBlock(request: BlockRequest): Promise<BenchBlock> {
  return 'file' in request ? fixtureBlock(request.file) : workloadBlock(request.workload, request.txs, request.seed)
}

async function workloadBlock(name: string, transactions: number, seed: number): Promise<BenchBlock> {
  const { state, block } = await prepareWorkload(SCENARIOS[name]!, { transactions, seed })
  return {
    name,
    transactions,
    open(options) {
      const engine = createEngine({ chain: WORKLOAD_CHAIN, state, ...options })
      return {
        async execute() {
          const executed = await engine.executeBlock(block)
          executed.discard()
          const { stateRoot, gasUsed, milliseconds, cpu, statistics, mode } = executed
          const executions = statistics?.executions ?? transactions
          return {
            root: stateRoot,
            gasUsed,
            milliseconds: milliseconds.execute,
            cpu,
            executions,
            mode,
          }
        },
        close: () => engine.close(),
      }
    },
  }
}

/** A real block of a file. */
async function fixtureBlock(file: string): Promise<BenchBlock> {
  const replay = await openReplay(createMachine(), readFixture(file))
  return {
    name: `mainnet-${basename(file).replace(/(-prestate)?\.json(\.gz)?$/, '')}`,
    transactions: replay.callees.length,
    open(options) {
      const replayer = new Replayer(options)
      return {
        async execute() {
          const run = await replayer.execute(replay)
          const executions = run.statistics?.executions ?? replay.callees.length
          return { ...run, root: run.outcome['state root']!, executions }
        },
        close: () => replayer.close(),
      }
    },
  }
}
