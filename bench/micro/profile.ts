import { createMachine } from '../../src/wasm/machine.js'
import { PROGRAM_GAS_LIMIT, type Program } from '../program/index.js'
import { messageTo, programState } from './case-machine.js'
import { observe } from './observe.js'
import type { OpcodeMeter } from './opcode-run.js'
import { osakaOpcodes } from './opcode-table.js'
import { timeProgram } from './program-run.js'

/** An opcode, or a question to the host in brackets. */
export interface ProfileRow {
  readonly opcode: string
  readonly count: number
  readonly gas: number
  /** Count times the nanoseconds of the opcode's first case, in milliseconds: an estimate. */
  readonly time: number
}

export interface Profile {
  readonly program: string
  readonly instructions: number
  readonly gas: number
  /** Longest time first. */
  readonly rows: readonly ProfileRow[]
  /** The sum of the rows' estimates, and the measured time of the whole; both in milliseconds. */
  readonly estimated: number
  readonly measured: number
}

const RUNS = 9

export function profileProgram(program: Program, meter: OpcodeMeter): Profile {
  const { instructions, gasUsed, counts, gas, accountsAsked, slotsAsked } = observe(
    messageTo(program.to, program.data, PROGRAM_GAS_LIMIT),
    programState(program),
  )
  const asked = (what: string, count: number, opcode: string) => ({
    opcode: what,
    count,
    gas: 0,
    time: (count * Math.max(0, meter.named(`${opcode} asked of the host`) - meter.named(opcode))) / 1e6,
  })
  const opcodes = osakaOpcodes
    .filter(({ number }) => counts[number]! > 0)
    .map(({ number, name }) => ({
      opcode: name,
      count: counts[number]!,
      gas: gas[number]!,
      time: (counts[number]! * meter.cost(name)) / 1e6,
    }))
  const rows = [
    ...opcodes,
    asked('(account asked)', accountsAsked, 'BALANCE'),
    asked('(slot asked)', slotsAsked, 'SLOAD'),
  ]
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.time - a.time)
  const machine = createMachine()
  const times = Array.from({ length: RUNS }, () => timeProgram(machine, program)).sort((a, b) => a - b)
  return {
    program: program.name,
    instructions,
    gas: gasUsed,
    rows,
    estimated: rows.reduce((sum, { time }) => sum + time, 0),
    measured: times[RUNS >> 1]!,
  }
}
