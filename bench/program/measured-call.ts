import { assemble } from './assembler.js'
import { benchAddress, contractAt, type Program, type ProgramAccount, word } from './program.js'

const METER = benchAddress(1)
const NOTHING = benchAddress(2)

/**
 * Calls the address in its first word with the rest of its call data. Returns three parts: the gas that left between the
 * two GAS around the call, whether the call succeeded, and what it returned. So gas is measured by the engine's own
 * rules, exactly, and is to be had where an interface (eth_call) does not give it.
 */
const meterCode = assemble(`
  32 CALLDATASIZE SUB 32 0 CALLDATACOPY
  GAS
  0 0 32 CALLDATASIZE SUB 0 0 0 CALLDATALOAD GAS CALL
  GAS SWAP1 32 MSTORE
  SWAP1 SUB 0 MSTORE
  RETURNDATASIZE 0 64 RETURNDATACOPY
  RETURNDATASIZE 64 ADD 0 RETURN`)

/** What every measured call needs beside the program's own accounts. */
export const meterAccounts: ProgramAccount[] = [contractAt(METER, meterCode), contractAt(NOTHING, assemble('STOP'))]

/** A call that does nothing: its gas and time are those of measuring. */
export const emptyProgram: Program = {
  name: 'empty call',
  about: 'a contract that stops at once',
  to: NOTHING,
  data: new Uint8Array(),
  accounts: [],
}

export interface MeasuredResult {
  gas: bigint
  succeeded: boolean
  output: Uint8Array
}

/** The call that runs a program under the meter. */
export function measuredCall({ to, data }: Program): { to: Uint8Array; data: Uint8Array } {
  const padded = word(BigInt(`0x${Buffer.from(to).toString('hex')}`))
  return { to: METER, data: new Uint8Array(Buffer.concat([padded, data])) }
}

export function readMeasuredResult(returned: Uint8Array): MeasuredResult {
  if (returned.length < 64) throw new Error(`a measured call returns at least 64 bytes, got ${returned.length}`)
  const view = Buffer.from(returned.buffer, returned.byteOffset, returned.length)
  return {
    gas: BigInt(`0x${view.toString('hex', 0, 32)}`),
    succeeded: returned[63] === 1,
    output: returned.subarray(64),
  }
}
