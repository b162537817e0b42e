import { bytecodePrograms } from './bytecode.js'
import { contractPrograms, readContracts } from './contract.js'
import type { Program } from './program.js'

export { emptyProgram, type MeasuredResult, measuredCall, meterAccounts, readMeasuredResult } from './measured-call.js'
export { PROGRAM_GAS_LIMIT, type Program, type ProgramAccount } from './program.js'

/** Every program that bench:wasm and bench:compare run. */
export function readPrograms(): Program[] {
  return [...bytecodePrograms, ...contractPrograms(readContracts())]
}
