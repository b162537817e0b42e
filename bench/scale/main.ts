import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { SCENARIOS } from '../../src/workload/index.js'
import { MAINNET, mainnetFiles } from '../block/mainnet.js'
import { fixtureSubject, type Subject, workloadSubject } from '../block/subject.js'
import { machineLine } from '../micro/report.js'
import { type Prediction, predict } from './predict.js'
import { errorTable, scaleTable } from './report.js'

const NAMES = Object.keys(SCENARIOS)

const HELP = `npm run bench:scale -- [--workload NAME,…] [--txs N] [--runs N] [--json FILE]

Records what the transactions of a block cost, read and wrote, and plays the scheduler's decisions on 1 to 64 simulated workers.

  --workload NAME,…  of: ${NAMES.join(', ')}, ${MAINNET}; without it: all
  --txs N            transactions per block, 100 to 100000; 10000 without it
  --runs N           how many real runs to measure, more of short blocks; 5 without it
  --json FILE        write the figures to a file, too

${MAINNET}: the real blocks in $HEDDLE_FIXTURES/mainnet, else ../shared/fixtures/mainnet.`

const WORKERS = [1, 2, 4, 8, 16, 32, 64]
const WARM_UPS = 3
const MEMORY = 2 ** 31

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      workload: { type: 'string', default: [...NAMES, MAINNET].join(',') },
      txs: { type: 'string', default: '10000' },
      runs: { type: 'string', default: '5' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const workloads = values.workload.split(',')
  const unknown = workloads.find((name) => name !== MAINNET && !Object.hasOwn(SCENARIOS, name))
  if (unknown !== undefined)
    return refuse(`--workload: expected one of ${NAMES.join(', ')}, ${MAINNET}, got ${unknown}`)
  const txs = readNumber(values.txs, 1, 100_000)
  if (txs === undefined) return refuse(`--txs: expected a number from 1 to 100000, got ${values.txs}`)
  const runs = readNumber(values.runs, 1, 1000)
  if (runs === undefined) return refuse(`--runs: expected a number from 1 to 1000, got ${values.runs}`)

  console.log(`${machineLine()}\n`)
  const predictions: Prediction[] = []
  for (const prepare of subjects(workloads, txs)) {
    const subject = await prepare()
    // Early blocks have no transactions.
    if (subject.messages.length === 0) continue
    predictions.push(await predict(subject, { workers: WORKERS, runs, warmUps: WARM_UPS, memory: MEMORY }))
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${predictions.at(-1)!.workload}`)
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  console.log(scaleTable(predictions))
  console.log(errorTable(predictions))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(predictions, null, 2)}\n`)
  return 0
}

/** One after the other: each is prepared when it is its turn, and forgotten after it. */
function subjects(workloads: readonly string[], txs: number): (() => Subject | Promise<Subject>)[] {
  return workloads.flatMap((name): (() => Subject | Promise<Subject>)[] => {
    if (name === MAINNET) return mainnetFiles().map((file) => () => fixtureSubject(file))
    return [() => workloadSubject(name, txs)]
  })
}

function readNumber(text: string, least: number, most: number): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  return number >= least && number <= most ? number : undefined
}

function refuse(message: string): number {
  console.error(`bench:scale: ${message}`)
  return 1
}
