/** Names by number as geth prints them, in lines of 16; `-` has none. */
const NAME_ROWS: readonly string[] = [
  'STOP ADD MUL SUB DIV SDIV MOD SMOD ADDMOD MULMOD EXP SIGNEXTEND - - - -',
  'LT GT SLT SGT EQ ISZERO AND OR XOR NOT BYTE SHL SHR SAR CLZ -',
  'KECCAK256 - - - - - - - - - - - - - - -',
  'ADDRESS BALANCE ORIGIN CALLER CALLVALUE CALLDATALOAD CALLDATASIZE CALLDATACOPY ' +
    'CODESIZE CODECOPY GASPRICE EXTCODESIZE EXTCODECOPY RETURNDATASIZE RETURNDATACOPY EXTCODEHASH',
  // 0x44 stays DIFFICULTY after Paris too.
  'BLOCKHASH COINBASE TIMESTAMP NUMBER DIFFICULTY GASLIMIT CHAINID SELFBALANCE BASEFEE BLOBHASH BLOBBASEFEE SLOTNUM - - - -',
  'POP MLOAD MSTORE MSTORE8 SLOAD SSTORE JUMP JUMPI PC MSIZE GAS JUMPDEST TLOAD TSTORE MCOPY PUSH0',
  numbered('PUSH', 1),
  numbered('PUSH', 17),
  numbered('DUP', 1),
  numbered('SWAP', 1),
  'LOG0 LOG1 LOG2 LOG3 LOG4 - - - - - - - - - - -',
  '- - - - - - - - - - - - - - - -',
  '- - - - - - - - - - - - - - - -',
  // geth has names for instructions that no fork has: 0xd0 to 0xee, 0xf7 to 0xf9, 0xfb.
  'DATALOAD DATALOADN DATASIZE DATACOPY - - - - - - - - - - - -',
  'RJUMP RJUMPI RJUMPV CALLF RETF JUMPF DUPN SWAPN EXCHANGE - - - EOFCREATE - RETURNCONTRACT -',
  'CREATE CALL CALLCODE RETURN DELEGATECALL CREATE2 - RETURNDATALOAD ' +
    'EXTCALL EXTDELEGATECALL STATICCALL EXTSTATICCALL - REVERT INVALID SELFDESTRUCT',
]

/** How many words each needs on the stack, one digit each; DUP and SWAP are counted. */
const INPUT_ROWS: readonly string[] = [
  '0222222233220000',
  '2222212221222210',
  '2000000000000000',
  '0100010303014031',
  '1000000001000000',
  '1122121200001230',
  '0000000000000000',
  '0000000000000000',
  '0000000000000000',
  '0000000000000000',
  '2345600000000000',
  '0000000000000000',
  '0000000000000000',
  '0000000000000000',
  '0000000000000000',
  '3772640000600201',
]

function numbered(name: string, first: number): string {
  return Array.from({ length: 16 }, (_, index) => name + (first + index)).join(' ')
}

const NAMES: readonly string[] = NAME_ROWS.flatMap((row) => row.split(' ')).map((name, op) =>
  name === '-' ? `opcode 0x${op.toString(16)} not defined` : name,
)

const INPUTS: readonly number[] = INPUT_ROWS.flatMap((row) => row.split('').map(Number))

export function opcodeName(op: number): string {
  return NAMES[op]!
}

/** The height that the stack must have. */
export function opcodeInputs(op: number): number {
  if (op >= 0x80 && op <= 0x8f) return op - 0x7f
  if (op >= 0x90 && op <= 0x9f) return op - 0x8e
  return INPUTS[op]!
}
