import { createMachine, type Machine } from '../../src/wasm/machine.js'
import { type MeasureOptions, measureDifference } from '../harness.js'
import { loadCase } from './case-machine.js'
import type { OpcodeCase } from './opcode-case.js'
import { casesOf } from './opcode-cases.js'
import { osakaOpcodes } from './opcode-table.js'

export interface OpcodeResult {
  readonly name: string
  readonly opcode: string
  readonly nanoseconds: number
  /** Half of the repetitions lie within this many nanoseconds. */
  readonly spread: number
}

const OPTIONS: MeasureOptions = { batchTime: 1, batches: 25, warmUp: 40 }
const WARM_UP_MILLISECONDS = 400

/** Measures cases one by one on a machine of its own. */
export class OpcodeMeter {
  readonly #machine: Machine = createMachine()
  readonly #known = new Map<string, OpcodeResult>()
  readonly #options: MeasureOptions

  constructor(options: MeasureOptions = OPTIONS) {
    this.#options = options
    // The interpreter's loop is one large function: V8 takes its time to optimise it.
    const { withOpcode } = loadCase(this.#machine, firstCase('ADD'))
    const end = performance.now() + WARM_UP_MILLISECONDS
    while (performance.now() < end) withOpcode(10)
  }

  measure(subject: OpcodeCase): OpcodeResult {
    const known = this.#known.get(subject.name)
    if (known !== undefined) return known
    const { withOpcode, without } = loadCase(this.#machine, subject)
    const { nanoseconds, noise } = measureDifference(withOpcode, without, this.#options)
    const difference = nanoseconds / subject.count
    const result = {
      name: subject.name,
      opcode: subject.opcode,
      nanoseconds: difference + (subject.plus === undefined ? 0 : this.#first(subject.plus)),
      spread: Math.abs(noise * difference),
    }
    this.#known.set(subject.name, result)
    return result
  }

  /** What one instruction takes by its first case, without those that were measured along with it. */
  cost(opcode: string): number {
    const subject = firstCase(opcode)
    const others = (subject.includes ?? []).reduce((sum, name) => sum + this.#first(name), 0)
    return Math.max(0, this.measure(subject).nanoseconds - others)
  }

  /** What the case of that name takes. */
  named(name: string): number {
    const subject = allOpcodeCases().find((candidate) => candidate.name === name)
    if (subject === undefined) throw new Error(`BUG: no case is named ${name}`)
    return this.measure(subject).nanoseconds
  }

  #first(opcode: string): number {
    return this.measure(firstCase(opcode)).nanoseconds
  }
}

export function allOpcodeCases(): OpcodeCase[] {
  return osakaOpcodes.flatMap(casesOf)
}

function firstCase(name: string): OpcodeCase {
  const opcode = osakaOpcodes.find((candidate) => candidate.name === name)
  const [first] = opcode === undefined ? [] : casesOf(opcode)
  if (first === undefined) throw new Error(`BUG: no case measures ${name}`)
  return first
}
