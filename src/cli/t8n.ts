import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChainConfig } from '../chain/config.js'
import { fixtureForkNames, fixtureNetwork } from '../chain/fixture-network.js'
import { hexToBytes } from '../codec/hex.js'
import { HeddleError } from '../errors.js'
import { parseAlloc } from '../fixture/alloc.js'
import { type JsonObject, readObject, readString } from '../fixture/json.js'
import type { InMemoryState } from '../state/in-memory.js'
import { bothTracers, OpcodeCounter } from '../trace/opcode-counter.js'
import { type CompleteBlock, completeBlock } from '../transition/complete.js'
import { parseBlock } from '../transition/environment.js'
import { ExitCode, endingWith, TransitionError } from '../transition/error.js'
import { executeTransition, type TransactionTraces, type TransitionOutcome } from '../transition/execute.js'
import { allocToJson, bodyToHex, resultToJson } from '../transition/result.js'
import { TraceFiles } from '../transition/trace-files.js'
import { type Candidate, transactionsFromJson, transactionsFromRlp } from '../transition/transactions.js'
import { createMachine, LARGEST_MEMORY } from '../wasm/machine.js'
import { invalidOption, type Options, parseArguments, type Values } from './args.js'
import type { Command } from './command.js'
import { writeAll } from './output.js'

const OPTIONS = {
  'input.alloc': { type: 'string', value: 'FILE', help: 'the state before the block; alloc.json by default' },
  'input.env': { type: 'string', value: 'FILE', help: 'the block; env.json by default' },
  'input.txs': {
    type: 'string',
    value: 'FILE',
    help: 'the transactions: JSON, or a body in hex when it ends in .rlp; txs.json by default',
  },
  'output.basedir': { type: 'string', value: 'FOLDER', help: 'where output files go; made if it is not there' },
  'output.alloc': { type: 'string', value: 'FILE', help: 'the state after the block; alloc.json by default' },
  'output.result': { type: 'string', value: 'FILE', help: 'roots, receipts and the like; result.json by default' },
  'output.body': { type: 'string', value: 'FILE', help: 'the included transactions, RLP in hex' },
  'state.fork': { type: 'string', value: 'F', help: 'the rules; GrayGlacier by default' },
  'state.chainid': { type: 'string', value: 'N', help: '1 by default' },
  'state.reward': {
    type: 'string',
    value: 'WEI',
    help: 'what the miner gets; 0 by default, -1 for no reward to anybody',
  },
  trace: { type: 'boolean', help: 'write EIP-3155 lines to trace-INDEX-HASH.jsonl' },
  'trace.memory': { type: 'boolean', help: 'put memory into the trace' },
  'trace.nostack': { type: 'boolean', help: 'leave the stack out of the trace' },
  'trace.returndata': { type: 'boolean', help: 'put return data into the trace' },
  'trace.callframes': { type: 'boolean', help: 'refused: no line for the begin of a call', isHidden: true },
  'trace.tracer': { type: 'string', help: 'refused: there is one tracer', isHidden: true },
  'trace.jsonconfig': { type: 'string', help: 'refused with trace.tracer', isHidden: true },
  'opcode.count': { type: 'string', value: 'FILE', help: "how often the transactions' instructions were executed" },
  verbosity: { type: 'string', help: 'nothing is logged', isHidden: true },
} as const satisfies Options

type TransitionValues = Values<typeof OPTIONS>

const STDIN = 'stdin'
const STANDARD_INPUT = 0
const DEFAULT_FORK = 'GrayGlacier'
const DEFAULT_CHAIN_ID = '1'
const MAX_INT64 = (1n << 63n) - 1n

export const t8n: Command = {
  summary: "execute a block described in JSON, as geth's transition tool",
  usage: 'heddle t8n [options]',
  details: `Executes transactions on a state and gives the state after them. A transaction that must not be in the block is left
out and listed as rejected. An input may be 'stdin': one object {alloc, env, txs or txsRlp}; an output may be
'stdout' or 'stderr', or empty to leave it out. Exit status: ${Object.entries(ExitCode)
    .map(([name, code]) => `${code} ${name}`)
    .join(', ')}.
Forks: ${wrap(fixtureForkNames())}`,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = parseArguments(args, OPTIONS)
    try {
      if (positionals.length > 0) {
        throw new TransitionError(ExitCode.Config, `expected options only, got ${positionals[0]}`)
      }
      transition(values)
      return 0
    } catch (error) {
      if (!(error instanceof HeddleError)) throw error
      const code = error instanceof TransitionError ? error.exitCode : ExitCode.Evm
      writeAll(2, `ERROR(${code}): ${error.message}\n`)
      return code
    }
  },
}

/** Fillers look for a fork's name in the help. */
function wrap(names: readonly string[]): string {
  const lines: string[] = ['']
  for (const name of names) {
    if (lines.at(-1)!.length + name.length > 100) lines.push('')
    lines[lines.length - 1] += lines.at(-1) === '' ? name : ` ${name}`
  }
  return lines.join('\n  ')
}

function transition(values: TransitionValues): void {
  const folder = createFolder(values['output.basedir'] ?? '')
  const input = readInput(values)
  const counter = values['opcode.count'] ? new OpcodeCounter() : undefined
  const traces = tracesOf(values, folder, counter)
  const machine = createMachine({ memory: LARGEST_MEMORY })
  const outcome = executeTransition(machine, { ...input, ...(traces === undefined ? {} : { traces }) })
  if (counter !== undefined) writeFile(folder, values['opcode.count']!, JSON.stringify(counter.counts(), null, 1))
  writeOutputs(values, folder, input.block, outcome)
}

interface Input {
  config: ChainConfig
  block: CompleteBlock
  pre: InMemoryState
  transactions: Candidate[]
  reward?: bigint
}

function readInput(values: TransitionValues): Input {
  const name = (key: 'alloc' | 'env' | 'txs') => values[`input.${key}`] ?? `${key}.json`
  const isPiped = [name('alloc'), name('env'), name('txs')].includes(STDIN)
  const piped = isPiped ? endingWith(ExitCode.Json, STDIN, () => readObject(readJson(STANDARD_INPUT, STDIN), 'it')) : {}
  const read = (key: 'alloc' | 'env') => (name(key) === STDIN ? piped[key] : readJson(name(key), `${key} file`))
  const pre = endingWith(ExitCode.Json, 'alloc', () => parseAlloc(prefixed(read('alloc') ?? {}), 'alloc'))
  const described = endingWith(ExitCode.Json, 'env', () => parseBlock(read('env')))
  const config = configOf(values)
  const transactions = readTransactions(name('txs'), piped, config.chainId)
  const block = endingWith(ExitCode.Config, 'env', () => completeBlock(described, config))
  const reward = rewardOf(values)
  return { config, block, pre, transactions, ...(reward === undefined ? {} : { reward }) }
}

function readTransactions(name: string, piped: JsonObject, chainId: bigint): Candidate[] {
  if (name === STDIN) {
    const { txs, txsRlp } = piped
    return txsRlp === undefined || txsRlp === null || txsRlp === ''
      ? transactionsFromJson(txs, chainId)
      : transactionsFromRlp(readBody(txsRlp, 'txsRlp'))
  }
  const json = readJson(name, 'txs file')
  return name.endsWith('.rlp') ? transactionsFromRlp(readBody(json, 'txs')) : transactionsFromJson(json, chainId)
}

function readBody(json: unknown, path: string): Uint8Array {
  return endingWith(ExitCode.Json, 'transactions', () => {
    const hex = readString(json, path)
    return hexToBytes(hex.startsWith('0x') ? hex : `0x${hex}`, path)
  })
}

/** Slots without 0x are hex here, where elsewhere they would be decimal. */
function prefixed(alloc: unknown): JsonObject {
  const hex = (text: unknown) => (typeof text === 'string' && !text.startsWith('0x') ? `0x${text}` : text)
  const accounts = Object.entries(readObject(alloc, 'alloc')).map(([address, account]) => {
    const fields = readObject(account, `alloc.${address}`)
    const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
    if (present.storage === undefined) return [address, present]
    const slots = Object.entries(readObject(present.storage, `alloc.${address}.storage`))
    return [address, { ...present, storage: Object.fromEntries(slots.map(([key, value]) => [hex(key), hex(value)])) }]
  })
  return Object.fromEntries(accounts) as JsonObject
}

function readJson(file: string | number, what: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new TransitionError(ExitCode.Io, `failed reading ${what}: ${(error as Error).message}`, error)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new TransitionError(ExitCode.Json, `failed unmarshalling ${what}: ${(error as Error).message}`, error)
  }
}

function configOf(values: TransitionValues): ChainConfig {
  const name = values['state.fork'] ?? DEFAULT_FORK
  const chainId = integerOf('state.chainid', values['state.chainid'] ?? DEFAULT_CHAIN_ID)
  if (chainId < 0n) throw configError('state.chainid', 'an integer from 0 on', String(chainId))
  if (name.includes('+')) throw configError('state.fork', 'a fork as it was, without further EIPs', name)
  return endingWith(ExitCode.Config, 'failed constructing chain configuration', () => fixtureNetwork(name, { chainId }))
}

function rewardOf(values: TransitionValues): bigint | undefined {
  const reward = integerOf('state.reward', values['state.reward'] ?? '0')
  return reward < 0n ? undefined : reward
}

/** Decimal, or hex after 0x, within 64 bits and their sign. */
function integerOf(option: string, text: string): bigint {
  const match = /^(-?)(0x[0-9a-f]{1,16}|\d{1,19})$/i.exec(text)
  const value = match === null ? undefined : BigInt(match[2]!) * (match[1] === '-' ? -1n : 1n)
  if (value === undefined || value > MAX_INT64 || value < -MAX_INT64) {
    throw configError(option, 'an integer of 64 bits', text)
  }
  return value
}

function configError(option: string, expected: string, got: string): TransitionError {
  return new TransitionError(ExitCode.Config, invalidOption(option, expected, got).message)
}

function tracesOf(
  values: TransitionValues,
  folder: string,
  counter: OpcodeCounter | undefined,
): TransactionTraces | undefined {
  for (const option of ['trace.tracer', 'trace.jsonconfig', 'trace.callframes'] as const) {
    if (values[option]) throw configError(option, 'no other trace than that of --trace', String(values[option]))
  }
  const files = values.trace
    ? new TraceFiles(folder, {
        memory: values['trace.memory'] === true,
        stack: values['trace.nostack'] !== true,
        returnData: values['trace.returndata'] === true,
      })
    : undefined
  if (counter === undefined) return files
  return {
    begin: (hash) => (files === undefined ? counter : bothTracers(files.begin(hash), counter)),
    end: () => files?.end(),
  }
}

function createFolder(folder: string): string {
  try {
    if (folder !== '') mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new TransitionError(ExitCode.Io, `failed creating output basedir: ${(error as Error).message}`, error)
  }
  return folder
}

function writeOutputs(
  values: TransitionValues,
  folder: string,
  block: CompleteBlock,
  outcome: TransitionOutcome,
): void {
  const outputs = [
    { key: 'alloc', name: values['output.alloc'] ?? 'alloc.json', json: () => allocToJson(outcome.post), indent: 0 },
    { key: 'body', name: values['output.body'] ?? '', json: () => bodyToHex(outcome.included), indent: 1 },
    {
      key: 'result',
      name: values['output.result'] ?? 'result.json',
      json: () => resultToJson(block, outcome),
      indent: 1,
    },
  ]
  for (const { name, json, indent } of outputs) {
    if (name !== '' && name !== 'stdout' && name !== 'stderr')
      writeFile(folder, name, JSON.stringify(json(), null, indent))
  }
  for (const [name, descriptor] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    const chosen = outputs.filter((output) => output.name === name)
    if (chosen.length === 0) continue
    const object = Object.fromEntries(chosen.map(({ key, json }) => [key, json()]))
    writeAll(descriptor, `${JSON.stringify(object, null, 2)}\n`)
  }
}

function writeFile(folder: string, name: string, text: string): void {
  try {
    writeFileSync(join(folder, name), text)
  } catch (error) {
    throw new TransitionError(ExitCode.Io, `failed writing output: ${(error as Error).message}`, error)
  }
}
