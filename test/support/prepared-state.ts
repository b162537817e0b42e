import type { AccountFields } from '../../src/state/in-memory.js'
import { bytecode, word } from './bytecode.js'
import { CONTRACT, SENDER } from './machine.js'
import {
  BOOMERANG,
  CALLEE,
  DELEGATED,
  ECHO,
  HOLLOW,
  KEEPER,
  MORTAL,
  type RandomProgram,
  REVERTER,
  RICH,
  WASTER,
} from './random-program.js'

/** Their behaviour is the same in every fork: none needs an instruction that is younger than Byzantium, or PUSH0. */
const COMPANIONS: readonly (readonly [Uint8Array, AccountFields])[] = [
  [ECHO, { nonce: 1n, code: bytecode('CALLDATASIZE 0 0 CALLDATACOPY CALLDATASIZE 0 RETURN') }],
  [REVERTER, { nonce: 1n, balance: 5n, code: bytecode('1 1 SSTORE 64 0 LOG0 7 0 MSTORE 40 0 REVERT') }],
  [
    KEEPER,
    {
      nonce: 1n,
      code: bytecode(
        '0 SLOAD 1 ADD 0 SSTORE CALLVALUE 1 SSTORE 0 2 SSTORE CALLER 0 0 LOG1 0 SLOAD 0 MSTORE 32 0 RETURN',
      ),
      slots: [
        [word(0n), word(9n)],
        [word(2n), word(3n)],
      ],
    },
  ],
  [MORTAL, { nonce: 1n, balance: 11n, code: bytecode('CALLER SELFDESTRUCT'), slots: [[word(1n), word(1n)]] }],
  // Calls whoever called it with half of its gas, and gives their answer on.
  [BOOMERANG, { nonce: 1n, balance: 2n, code: bytecode('32 0 0 0 1 CALLER 2 GAS DIV CALL 0 MSTORE 32 0 RETURN') }],
  [WASTER, { nonce: 1n, code: bytecode('again: GAS POP @again JUMP') }],
  [DELEGATED, { nonce: 4n, balance: 6n, code: Uint8Array.of(0xef, 0x01, 0x00, ...KEEPER) }],
  [RICH, { balance: 1_000_000n }],
  [HOLLOW, {}],
]

const SLOTS: [Uint8Array, Uint8Array][] = [
  [word(0n), word(1n)],
  [word(1n), word(2n)],
  [word(3n), word(0xffn)],
]

/** The world that a random program runs in. */
export function preparedState(program: RandomProgram): [Uint8Array, AccountFields][] {
  return [
    [SENDER, { balance: 1n << 80n }],
    [CONTRACT, { nonce: 1n, balance: 1000n, code: program.code, slots: SLOTS }],
    [CALLEE, { nonce: 3n, balance: 50n, code: program.callee, slots: SLOTS }],
    ...COMPANIONS.map(([at, fields]): [Uint8Array, AccountFields] => [at, fields]),
  ]
}
