import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bytesToHex } from '../../src/codec/hex.js'
import { TrieState } from '../../src/state/trie-state.js'
import { figure, machineLine, table } from '../micro/report.js'
import { createPeer, type PeerTrie } from './peer.js'
import { KeepingTrie, type Subject, WholeState } from './subject.js'
import { firstUpdates, roundUpdates, toDiff, toEntries } from './updates.js'

const HELP = `npm run bench:state -- [--accounts N,N…] [--changed N] [--rounds N] [--alone] [--json FILE]

The cost of a state root after a block that changed some accounts (1,000), by how many there are (1,000, 100,000 and
1,000,000): Heddle's tries in WebAssembly ("whole") and in TypeScript ("trie"; "keeping" also keeps the state before each
block) beside @ethereumjs/mpt, the same updates, the roots compared; medians over the rounds. Bytes are those of the nodes
of "whole" for each account.
--alone leaves the peer out, which takes seconds for a round of many changes. Exit status 1 when the roots differ.`

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
  whole: Sample
  trie: Sample
  /** Where the state before each block is kept. */
  keeping: Sample
  ethereumjs: Sample | undefined
  /** Of the nodes of `whole`, for each account. */
  bytes: number
}

process.exitCode = await main()

async function main(): Promise<number> {
  const { sizes, changed, rounds, alone, json } = readArguments()
  console.log(`${machineLine()}\n`)
  const results: Result[] = []
  for (const accounts of sizes) results.push(await compare(accounts, Math.min(changed, accounts), rounds, alone))
  console.log(toTable(results))
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine: machineLine(), results }, null, 2)}\n`)
  return 0
}

/** Heddle's in turns; the peer takes its rounds afterwards, which last seconds. */
async function compare(accounts: number, changed: number, rounds: number, alone: boolean): Promise<Result> {
  const state = build(accounts)
  const root = state.root()
  const whole = new WholeState(accounts)
  const own = [whole, state.clone(), new KeepingTrie(state.clone())] as const
  const runs = measureInTurns(own, accounts, changed, rounds)
  if (!alone) {
    const peer = await createPeer(root, nodesOf(state, accounts))
    runs.push(await measurePeer(peer, accounts, changed, rounds))
  }
  requireSameRoots(runs)
  const [first, second, third, ethereumjs] = runs.map(({ times }) => summarize(times))
  const samples = { whole: first!, trie: second!, keeping: third!, ethereumjs }
  return { accounts, changed, rounds, ...samples, bytes: whole.usedBytes / accounts }
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

/** One round of each, then the next; who goes first changes. */
function measureInTurns(subjects: readonly Subject[], accounts: number, changed: number, rounds: number): Rounds[] {
  const found = subjects.map((): Rounds => ({ roots: [], times: [] }))
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    const diff = toDiff(roundUpdates(accounts, changed, round))
    for (let turn = 0; turn < subjects.length; turn++) {
      const which = (round + turn) % subjects.length
      const start = performance.now()
      subjects[which]!.applyDiff(diff)
      const root = subjects[which]!.root()
      const time = performance.now() - start
      if (round >= WARM_UP_ROUNDS) found[which]!.times.push(time)
      found[which]!.roots.push(bytesToHex(root))
    }
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
  const rows = results.map(({ accounts, changed, whole, trie, keeping, ethereumjs, bytes }) => [
    accounts.toLocaleString('en'),
    changed.toLocaleString('en'),
    ...[whole, trie, keeping].flatMap((sample) => [figure(sample.median), figure(sample.fastest)]),
    `${figure(trie.median / whole.median)}×`,
    figure(bytes),
    ...(ethereumjs === undefined ? [] : [figure(ethereumjs.median), `${figure(ethereumjs.median / whole.median)}×`]),
  ])
  const head = ['accounts', 'changed', 'whole ms', 'fastest', 'trie', 'fastest', 'keeping', 'fastest', 'trie/whole']
  const peer = results.some(({ ethereumjs }) => ethereumjs !== undefined) ? ['@ethereumjs/mpt', 'mpt/whole'] : []
  return table([...head, 'bytes', ...peer], rows)
}

interface Arguments {
  sizes: number[]
  changed: number
  rounds: number
  alone: boolean
  json: string | undefined
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      accounts: { type: 'string', default: '1000,100000,1000000' },
      changed: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '15' },
      alone: { type: 'boolean', default: false },
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
    alone: values.alone,
    json: values.json,
  }
}
