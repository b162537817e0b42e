import type { AccountFields } from '../../src/state/in-memory.js'
import { bytecode, word } from './bytecode.js'
import { address } from './machine.js'

/**
 * Contracts that make transactions depend on one another in every way there is. Arguments are words of calldata. None needs an
 * instruction that is younger than London, or PUSH0, except for the transient lock, which calls fail on before Cancun.
 */
export const COUNTER: Uint8Array = address(0x101)
export const TOKEN: Uint8Array = address(0x102)
export const POOL: Uint8Array = address(0x103)
export const LOOKER: Uint8Array = address(0x104)
export const MIXER: Uint8Array = address(0x105)
export const FORWARDER: Uint8Array = address(0x106)
export const FAILER: Uint8Array = address(0x107)
export const FACTORY: Uint8Array = address(0x108)
export const SPAWNER: Uint8Array = address(0x109)
export const WALLET: Uint8Array = address(0x10a)
export const LOCK: Uint8Array = address(0x10b)
export const MORTALS: readonly Uint8Array[] = [address(0x110), address(0x111), address(0x112)]

export const TOKEN_TRANSFER = 0xa9059cbb

/** Adds one to slot 0 and logs it; with an argument, in that slot. */
const counter = '0 CALLDATALOAD DUP1 SLOAD 1 ADD DUP1 0 MSTORE SWAP1 SSTORE 32 0 LOG0'

/** transfer(to, amount) behind a selector: from the caller's slot to the receiver's; reverts when there is too little. */
const token = `
  36 CALLDATALOAD CALLER SLOAD DUP2 DUP2 LT @poor JUMPI
  SUB CALLER SSTORE
  36 CALLDATALOAD 4 CALLDATALOAD SLOAD ADD 4 CALLDATALOAD SSTORE
  36 CALLDATALOAD 0 MSTORE 4 CALLDATALOAD CALLER 0x1234 32 0 LOG3 STOP
  poor: 0 0 REVERT`

/** Swaps the argument's amount: reserves in slots 0 and 1, what a caller got in its own slot. Its log tells the price. */
const pool = `
  0 CALLDATALOAD 0 SLOAD ADD DUP1 0 CALLDATALOAD 1 SLOAD MUL DIV
  DUP1 0 MSTORE DUP1 1 SLOAD SUB 1 SSTORE
  CALLER SLOAD ADD CALLER SSTORE 0 SSTORE
  CALLER 32 0 LOG1`

/** What can be seen of an account without calling it, and of the block's and its own balance; kept in the argument's slot. */
const looker = `
  0 CALLDATALOAD BALANCE 0 MSTORE
  0 CALLDATALOAD EXTCODEHASH 32 MSTORE
  0 CALLDATALOAD EXTCODESIZE 64 MSTORE
  SELFBALANCE 96 MSTORE
  32 CALLDATALOAD @plain JUMPI
  COINBASE BALANCE 128 MSTORE
  plain: 1 NUMBER SUB BLOCKHASH 160 MSTORE
  192 0 KECCAK256 0 CALLDATALOAD SSTORE 160 0 LOG0`

/** Reads the first argument's slot; where it writes depends on what it finds there, and whether it does. */
const mixer = `
  0 CALLDATALOAD SLOAD DUP1 3 MUL 1 ADD SWAP1
  DUP1 7 AND @write JUMPI
  DUP1 0 MSTORE 32 0 LOG0 8 AND @stop JUMPI
  32 CALLDATALOAD SSTORE
  stop: STOP
  write: 32 CALLDATALOAD ADD 15 AND SSTORE`

/** Calls the first argument with the second as value and what follows the third as input; reverts if the third is not zero. */
const forwarder = `
  96 CALLDATASIZE SUB 96 0 CALLDATACOPY
  0 0 96 CALLDATASIZE SUB 0 32 CALLDATALOAD 0 CALLDATALOAD GAS CALL
  7 SLOAD ADD 7 SSTORE
  RETURNDATASIZE 0 MSTORE 32 0 LOG0
  64 CALLDATALOAD @fail JUMPI STOP
  fail: 0 0 REVERT`

/** Changes state and then fails in one of four ways; with 4 or more it succeeds. */
const failer = `
  CALLVALUE 3 SLOAD ADD 1 ADD 3 SSTORE 1 SLOAD POP 32 0 LOG0
  0 CALLDATALOAD
  DUP1 0 EQ @revert JUMPI DUP1 1 EQ @invalid JUMPI DUP1 2 EQ @gas JUMPI DUP1 3 EQ @jump JUMPI STOP
  revert: 3 SLOAD 0 MSTORE 32 0 REVERT
  invalid: INVALID
  gas: @gas JUMP
  jump: 0 JUMP`

/** What the factory makes: counts its calls in slot 0; called with an argument it destroys itself in favour of that. */
const child = bytecode(`
  CALLDATASIZE @die JUMPI
  0 SLOAD 1 ADD DUP1 0 SSTORE SELFBALANCE ADD 0 MSTORE 32 0 LOG0 STOP
  die: 0 CALLDATALOAD SELFDESTRUCT`)

function pushes(code: Uint8Array): string {
  const pieces: string[] = []
  for (let at = 0; at < code.length; at += 32) {
    const piece = Buffer.alloc(32)
    piece.set(code.subarray(at, at + 32))
    pieces.push(`PUSH32(0x${piece.toString('hex')}) ${at === 0 ? '0' : at} MSTORE`)
  }
  return pieces.join(' ')
}

/** Sets slot 1 of the new account and gives it the code. */
function initcodeOf(code: Uint8Array): Uint8Array {
  return bytecode(`CALLVALUE 1 ADD 1 SSTORE ${pushes(code)} ${code.length} 0 RETURN`)
}

export const CHILD_INITCODE: Uint8Array = initcodeOf(child)

/** CREATE2 with the first argument as salt and all value; then, as the second says, calls the new one (1) or destroys it (2). */
const factory = `
  ${pushes(CHILD_INITCODE)}
  0 CALLDATALOAD ${CHILD_INITCODE.length} 0 CALLVALUE CREATE2
  DUP1 0 MSTORE 32 0 LOG0
  32 CALLDATALOAD DUP1 1 EQ @call JUMPI 2 EQ @kill JUMPI STOP
  call: POP 0 0 0 0 0 DUP6 GAS CALL STOP
  kill: CALLER 0 MSTORE 0 0 32 0 0 DUP6 GAS CALL STOP`

/** CREATE, whose address follows from how often it was called; so does the one byte of code that it leaves there. */
const spawner = `
  0 SLOAD 1 ADD DUP1 0 SSTORE 0xff AND 240 SHL
  PUSH32(0x600060005360016000f300000000000000000000000000000000000000000000) OR 0 MSTORE
  10 0 CALLVALUE CREATE DUP1 1 SLOAD XOR 1 SSTORE 0 MSTORE 32 0 LOG0`

/** What accounts delegate to: counts in its own slot 0 and sends on what it was sent, to the first argument. */
const wallet = `
  0 SLOAD 1 ADD 0 SSTORE ADDRESS 0 MSTORE SELFBALANCE 32 MSTORE 64 0 LOG0
  CALLDATASIZE @send JUMPI STOP
  send: 0 0 0 0 CALLVALUE 0 CALLDATALOAD GAS CALL POP`

/** Holds a transient slot during a call to itself. */
const lock = `
  0 TLOAD @held JUMPI
  1 0 TSTORE 0 0 0 0 0 ADDRESS GAS CALL 2 SLOAD ADD 2 SSTORE STOP
  held: CALLER 1 SSTORE`

const holdings: [Uint8Array, Uint8Array][] = Array.from({ length: 6 }, (_, i) => [
  Uint8Array.of(...new Uint8Array(12), ...address(i)),
  word(1_000n),
])

/** The contracts as every block finds them. */
export const CONTRACTS: readonly (readonly [Uint8Array, AccountFields])[] = [
  [COUNTER, { nonce: 1n, code: bytecode(counter) }],
  [TOKEN, { nonce: 1n, code: bytecode(token), slots: holdings }],
  [
    POOL,
    {
      nonce: 1n,
      code: bytecode(pool),
      slots: [
        [word(0n), word(1_000_000n)],
        [word(1n), word(2_000_000n)],
      ],
    },
  ],
  [LOOKER, { nonce: 1n, balance: 3n, code: bytecode(looker) }],
  [
    MIXER,
    {
      nonce: 1n,
      code: bytecode(mixer),
      slots: Array.from({ length: 8 }, (_, i) => [word(BigInt(i)), word(BigInt(i * 5 + 1))]),
    },
  ],
  [FORWARDER, { nonce: 1n, balance: 10_000n, code: bytecode(forwarder) }],
  [FAILER, { nonce: 1n, code: bytecode(failer) }],
  [FACTORY, { nonce: 1n, balance: 5n, code: bytecode(factory) }],
  [SPAWNER, { nonce: 1n, code: bytecode(spawner) }],
  [WALLET, { nonce: 1n, balance: 1n, code: bytecode(wallet) }],
  [LOCK, { nonce: 1n, code: bytecode(lock) }],
  ...MORTALS.map((at, i): [Uint8Array, AccountFields] => [
    at,
    {
      nonce: 1n,
      balance: BigInt(i) * 100n,
      code: child,
      slots: [
        [word(0n), word(9n)],
        [word(1n), word(8n)],
      ],
    },
  ]),
]
