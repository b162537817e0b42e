import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bytesToHex } from '../../src/codec/hex.js'
import { TrieState } from '../../src/state/trie-state.js'
import { figure, machineLine, table } from '../micro/report.js'
import { createPeer, type PeerTrie } from './peer.js'
import { firstUpdates, roundUpdates, toDiff, toEntries } from './updates.js'

const HELP = `npm run bench:state -- [--accounts N,N…] [--changed N] [--rounds N] [--json FILE]

The cost of a state root after a block that changed some accounts (1,000), by how many there are (1,000, 100,000 and
1,000,000): Heddle's state beside @ethereumjs/mpt, the same updates, the roots compared; medians over the rounds.
"keeping" also keeps the state before each block, as a chain does.
Exit status 1 when the roots differ.`

const WARM_UP_ROUNDS = 10
const SLICE = 100_000

interface Sample {
  median: number
  fastest: number
  slowest: number
}

interface Result {
  accounts: number
  changed: number
  rounds: number
  heddle: Sample
  /** Where the state before each block is kept. */
  heddleKeeping: Sample
  ethereumjs: Sample
}

process.exitCode = await main()

async function main(): Promise<number> {
  const { sizes, changed, rounds, json } = readArguments()
  console.log(`${machineLine()}\n`)
  const results: Result[] = []
  for (const accounts of sizes) results.push(await compare(accounts, Math.min(changed, accounts), rounds))
  console.log(toTable(results))
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine: machineLine(), results }, null, 2)}\n`)
  return 0
}

/** All rounds of one, then of the next: none has to run in the caches and the heap that another left. */
async function compare(accounts: number, changed: number, rounds: number): Promise<Result> {
  const state = build(accounts)
  const root = state.root()
  const runs = [
    measureHeddle(state.clone(), accounts, changed, rounds, false),
    measureHeddle(state.clone(), accounts, changed, rounds, true),
    await measurePeer(await createPeer(root, nodesOf(state, accounts)), accounts, changed, rounds),
  ] as const
  requireSameRoots(runs)
  const [heddle, heddleKeeping, ethereumjs] = runs
  return {
    accounts,
    changed,
    rounds,
    heddle: summarize(heddle.times),
    heddleKeeping: summarize(heddleKeeping.times),
    ethereumjs: summarize(ethereumjs.times),
  }
}

function requireSameRoots(runs: readonly Rounds[]): void {
  for (const { roots } of runs) {
    const round = roots.findIndex((root, index) => root !== runs[0]!.roots[index])
    if (round >= 0)
      throw new Error(`bench:state: roots of round ${round} differ: ${runs.map((run) => run.roots[round])}`)
  }
}

interface Rounds {
  roots: string[]
  /** In milliseconds, without those of the first rounds. */
  times: number[]
}

/** `keeps` as a chain does: every block begins with a clone. */
function measureHeddle(before: TrieState, accounts: number, changed: number, rounds: number, keeps: boolean): Rounds {
  const found: Rounds = { roots: [], times: [] }
  let state = before
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    const diff = toDiff(roundUpdates(accounts, changed, round))
    const start = performance.now()
    if (keeps) state = state.clone()
    state.applyDiff(diff)
    const root = state.root()
    const time = performance.now() - start
    if (round >= WARM_UP_ROUNDS) found.times.push(time)
    found.roots.push(bytesToHex(root))
  }
  return found
}

async function measurePeer(peer: PeerTrie, accounts: number, changed: number, rounds: number): Promise<Rounds> {
  const found: Rounds = { roots: [], times: [] }
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    const entries = toEntries(roundUpdates(accounts, changed, round))
    const start = performance.now()
    for (const [address, account] of entries) await peer.put(address, account)
    const root = peer.root()
    const time = performance.now() - start
    if (round >= WARM_UP_ROUNDS) found.times.push(time)
    found.roots.push(bytesToHex(root))
  }
  return found
}

function build(accounts: number): TrieState {
  const state = new TrieState()
  const updates = firstUpdates(accounts)
  for (let from = 0; from < accounts; from += SLICE) state.applyDiff(toDiff(updates.slice(from, from + SLICE)))
  state.root()
  return state
}

/** Every node of the state's trie. */
function nodesOf(state: TrieState, accounts: number): Uint8Array[] {
  state.startRecording()
  for (const { address } of firstUpdates(accounts)) state.account(address)
  return state.stopRecording().nodes
}

function summarize(times: number[]): Sample {
  const sorted = times.sort((a, b) => a - b)
  return { median: sorted[sorted.length >> 1]!, fastest: sorted[0]!, slowest: sorted.at(-1)! }
}

function toTable(results: readonly Result[]): string {
  const columns = results.map(({ accounts, changed, heddle, heddleKeeping, ethereumjs }) => [
    accounts.toLocaleString('en'),
    changed.toLocaleString('en'),
    ...[heddle, heddleKeeping, ethereumjs].flatMap((sample) => [figure(sample.median), figure(sample.fastest)]),
    ...[heddle, heddleKeeping].map((sample) => `${figure(ethereumjs.median / sample.median)}×`),
  ])
  const head = ['accounts', 'changed', 'heddle ms', 'fastest', 'keeping', 'fastest', '@ethereumjs/mpt', 'fastest']
  return table([...head, 'ratio', 'keeping'], columns)
}

function readArguments(): { sizes: number[]; changed: number; rounds: number; json: string | undefined } {
  const { values } = parseArgs({
    options: {
      accounts: { type: 'string', default: '1000,100000,1000000' },
      changed: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '15' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    process.exit(0)
  }
  const count = (name: string, text: string): number => {
    if (/^[1-9]\d{0,7}$/.test(text)) return Number(text)
    console.error(`bench:state: --${name}: expected a number from 1, got "${text}"`)
    process.exit(2)
  }
  return {
    sizes: values.accounts.split(',').map((text) => count('accounts', text)),
    changed: count('changed', values.changed),
    rounds: count('rounds', values.rounds),
    json: values.json,
  }
}
