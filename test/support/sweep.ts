import { nameOf, op, tables } from './opcode.js'

/** Whether it needs a target to jump to. */
const isJump = (opcode: number): boolean => opcode === op('JUMP') || opcode === op('JUMPI')

/** How many bytes of the code are the opcode's argument. */
const argumentSize = (opcode: number): number => Number(/^PUSH(\d+)$/.exec(nameOf(opcode))?.[1] ?? 0)

/** As many words as an opcode takes, each of them `operand`, and the opcode. A jump gets a target, behind itself. */
export function sweepProgram(opcode: number, operand: number, words: number = tables.stackTaken(opcode)): Uint8Array {
  const operands = new Array<number[]>(words).fill([op('PUSH1'), operand]).flat()
  const size = operands.length + 1
  if (isJump(opcode) && words > 0) operands[operands.length - 1] = size
  return Uint8Array.of(
    ...operands,
    opcode,
    ...(isJump(opcode) ? [op('JUMPDEST')] : new Array(argumentSize(opcode)).fill(1)),
  )
}
