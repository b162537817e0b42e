import { assemble } from '../program/assembler.js'
import type { ProgramAccount } from '../program/program.js'

/**
 * How one opcode is measured: a frame that runs `setup` and then `count` repetitions of `unit`, against a frame with `base`
 * in the place of `unit`, which prepares the same operands and leaves the opcode out.
 */
export interface OpcodeCase {
  /** The opcode, and what is special about this case: `SLOAD cold`. */
  readonly name: string
  readonly opcode: string
  readonly setup: string
  readonly unit: (index: number) => string
  readonly base: (index: number) => string
  readonly count: number
  /** REVERT undoes what the units did, so that the next frame finds the same state. */
  readonly ending: 'STOP' | 'REVERT'
  /**
   * What happens between two frames. `frame`: nothing, one transaction calls the code again and again. `transaction`: each is
   * a transaction, so that nothing is warm. `block`: each is a block, so that the core has to ask for its state again.
   */
  readonly renewal: 'frame' | 'transaction' | 'block'
  /** The opcode that `base` has in its place: what that takes is added to the difference. */
  readonly plus?: string
  /** Other opcodes that the unit executes beside it, and the base does not. */
  readonly includes?: readonly string[]
  /** Follows the two words of call data that the driver reads. */
  readonly payload: Uint8Array
  readonly accounts: readonly ProgramAccount[]
}

export type CaseOptions = Partial<Omit<OpcodeCase, 'opcode'>> & {
  /** What distinguishes the case from others of the opcode. */
  readonly variant?: string
}

/** The stack may grow by this much under the repetitions. */
const ROOM = 900
const MOST_REPETITIONS = 256

export function createCase(
  opcode: string,
  unit: OpcodeCase['unit'],
  base: OpcodeCase['base'],
  { variant, ...options }: CaseOptions = {},
): OpcodeCase {
  return {
    name: variant === undefined ? opcode : `${opcode} ${variant}`,
    opcode,
    setup: '',
    unit,
    base,
    count: MOST_REPETITIONS,
    ending: 'STOP',
    renewal: 'frame',
    payload: new Uint8Array(),
    accounts: [],
    ...options,
  }
}

/** An opcode that takes nothing: its results pile up. */
export function growing(opcode: string, word: string = opcode): OpcodeCase {
  return createCase(
    opcode,
    () => word,
    () => '',
    { count: 2 * MOST_REPETITIONS },
  )
}

/** An opcode on operands that stand below, top first, and are duplicated for each repetition; its result is dropped. */
export function onOperands(
  opcode: string,
  put: number,
  operands: readonly string[],
  options: CaseOptions = {},
): OpcodeCase {
  const taken = operands.length
  const prepare = `DUP${taken} `.repeat(taken)
  const drop = ' POP'.repeat(put)
  return createCase(
    opcode,
    () => prepare + opcode + drop,
    () => prepare + drop,
    {
      count: repetitions(taken - put),
      ...options,
      setup: `${options.setup ?? ''} ${[...operands].reverse().join(' ')}`,
    },
  )
}

/** An opcode whose operands differ from one repetition to the next: `operands(index)`, top first, are pushed. */
export function onPushed(
  opcode: string,
  put: number,
  operands: (index: number) => readonly string[],
  options: CaseOptions = {},
): OpcodeCase {
  const prepare = (index: number) => [...operands(index)].reverse().join(' ')
  const drop = ' POP'.repeat(put)
  return createCase(
    opcode,
    (index) => `${prepare(index)} ${opcode}${drop}`,
    (index) => prepare(index) + drop,
    { count: repetitions(operands(0).length - put), ...options },
  )
}

function repetitions(growth: number): number {
  return growth <= 0 ? MOST_REPETITIONS : Math.min(MOST_REPETITIONS, Math.floor(ROOM / growth))
}

/** The code of the frame with the opcode, or of the one without. */
export function caseCode(subject: OpcodeCase, part: 'unit' | 'base'): Uint8Array {
  const units = Array.from({ length: subject.count }, (_, index) => subject[part](index))
  const ending = subject.ending === 'STOP' ? 'STOP' : '0 0 REVERT'
  return assemble([subject.setup, ...units, ending].join(' '))
}
