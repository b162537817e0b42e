import { bytesToHex } from '../codec/hex.js'
import { isSuccess, Status } from '../types/status.js'
import type { TraceExit, Tracer, TraceStep } from '../types/tracer.js'
import { statusText, stepErrorText } from './error-text.js'
import { opcodeName } from './opcode.js'

export interface TraceOptions {
  memory?: boolean
  stack?: boolean
  returnData?: boolean
}

const FLUSH_SIZE = 1 << 16

const JUMP = 0x56
const JUMPI = 0x57
const RETURNDATACOPY = 0x3e
const LOG0 = 0xa0
const LOG4 = 0xa4
const REVERT = 0xfd
const SELFDESTRUCT = 0xff

/** What fails while it is checked and charged is printed once; what fails while it executes has its line already. */
const FAILS_BEFORE_EXECUTION: ReadonlySet<number> = new Set<number>([
  Status.OutOfGas,
  Status.StackUnderflow,
  Status.StackOverflow,
  Status.InitcodeTooLarge,
])

/**
 * Prints execution as geth does with --trace: a JSON object (EIP-3155) for each instruction and one for the end of each
 * call, byte for byte, so that tools which compare clients need no exception for this one.
 */
export class Eip3155Tracer implements Tracer {
  readonly wants: TraceOptions
  #text = ''
  readonly #write: (text: string) => void
  /** geth reports a self-destruct as a call that ends at once, after the instruction and before its frame. */
  #selfDestructs = false

  constructor(write: (text: string) => void, options: TraceOptions = {}) {
    this.#write = write
    this.wants = options
  }

  step(step: TraceStep): void {
    const error = step.error ?? (step.op === REVERT ? Status.Revert : undefined)
    this.#selfDestructs = step.op === SELFDESTRUCT && error === undefined
    if (error === undefined) {
      this.#line(step, step.stack, step.memSize, step.returnData)
      return
    }
    const text = stepErrorText(error, step.op, step.stack.length)
    if (FAILS_BEFORE_EXECUTION.has(error)) {
      this.#line(step, step.stack, step.memSize, step.returnData, text)
      return
    }
    this.#line(step, step.stack, step.memSize, step.returnData)
    const kept = step.stack.slice(0, step.stack.length - takenBeforeFailure(step.op))
    this.#line(step, kept, expandedMemory(step), undefined, text)
  }

  exit(exit: TraceExit): void {
    if (this.#selfDestructs) this.#end(new Uint8Array(0), 0n, undefined)
    this.#selfDestructs = false
    this.#end(exit.output, exit.gasUsed, isSuccess(exit.status) ? undefined : statusText(exit.status))
  }

  flush(): void {
    if (this.#text.length > 0) this.#write(this.#text)
    this.#text = ''
  }

  #line(step: TraceStep, stack: bigint[], memSize: number, returnData?: Uint8Array, error?: string): void {
    const { memory } = step
    let line = `{"pc":${step.pc},"op":${step.op},"gas":"0x${step.gas.toString(16)}","gasCost":"0x${step.gasCost.toString(16)}"`
    if (this.wants.memory && memory !== undefined && memory.length > 0) line += `,"memory":"${bytesToHex(memory)}"`
    line += `,"memSize":${memSize},"stack":`
    if (this.wants.stack === false) line += 'null'
    else if (stack.length === 0) line += '[]'
    else {
      let separator = '["0x'
      for (const word of stack) {
        line += separator + word.toString(16)
        separator = '","0x'
      }
      line += '"]'
    }
    if (this.wants.returnData && returnData !== undefined && returnData.length > 0) {
      line += `,"returnData":"${bytesToHex(returnData)}"`
    }
    line += `,"depth":${step.depth},"refund":${step.refund},"opName":"${opcodeName(step.op)}"`
    if (error !== undefined) line += `,"error":"${escapeAngles(error)}"`
    this.#append(`${line}}\n`)
  }

  #end(output: Uint8Array, gasUsed: bigint, error: string | undefined): void {
    const suffix = error === undefined ? '' : `,"error":"${escapeAngles(error)}"`
    this.#append(`{"output":"${bytesToHex(output).slice(2)}","gasUsed":"0x${gasUsed.toString(16)}"${suffix}}\n`)
  }

  #append(text: string): void {
    this.#text += text
    if (this.#text.length >= FLUSH_SIZE) this.flush()
  }
}

/** Go's JSON encoder escapes what could end a script element. */
function escapeAngles(text: string): string {
  return text.replace(/</g, '\\u003c').replace(/>/g, '\\u003e')
}

/** geth prints a failure as the instruction left the stack, and these take their words before they find out. */
function takenBeforeFailure(op: number): number {
  switch (op) {
    case JUMP:
      return 1
    case JUMPI:
    case REVERT:
      return 2
    case RETURNDATACOPY:
      return 3
    default:
      return 0
  }
}

/** The memory has been expanded by the time that these fail. */
function expandedMemory(step: TraceStep): number {
  const { op, stack, memSize } = step
  const isExpanding = op === REVERT || op === RETURNDATACOPY || (op >= LOG0 && op <= LOG4)
  if (!isExpanding) return memSize
  const offset = stack.at(-1)!
  const size = stack.at(op === RETURNDATACOPY ? -3 : -2)!
  if (size === 0n) return memSize
  return Math.max(memSize, Number((offset + size + 31n) / 32n) * 32)
}
