import { assemble } from './assembler.js'
import { benchAddress, contractAt, type Program, word } from './program.js'

/** Odd and without structure: products and quotients of it stay full-width. */
const FULL_WIDTH = '0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95'
const BN254_FIELD = '0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47'

const TRIVIAL = benchAddress(0x80)
const DESCENT = benchAddress(0x81)

/** `body` finds the counter on top of the stack and leaves it there; what `before` pushed lies beneath. */
function loop(times: number, before: string, body: string): string {
  return `${before} 0 loop: ${body} 1 ADD ${times} DUP2 LT @loop JUMPI`
}

/** Returns the word under the counter. */
const RETURN_SECOND = 'POP 0 MSTORE 32 0 RETURN'
/** [w, i, sum] to [i, sum + w]. */
const ADD_TO_SUM = 'SWAP1 SWAP2 ADD SWAP1'
/** [q, x, sum] to [x, sum ^ q]. */
const XOR_INTO_SUM = 'SWAP1 SWAP2 XOR SWAP1'

const sources: { name: string; about: string; source: string; storage?: [Uint8Array, Uint8Array][] }[] = [
  {
    name: 'loop',
    about: 'tight loop of ADD, LT, JUMPI, 1,000,000 times',
    source: `${loop(1_000_000, '', '')} 0 MSTORE 32 0 RETURN`,
  },
  {
    name: 'mul',
    about: '4 full-width MUL, 250,000 times',
    source: `${loop(250_000, `${FULL_WIDTH} 3`, 'SWAP1 DUP3 MUL DUP3 MUL DUP3 MUL DUP3 MUL SWAP1')} ${RETURN_SECOND}`,
  },
  {
    name: 'mulmod',
    about: '2 MULMOD by the BN254 field, 200,000 times',
    source: `${loop(
      200_000,
      `${BN254_FIELD} ${FULL_WIDTH} 3`,
      'SWAP1 DUP4 SWAP1 DUP4 MULMOD DUP4 SWAP1 DUP4 MULMOD SWAP1',
    )} ${RETURN_SECOND}`,
  },
  {
    name: 'exp',
    about: 'EXP by a 32-byte exponent and 10 to a small one, 10,000 times',
    // Base and exponent stay odd: powers of an even base soon are 0.
    source: `${loop(10_000, '3', `SWAP1 ${FULL_WIDTH} SWAP1 EXP DUP2 63 AND 10 EXP 1 SHL XOR SWAP1`)} ${RETURN_SECOND}`,
  },
  {
    name: 'div-mod',
    about: 'DIV by 128 bits, MOD by 64, SDIV by 192, SMOD by 10^18, 100,000 times',
    // [i, sum, x, a]: x = x * a + 1 generates full-width values. Divisors are cut from the middle of x: its upper part
    // would give the same quotient every time.
    source: `${loop(
      100_000,
      `${FULL_WIDTH} 3 0`,
      `SWAP2 DUP4 MUL 1 ADD
       DUP1 64 SHL 128 SHR 1 OR DUP2 DIV ${XOR_INTO_SUM}
       DUP1 100 SHL 192 SHR 1 OR DUP2 MOD ${XOR_INTO_SUM}
       DUP1 30 SHL 64 SHR 1 OR DUP2 SDIV ${XOR_INTO_SUM}
       1000000000000000000 DUP2 SMOD ${XOR_INTO_SUM}
       SWAP2`,
    )} ${RETURN_SECOND}`,
  },
  {
    name: 'memory',
    about: 'MLOAD and MSTORE at offsets of 8, MSTORE8 and MLOAD over 16 KiB, 200,000 times',
    source: `${loop(
      200_000,
      '0',
      `DUP1 40 MUL 0x3fff AND DUP1 MLOAD DUP3 ADD SWAP1 MSTORE
       DUP1 DUP2 0x1fff AND MSTORE8
       DUP1 5 SHL 0x3fff AND MLOAD ${ADD_TO_SUM}`,
    )} ${RETURN_SECOND}`,
  },
  {
    name: 'storage',
    about: '2 SLOAD and 1 SSTORE over 16 warm slots, 50,000 times',
    source: `${loop(
      50_000,
      '0',
      `DUP1 15 AND DUP1 SLOAD DUP3 ADD 1 ADD SWAP1 SSTORE
       DUP1 3 MUL 15 AND SLOAD ${ADD_TO_SUM}`,
    )} ${RETURN_SECOND}`,
    storage: Array.from({ length: 16 }, (_, slot) => [word(BigInt(slot)), word(BigInt(slot) + 1n)]),
  },
  {
    name: 'hash',
    about: 'KECCAK256 of 64 bytes, each over the last hash, 10,000 times',
    source: `${loop(10_000, '', 'DUP1 0 MSTORE 64 0 KECCAK256 32 MSTORE')} 32 32 RETURN`,
  },
  {
    name: 'call',
    about: 'CALL of a trivial contract with a word in and a word out, 10,000 times',
    source: `${loop(
      10_000,
      '0',
      `DUP1 0 MSTORE 32 32 32 0 0 ${hex(TRIVIAL)} GAS CALL 32 MLOAD MUL ${ADD_TO_SUM}`,
    )} ${RETURN_SECOND}`,
  },
  {
    name: 'nested-call',
    about: 'a contract that calls itself 500 deep, 20 times',
    source: `${loop(20, '0', `500 0 MSTORE 32 0 32 0 0 ${hex(DESCENT)} GAS CALL 0 MLOAD MUL ${ADD_TO_SUM}`)} ${RETURN_SECOND}`,
  },
]

/** Returns its argument plus one. */
const trivial = contractAt(TRIVIAL, assemble('0 CALLDATALOAD 1 ADD 0 MSTORE 32 0 RETURN'))

/** Given n > 0 calls itself with n - 1; returns how many of those calls succeeded: n, when all did. */
const descent = contractAt(
  DESCENT,
  assemble(`0 CALLDATALOAD DUP1 @deeper JUMPI 32 0 RETURN
    deeper: 1 SWAP1 SUB 0 MSTORE 32 0 32 0 0 ADDRESS GAS CALL 0 MLOAD ADD 0 MSTORE 32 0 RETURN`),
)

const callees = new Map([
  ['call', [trivial]],
  ['nested-call', [descent]],
])

/** Programs written in bytecode: each presses on one part of an engine. */
export const bytecodePrograms: Program[] = sources.map(({ name, about, source, storage }, index) => {
  const to = benchAddress(0x10 + index)
  return {
    name,
    about,
    to,
    data: new Uint8Array(),
    accounts: [contractAt(to, assemble(source), storage), ...(callees.get(name) ?? [])],
  }
})

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`
}
