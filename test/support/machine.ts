import { type AccountFields, InMemoryState } from '../../src/state/in-memory.js'
import type { BlockEnvironment } from '../../src/types/block.js'
import { Fork } from '../../src/types/fork.js'
import type { StateBackend, StateDiff } from '../../src/types/state.js'
import type { Message, TransactionResult } from '../../src/types/transaction.js'
import type { Build } from '../../src/wasm/instantiate.js'
import { createMachine, type Machine } from '../../src/wasm/machine.js'

/** The least that a machine accepts: tests make several. */
export const SMALL_MEMORY: number = 192 << 20

/** 20 bytes that end in `last`; not a precompile. */
export function address(last: number): Uint8Array {
  const bytes = new Uint8Array(20)
  bytes[0] = 0xa0
  bytes[18] = last >> 8
  bytes[19] = last & 0xff
  return bytes
}

/** The 20 bytes of a small number: precompiles live there. */
export function lowAddress(number: number): Uint8Array {
  const bytes = new Uint8Array(20)
  bytes[18] = number >> 8
  bytes[19] = number & 0xff
  return bytes
}

export const SENDER: Uint8Array = address(0xffff)
export const CONTRACT: Uint8Array = address(1)
export const COINBASE: Uint8Array = address(0xc0)

/** A hash that tells the number of its block. */
export function hashOfBlock(number: bigint): Uint8Array {
  const bytes = new Uint8Array(32).fill(0xb1)
  new DataView(bytes.buffer).setBigUint64(24, number)
  return bytes
}

export function environmentOf(fork: number, changes: Partial<BlockEnvironment> = {}): BlockEnvironment {
  return {
    fork,
    chainId: 1n,
    coinbase: COINBASE,
    number: 1000n,
    timestamp: 1_700_000_000n,
    gasLimit: 30_000_000n,
    difficulty: 0x20000n,
    prevRandao: new Uint8Array(32).fill(0x5d),
    baseFee: fork >= Fork.London ? 7n : 0n,
    blobBaseFee: fork >= Fork.Cancun ? 3n : 0n,
    maxBlobs: 9,
    blockHash: hashOfBlock,
    ...changes,
  }
}

export function messageTo(to: Uint8Array | undefined, changes: Partial<Message> = {}): Message {
  return {
    type: 0,
    sender: SENDER,
    nonce: 0n,
    gasLimit: 1_000_000n,
    to,
    value: 0n,
    data: new Uint8Array(0),
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    accessList: [],
    maxFeePerBlobGas: 0n,
    blobVersionedHashes: [],
    authorizations: [],
    ...changes,
  }
}

/** Its sender's next is to be taken. */
export function withoutNonce(message: Message): Message {
  return { ...message, nonce: undefined }
}

const machines = new Map<Build, Machine>()

/** One machine per build and test file: a block is a fresh start. */
export function machineOf(build: Build): Machine {
  let machine = machines.get(build)
  if (machine === undefined) {
    machine = createMachine({ build, memory: SMALL_MEMORY })
    machines.set(build, machine)
  }
  return machine
}

export const BUILDS: readonly Build[] = ['release', 'debug']

export type PreState = Iterable<readonly [address: Uint8Array, fields: AccountFields]>

export function stateOf(pre: PreState): InMemoryState {
  const state = new InMemoryState()
  for (const [at, fields] of pre) state.set(at, fields)
  return state
}

export interface Outcome extends TransactionResult {
  diff: StateDiff
}

/** One bare call as a block of its own. */
export function callIn(build: Build, environment: BlockEnvironment, backend: StateBackend, message: Message): Outcome {
  const machine = machineOf(build)
  machine.startBlock(environment, backend)
  const result = machine.call(message)
  return { ...result, diff: machine.diff() }
}

/** One transaction as a block of its own. */
export function transactIn(
  build: Build,
  environment: BlockEnvironment,
  backend: StateBackend,
  message: Message,
): Outcome {
  const machine = machineOf(build)
  machine.startBlock(environment, backend)
  const result = machine.transact(message)
  return { ...result, diff: machine.diff() }
}
