import { InMemoryState } from '../../src/state/in-memory.js'
import type { BlockEnvironment } from '../../src/types/block.js'
import { Fork } from '../../src/types/fork.js'
import { Status } from '../../src/types/status.js'
import type { Message } from '../../src/types/transaction.js'
import type { Machine } from '../../src/wasm/machine.js'
import { assemble } from '../program/assembler.js'
import { benchAddress, type Program, word } from '../program/program.js'
import { caseCode, type OpcodeCase } from './opcode-case.js'

const CALLER = benchAddress(0xca)
const DRIVER = benchAddress(0x90)
const WITH_OPCODE = benchAddress(0x91)
const WITHOUT = benchAddress(0x92)

/** Calls the address in its second word as often as the first says, and hands all of its call data on. */
const DRIVER_CODE: Uint8Array = assemble(`
  CALLDATASIZE 0 0 CALLDATACOPY
  0 CALLDATALOAD
  loop: 0 0 CALLDATASIZE 0 0 32 CALLDATALOAD GAS CALL POP
  1 SWAP1 SUB DUP1 @loop JUMPI
  STOP`)

const GAS_LIMIT = 1n << 62n

export const environment: BlockEnvironment = {
  fork: Fork.Osaka,
  chainId: 1n,
  coinbase: benchAddress(0xcb),
  number: 1000n,
  timestamp: 1_770_000_000n,
  gasLimit: GAS_LIMIT,
  difficulty: 0n,
  prevRandao: word(1n << 255n),
  baseFee: 7n,
  blobBaseFee: 1n,
  maxBlobs: 9,
  blockHash: (number) => word(number),
}

export function messageTo(to: Uint8Array, data: Uint8Array, gasLimit: bigint = GAS_LIMIT): Message {
  return {
    type: 0,
    sender: CALLER,
    nonce: 0n,
    gasLimit,
    to,
    value: 0n,
    data,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    accessList: [],
    maxFeePerBlobGas: 0n,
    blobVersionedHashes: [word(1n << 248n)],
    authorizations: [],
  }
}

/** The state that a program starts from. */
export function programState({ accounts }: Pick<Program, 'accounts'>): InMemoryState {
  const state = new InMemoryState()
  for (const { address, code, balance, storage } of accounts) {
    state.set(address, { nonce: 1n, balance, code, slots: storage })
  }
  return state
}

/** The two frames of a case, to be run so many times. */
export interface LoadedCase {
  readonly state: InMemoryState
  readonly withOpcode: (times: number) => void
  readonly without: (times: number) => void
  /** The same frames as single calls, for whoever wants to see inside. */
  readonly messages: readonly [withOpcode: Message, without: Message]
}

/** Puts the frames of a case on the machine, as a new block. */
export function loadCase(machine: Machine, subject: OpcodeCase): LoadedCase {
  const codes = [
    [DRIVER, DRIVER_CODE],
    [WITH_OPCODE, caseCode(subject, 'unit')],
    [WITHOUT, caseCode(subject, 'base')],
  ] as const
  const own = codes.map(([address, code]) => ({ address, code, balance: 1n << 64n, storage: [] }))
  const state = programState({ accounts: [...own, ...subject.accounts] })
  machine.startBlock(environment, state)

  const { renewal, payload, name } = subject
  const expected = subject.ending === 'STOP' ? Status.Stop : Status.Revert
  const dataFor = (first: bigint, target: Uint8Array) =>
    new Uint8Array(Buffer.concat([word(first), word(BigInt(`0x${Buffer.from(target).toString('hex')}`)), payload]))
  let transactions = 0n

  const call = (target: Uint8Array) => {
    if (renewal === 'block') machine.startBlock(environment, state)
    const { status } = machine.call(messageTo(target, dataFor(++transactions, target)))
    if (status !== expected) throw new Error(`BUG: ${name} ended with status 0x${status.toString(16)}`)
  }
  const runner = (target: Uint8Array) => (times: number) => {
    if (renewal === 'frame') machine.call(messageTo(DRIVER, dataFor(BigInt(times), target)))
    else for (let i = 0; i < times; i++) call(target)
  }

  // The driver does not look at how its calls ended.
  call(WITH_OPCODE)
  call(WITHOUT)
  return {
    state,
    withOpcode: runner(WITH_OPCODE),
    without: runner(WITHOUT),
    messages: [messageTo(WITH_OPCODE, dataFor(1n, WITH_OPCODE)), messageTo(WITHOUT, dataFor(1n, WITHOUT))],
  }
}
