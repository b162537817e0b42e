import { existsSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { LARGEST_MEMORY, mostWorkers } from '../../src/wasm/machine.js'
import { SCENARIOS } from '../../src/workload/index.js'
import { machineLine } from '../micro/report.js'
import { WrongRootError } from './contender.js'
import { MAINNET, mainnetFiles } from './mainnet.js'
import type { Row } from './measure.js'
import { measureApart } from './measure-apart.js'
import { blockTable } from './report.js'
import type { BlockRequest } from './request.js'

const NAMES = Object.keys(SCENARIOS)

const HELP = `npm run bench -- [--workload NAME,…] [--txs N,…] [--workers N,…] [--runs N] [--force] [--json FILE]

Executes blocks sequentially and on worker threads, in turns, and compares state roots: exit status 1 if one differs.

  --workload NAME,…  of: ${NAMES.join(', ')}, ${MAINNET}, or files of real
                     blocks (as for 'heddle block'); without it: all
  --txs N,…          transactions per block, 100 to 100000; 10000 without it
  --workers N,…      numbers of worker threads beside the sequential run (0); 1,2 without it
  --runs N           how many runs to take the median of; 5 without it
  --force            on worker threads also where the engine's policy is against it
  --seed N           another block of the same kind; 1 without it
  --json FILE        write the rows to a file, too

${MAINNET}: the real blocks in $HEDDLE_FIXTURES/mainnet, else ../shared/fixtures/mainnet.
Times are those of reading the transactions and executing them: neither of recovering senders, nor of receipts, nor of the state root. A run of a
block that is short is the mean of as many executions as take 300 ms, 500 at most. 'ceiling' is how much more as many threads
do than one where each executes a block of its own and they share nothing: what the machine allows. CPU is that of all threads. Memory is what a process with this state, block and engine has resident at most.`

const WARM_UPS = 3
const MOST_WORKERS = mostWorkers(LARGEST_MEMORY)

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      workload: { type: 'string', default: [...NAMES, MAINNET].join(',') },
      txs: { type: 'string', default: '10000' },
      workers: { type: 'string', default: '1,2' },
      runs: { type: 'string', default: '5' },
      force: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const workloads = values.workload.split(',')
  const unknown = workloads.find((name) => !isFile(name) && name !== MAINNET && !Object.hasOwn(SCENARIOS, name))
  if (unknown !== undefined) {
    return refuse(`--workload: expected ${NAMES.join(', ')}, ${MAINNET} or a file that exists, got ${unknown}`)
  }
  const sizes = readNumbers(values.txs, 1, 100_000)
  if (sizes === undefined) return refuse(`--txs: expected numbers from 1 to 100000, got ${values.txs}`)
  const workers = readNumbers(values.workers, 0, MOST_WORKERS)
  if (workers === undefined)
    return refuse(`--workers: expected numbers from 0 to ${MOST_WORKERS}, got ${values.workers}`)
  const [runs] = readNumbers(values.runs, 1, 1000) ?? []
  if (runs === undefined) return refuse(`--runs: expected a number from 1 to 1000, got ${values.runs}`)
  const [seed] = readNumbers(values.seed, 0, 2 ** 31) ?? []
  if (seed === undefined) return refuse(`--seed: expected a number from 0 to 2^31, got ${values.seed}`)

  console.log(`${machineLine()}\n`)
  const rows: Row[] = []
  for (const [label, request] of requests(workloads, sizes, seed)) {
    const onStep = (text: string) => progress(`${label}: ${text}`)
    try {
      rows.push(...(await measureApart(request, { workers, runs, warmUps: WARM_UPS, isForced: values.force, onStep })))
    } catch (error) {
      if (!(error instanceof WrongRootError)) throw error
      return refuse(`${label}: ${error.message}`)
    }
  }
  progress('')
  console.log(blockTable(rows))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
  return 0
}

function isFile(name: string): boolean {
  return !Object.hasOwn(SCENARIOS, name) && existsSync(name)
}

/** What is to be measured, and how to call it: workloads in each size, real blocks as they are. */
function requests(workloads: readonly string[], sizes: readonly number[], seed: number): [string, BlockRequest][] {
  const own = workloads.filter((name) => Object.hasOwn(SCENARIOS, name))
  const files = workloads.flatMap((name) => (name === MAINNET ? mainnetFiles() : isFile(name) ? [name] : []))
  return [
    ...sizes.flatMap((txs) =>
      own.map((workload): [string, BlockRequest] => [`${workload}, ${txs} transactions`, { workload, txs, seed }]),
    ),
    ...files.map((file): [string, BlockRequest] => [basename(file), { file }]),
  ]
}

/** Undefined if one of them is not a whole number in the range. */
function readNumbers(text: string, least: number, most: number): number[] | undefined {
  const numbers = text.split(',').map((item) => (/^\d{1,10}$/.test(item) ? Number(item) : Number.NaN))
  return numbers.every((number) => number >= least && number <= most) ? numbers : undefined
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

function refuse(message: string): number {
  progress('')
  console.error(`bench: ${message}`)
  return 1
}
