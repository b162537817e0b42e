import * as assert from 'uvu/assert'
import { assemble } from '../../bench/program/assembler.js'
import type { AccountFields } from '../../src/state/in-memory.js'
import type { BlockEnvironment } from '../../src/types/block.js'
import { Fork } from '../../src/types/fork.js'
import type { AccountDiff } from '../../src/types/state.js'
import { type Status, statusName } from '../../src/types/status.js'
import type { TraceStep } from '../../src/types/tracer.js'
import type { Message } from '../../src/types/transaction.js'
import { CONTRACT, callIn, environmentOf, machineOf, messageTo, type Outcome, SENDER, stateOf } from './machine.js'

export const MAX: bigint = (1n << 256n) - 1n

/** Assembly (bench/program/assembler.ts) whose zeros are pushed in a way that every fork has. */
export function bytecode(source: string): Uint8Array {
  return source === '' ? new Uint8Array(0) : assemble(source.replaceAll(/(?<=^|\s)0(?=\s|$)/g, 'PUSH1(0)'))
}

/** 32 bytes. */
export function word(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(BigInt.asUintN(256, value).toString(16).padStart(64, '0'), 'hex'))
}

export function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** An address, as the assembler pushes it. */
export function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`
}

/** What there is before, and the call that is made. */
export interface Scene {
  /** The newest one when it is left away. */
  fork?: Fork
  /** Accounts beside CONTRACT and SENDER. */
  pre?: [address: Uint8Array, fields: Omit<AccountFields, 'code'> & { code?: string | Uint8Array }][]
  /** The fields of CONTRACT beside its code. */
  self?: Omit<AccountFields, 'code'>
  environment?: Partial<BlockEnvironment>
  gas?: bigint
  value?: bigint
  data?: Uint8Array
  message?: Partial<Message>
}

export interface Played extends Outcome {
  /** What was returned, as a number. */
  word: bigint
  account(address: Uint8Array): AccountDiff | undefined
  /** The new value of a slot; undefined when it was not written. */
  slot(address: Uint8Array, key: bigint): bigint | undefined
}

function preOf(code: Uint8Array, { pre = [], self }: Scene): [Uint8Array, AccountFields][] {
  return [
    [SENDER, { balance: 1n << 100n }],
    [CONTRACT, { nonce: 1n, ...self, code }],
    ...pre.map(([at, { code: own, ...fields }]): [Uint8Array, AccountFields] => [
      at,
      own === undefined ? fields : { ...fields, code: typeof own === 'string' ? bytecode(own) : own },
    ]),
  ]
}

function messageOf({ gas = 1_000_000n, value = 0n, data = new Uint8Array(0), message }: Scene): Message {
  return messageTo(CONTRACT, { gasLimit: gas, value, data, ...message })
}

/** Runs a program as the code of CONTRACT in both builds, which must agree. */
export function play(program: string | Uint8Array, scene: Scene = {}): Played {
  const environment = environmentOf(scene.fork ?? Fork.Osaka, scene.environment)
  const state = stateOf(preOf(typeof program === 'string' ? bytecode(program) : program, scene))
  const message = messageOf(scene)
  const outcome = callIn('release', environment, state, message)
  assert.equal(outcome, callIn('debug', environment, state, message), 'both builds agree')
  const account = (at: Uint8Array) => outcome.diff.find(({ address }) => Buffer.compare(address, at) === 0)
  return {
    ...outcome,
    word: numberOf(outcome.output),
    account,
    slot(at, key) {
      const found = account(at)?.slots.find(([own]) => numberOf(own) === key)
      return found === undefined ? undefined : numberOf(found[1])
    },
  }
}

/** The word that a program leaves on top of the stack. */
export function top(program: string, scene: Scene = {}): bigint {
  const { status, word: value } = play(`${program} 0 MSTORE 32 0 RETURN`, scene)
  assert.is(statusName(status), 'Return')
  return value
}

/** The gas that a program uses. It must end well. */
export function cost(program: string, scene: Scene = {}): bigint {
  const { status, gasUsed } = play(program, scene)
  assert.ok(status < 0x10, `expected a program that ends well, got ${statusName(status)}`)
  return gasUsed
}

/** How a program ends. */
export function ending(program: string | Uint8Array, scene: Scene = {}): keyof typeof Status {
  return statusName(play(program, scene).status)
}

/** Every instruction that a program executes, from a traced run. */
export function trace(program: string | Uint8Array, scene: Scene = {}): TraceStep[] {
  const machine = machineOf('release')
  const code = typeof program === 'string' ? bytecode(program) : program
  const steps: TraceStep[] = []
  machine.startBlock(environmentOf(scene.fork ?? Fork.Osaka, scene.environment), stateOf(preOf(code, scene)))
  machine.tracer = { step: (step) => steps.push(step), exit: () => {} }
  try {
    machine.call(messageOf(scene))
  } finally {
    delete machine.tracer
  }
  return steps
}
