import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Status } from '../../src/types/status.js'
import { createMachine, type Machine } from '../../src/wasm/machine.js'
import { PROGRAM_GAS_LIMIT, type Program } from '../program/index.js'
import { environment, messageTo, programState } from './case-machine.js'
import { observe } from './observe.js'

export interface ProgramResult {
  readonly name: string
  readonly gas: number
  readonly instructions: number
  /** Milliseconds of the first call in a new process: code is decoded, and the core itself not optimised yet. */
  readonly firstInProcess: number
  /** The same on a new machine in this process: code is decoded, state is asked for, memory touched for the first time. */
  readonly firstOnMachine: number
  /** The median of the calls after that. */
  readonly steady: number
  readonly fastest: number
  readonly slowest: number
  readonly runs: number
}

const FIRST_CALL = fileURLToPath(new URL('./first-call.js', import.meta.url))
const BUDGET_MILLISECONDS = 700
const FEWEST_RUNS = 5
/** Runs that are not counted: V8 optimises in the background. */
const WARM_UP_RUNS = 2

export function runProgram(program: Program): ProgramResult {
  const { gasUsed, instructions } = observe(
    messageTo(program.to, program.data, PROGRAM_GAS_LIMIT),
    programState(program),
  )
  const firstInProcess = Number(execFileSync(process.execPath, [FIRST_CALL, program.name], { encoding: 'utf8' }))
  const machine = createMachine()
  const firstOnMachine = timeProgram(machine, program)
  const times: number[] = []
  const end = performance.now() + BUDGET_MILLISECONDS
  for (let i = 0; i < WARM_UP_RUNS; i++) timeProgram(machine, program)
  while (times.length < FEWEST_RUNS || performance.now() < end) times.push(timeProgram(machine, program))
  times.sort((a, b) => a - b)
  return {
    name: program.name,
    gas: gasUsed,
    instructions,
    firstInProcess,
    firstOnMachine,
    steady: times[times.length >> 1]!,
    fastest: times[0]!,
    slowest: times.at(-1)!,
    runs: times.length,
  }
}

/** Milliseconds of one call in a new block, so that every call starts from the same state. */
export function timeProgram(machine: Machine, program: Program): number {
  machine.startBlock(environment, programState(program))
  const message = messageTo(program.to, program.data, PROGRAM_GAS_LIMIT)
  const start = performance.now()
  const { status } = machine.call(message)
  const elapsed = performance.now() - start
  if (status !== Status.Return) throw new Error(`${program.name}: ended with status 0x${status.toString(16)}`)
  return elapsed
}
