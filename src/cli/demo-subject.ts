import { createEngine, type ExecutedBlock } from '../engine.js'
import { openReplay } from '../fixture/replay.js'
import { Replayer } from '../fixture/replayer.js'
import type { BlockReportInput } from '../report/index.js'
import type { BlockStatistics } from '../scheduler/statistics.js'
import { createMachine } from '../wasm/machine.js'
import { prepareWorkload, SCENARIOS, WORKLOAD_CHAIN, type Workload } from '../workload/index.js'

/** What one execution of the demonstration's block gave. */
export interface DemoRun {
  /** Of executing the transactions. */
  milliseconds: number
  gasUsed: bigint
  /** Everything that must be the same however the block was executed, by name. */
  outcome: Readonly<Record<string, string>>
  gasByTransaction: number[]
  /** Of a parallel run. */
  statistics?: BlockStatistics
}

/** A block that can be executed in two ways, again and again. */
export interface DemoSubject {
  title: string
  /** What the block is made of. */
  about: string
  sequential(): Promise<DemoRun>
  parallel(record: boolean): Promise<DemoRun>
  /** Whom each transaction calls. */
  callees: readonly string[]
  names?: BlockReportInput['names']
  close(): Promise<void>
}

export interface DemoOptions {
  transactions: number
  workers: number
  seed: number
  onProgress: (share: number) => void
}

const PART_TITLES: Readonly<Record<Workload['parts'][number], string>> = {
  transfer: 'transfers',
  erc20: 'ERC-20 transfers',
  'swap-v2': 'Uniswap V2 swaps',
  'swap-v3': 'Uniswap V3 swaps',
  mint: 'NFT mints',
  lending: 'Aave V3 loans and deposits',
  game: 'turns of a game',
}

/** A block of what the project brings along: nothing is downloaded, and it is the same for everybody. */
export async function mixedSubject({ transactions, workers, seed, onProgress }: DemoOptions): Promise<DemoSubject> {
  const workload = await prepareWorkload(SCENARIOS.mixed!, { transactions, seed, onProgress })
  const { state, block, parts, names } = workload
  const own = { chain: WORKLOAD_CHAIN, state }
  const alone = createEngine({ ...own, workers: 0 })
  const together = createEngine({ ...own, workers, mode: 'parallel' })
  const counts = new Map<string, number>()
  for (const part of parts) counts.set(PART_TITLES[part], (counts.get(PART_TITLES[part]) ?? 0) + 1)
  const execute = async (engine: typeof alone, record: boolean) => {
    const executed = await engine.executeBlock(block, { record })
    executed.discard()
    return runOf(executed)
  }
  return {
    title: `A block of ${transactions.toLocaleString('en')} DeFi transactions`,
    about: Array.from(counts, ([title, count]) => `${count.toLocaleString('en')} ${title}`).join(', '),
    sequential: () => execute(alone, false),
    parallel: (record) => execute(together, record),
    callees: block.transactions.map(({ to, data }) => {
      return to === undefined ? 'creations' : data === undefined ? 'transfers' : to
    }),
    names,
    async close() {
      await Promise.all([alone.close(), together.close()])
    },
  }
}

function runOf({
  milliseconds,
  gasUsed,
  stateRoot,
  receiptsRoot,
  logsBloom,
  receipts,
  statistics,
}: ExecutedBlock): DemoRun {
  return {
    milliseconds: milliseconds.execute,
    gasUsed,
    outcome: {
      'gas used': String(gasUsed),
      'state root': stateRoot,
      'receipts root': receiptsRoot,
      'logs bloom': logsBloom,
    },
    gasByTransaction: receipts.map((receipt) => Number(receipt.gasUsed)),
    ...(statistics === undefined ? {} : { statistics }),
  }
}

/** A real block of a file. */
export async function fileSubject(json: unknown, workers: number): Promise<DemoSubject> {
  const replay = await openReplay(createMachine(), json)
  const { number, about, callees } = replay
  const alone = new Replayer({ workers: 0 })
  const together = new Replayer({ workers, mode: 'parallel' })
  return {
    title: `Block ${number}`,
    about: `${callees.length.toLocaleString('en')} transactions: ${about}`,
    sequential: () => alone.execute(replay),
    parallel: (record) => together.execute(replay, record),
    callees,
    async close() {
      await Promise.all([alone.close(), together.close()])
    },
  }
}
