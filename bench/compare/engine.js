// What main.js asks of an engine; each of the other files here gives one.

/**
 * @typedef {import('../../dist/bench/program/index.js').ProgramAccount} ProgramAccount
 * @typedef {{ to: Uint8Array, data: Uint8Array, gasLimit: bigint }} Call
 * @typedef {{ output: Uint8Array, ms: number }} CallResult what the called contract returned, and how long it took
 *
 * @typedef {object} Engine
 * @property {string} name
 * @property {boolean} subtractsEmptyCall whether a call carries a cost outside execution, to be taken off
 * @property {(call: Call) => Promise<CallResult>} call runs on the state as it was given, and leaves it as it was
 * @property {() => Promise<void>} close
 *
 * @typedef {(accounts: ProgramAccount[]) => Promise<Engine>} EngineFactory
 */

/** The rules that every engine runs by; Osaka would cap a transaction at 2^24 gas. */
export const FORK = 'prague'

/** An account without code that sends every call. */
export const CALLER = new Uint8Array(Buffer.from('ca11e40000000000000000000000000000000001', 'hex'))

/** @param {Uint8Array} bytes @returns {`0x${string}`} */
export function hex(bytes) {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`
}
