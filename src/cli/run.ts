import { readFileSync } from 'node:fs'
import { forkAt } from '../chain/config.js'
import { fixtureNetwork } from '../chain/fixture-network.js'
import { equalBytes } from '../codec/bytes.js'
import { bytesToHex, hexToBytes, parseQuantity } from '../codec/hex.js'
import { InputError } from '../errors.js'
import { InMemoryState } from '../state/in-memory.js'
import { Eip3155Tracer } from '../trace/eip3155.js'
import type { BlockEnvironment } from '../types/block.js'
import { isSuccess, statusName } from '../types/status.js'
import type { Message, TransactionResult } from '../types/transaction.js'
import { createMachine, LARGEST_MEMORY, type Machine } from '../wasm/machine.js'
import { invalidOption, type Options, parseArguments, type Values } from './args.js'
import { measure } from './bench.js'
import type { Command } from './command.js'
import { writeAll } from './output.js'

const OPTIONS = {
  code: { type: 'string', value: 'HEX', help: 'the code to run' },
  'code-file': {
    type: 'string',
    value: 'FILE',
    help: 'a file with the code in hex; - is standard input',
    aliases: ['codefile'],
  },
  input: { type: 'string', value: 'HEX', help: 'the call data' },
  gas: { type: 'string', value: 'N', help: 'the gas limit, below 2^64; 10,000,000,000 by default' },
  fork: { type: 'string', value: 'F', help: 'the rules, Frontier to Osaka; Osaka by default' },
  sender: { type: 'string', value: 'ADDRESS', help: 'who calls' },
  receiver: { type: 'string', value: 'ADDRESS', help: 'where the code lies' },
  value: { type: 'string', value: 'N', help: 'wei sent along; the sender has them' },
  create: { type: 'boolean', help: 'run the code as the initcode of a new contract' },
  trace: { type: 'boolean', help: 'EIP-3155 lines on standard error' },
  bench: { type: 'boolean', help: 'repeat it, and print ns per instruction and Mgas/s' },
  timeout: { type: 'number', value: 'SECONDS', help: 'give up after; 60 by default' },
} as const satisfies Options

type RunValues = Values<typeof OPTIONS>

const DEFAULT_GAS = 10_000_000_000n
const DEFAULT_TIMEOUT_SECONDS = 60
const DEFAULT_SENDER = '0x00000000000000000000000000000000000000ca'
const DEFAULT_RECEIVER = '0x00000000000000000000000000000000000000ce'
const STANDARD_INPUT = 0
/** Decoded code takes up to 16 times its size; no protocol allows this much, and memory that is not used costs nothing. */
const LONG_CODE = 1 << 20

export const run: Command = {
  summary: 'run code once: its output, gas used and status',
  usage: 'heddle run --code HEX [options]',
  details: 'A bare call: no validation, no nonce, no fees and no intrinsic gas.',
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = parseArguments(args, OPTIONS)
    if (positionals.length > 0)
      throw invalidOption('code', 'the code behind it, and nothing without an option', positionals[0]!)
    const call = prepare(values)
    const machine = createMachine(call.codeSize > LONG_CODE ? { memory: LARGEST_MEMORY } : {})
    machine.timeLimit = timeLimitOf(values)
    const result = values.trace ? runTraced(machine, call) : runOnce(machine, call)
    writeAll(1, describe(result, outputOf(machine, result)))
    if (values.bench)
      writeAll(
        1,
        measure(machine, () => runOnce(machine, call)),
      )
    return 0
  },
}

interface Call {
  codeSize: number
  environment: BlockEnvironment
  state: InMemoryState
  message: Message
}

function prepare(values: RunValues): Call {
  const code = readCode(values)
  const input = readHex('input', values.input ?? '')
  const sender = readHex('sender', values.sender ?? DEFAULT_SENDER, 20)
  const receiver = readHex('receiver', values.receiver ?? DEFAULT_RECEIVER, 20)
  const gasLimit = values.gas === undefined ? DEFAULT_GAS : parseQuantity(values.gas, '--gas', 64)
  const value = values.value === undefined ? 0n : parseQuantity(values.value, '--value')
  const state = new InMemoryState()
  state.set(sender, { balance: value })
  if (!values.create) {
    const isOwn = bytesToHex(sender) === bytesToHex(receiver)
    state.set(receiver, { code, balance: isOwn ? value : 0n })
  }
  return {
    codeSize: code.length,
    environment: createEnvironment(values.fork ?? 'Osaka', gasLimit),
    state,
    message: {
      type: 0,
      sender,
      nonce: 0n,
      gasLimit,
      to: values.create ? undefined : receiver,
      value,
      data: values.create ? Buffer.concat([code, input]) : input,
      maxFeePerGas: 0n,
      maxPriorityFeePerGas: 0n,
      accessList: [],
      maxFeePerBlobGas: 0n,
      blobVersionedHashes: [],
      authorizations: [],
    },
  }
}

function createEnvironment(forkName: string, gasLimit: bigint): BlockEnvironment {
  const config = fixtureNetwork(forkName)
  const position = { number: 1n, timestamp: 1n }
  return {
    fork: forkAt(config, position),
    chainId: config.chainId,
    coinbase: new Uint8Array(20),
    ...position,
    gasLimit,
    difficulty: 0n,
    prevRandao: new Uint8Array(32),
    baseFee: 0n,
    blobBaseFee: 1n,
    maxBlobs: config.blobSchedules.at(-1)?.schedule.max ?? 0,
    blockHash: () => new Uint8Array(32),
  }
}

function runOnce(machine: Machine, { environment, state, message }: Call): TransactionResult {
  machine.startBlock(environment, state)
  return machine.call(message)
}

/** A creation puts out the code that it left behind. */
function outputOf(machine: Machine, { status, output, contractAddress }: TransactionResult): Uint8Array {
  if (contractAddress === undefined || !isSuccess(status)) return output
  const created = machine.diff().find(({ address }) => equalBytes(address, contractAddress))
  return created?.code ?? output
}

function runTraced(machine: Machine, call: Call): TransactionResult {
  const tracer = new Eip3155Tracer((text) => writeAll(2, text))
  machine.tracer = tracer
  try {
    return runOnce(machine, call)
  } finally {
    tracer.flush()
    delete machine.tracer
  }
}

function describe({ gasUsed, status, contractAddress }: TransactionResult, output: Uint8Array): string {
  const address =
    contractAddress === undefined || !isSuccess(status) ? '' : `contract: ${bytesToHex(contractAddress)}\n`
  return `output: ${bytesToHex(output)}\ngas used: ${gasUsed}\nstatus: ${statusName(status)}\n${address}`
}

function readCode(values: RunValues): Uint8Array {
  const file = values['code-file']
  if ((values.code === undefined) === (file === undefined)) {
    throw invalidOption('code', 'hex, here or in --code-file', file === undefined ? 'neither' : 'both')
  }
  if (file === undefined) return readHex('code', values.code!)
  try {
    return readHex('code-file', readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8').replace(/\s+/g, ''))
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(
      'UnreadableFile',
      `--code-file: ${file} cannot be read: ${(error as Error).message}`,
      { file },
      error,
    )
  }
}

/** On a command line 0x may be left away. */
function readHex(option: string, text: string, length?: number): Uint8Array {
  return hexToBytes(/^0x/i.test(text) ? `0x${text.slice(2)}` : `0x${text}`, `--${option}`, length)
}

function timeLimitOf({ timeout = DEFAULT_TIMEOUT_SECONDS }: RunValues): number {
  if (timeout < 1) throw invalidOption('timeout', 'at least 1', String(timeout))
  return timeout * 1000
}
