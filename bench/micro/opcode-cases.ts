import { assemble } from '../program/assembler.js'
import { benchAddress, contractAt, type ProgramAccount } from '../program/program.js'
import { type CaseOptions, createCase, growing, type OpcodeCase, onOperands, onPushed } from './opcode-case.js'
import type { Opcode } from './opcode-table.js'

const WIDE = '0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95'
const WIDE_TOO = '0xb7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef'
const FIELD = '0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47'
const BITS_128 = '0xc3d2e1f0a5b4978688796a5b4c3d2e1f'
const BITS_64 = '0xde0b6b3a76400001'
const ETHER = '1000000000000000000'

/** An account without code, one that stops at once, and one with 1 KiB of code. */
const NO_CODE = benchAddress(0xa0)
const STOPS = benchAddress(0xa1)
const LARGE = benchAddress(0xa2)
const ENDS = benchAddress(0xa3)

const PLAIN_ACCOUNT: ProgramAccount = { address: NO_CODE, code: new Uint8Array(), balance: 1n, storage: [] }
const STOPPING = contractAt(STOPS, assemble('STOP'))
const LARGE_CODE = contractAt(LARGE, new Uint8Array(1024).fill(0x5b))

/** Little, since INVALID burns it. */
const CALLEE_GAS = '100000'

/** Grows memory to 4 KiB. */
const MEMORY = '1 0xfe0 MSTORE'
/** 1 KiB of return data, from the identity precompile. */
const RETURN_DATA = '1024 0 1024 0 4 GAS STATICCALL POP'

type CaseList = (opcode: Opcode) => OpcodeCase[]

function binary(...operands: string[]): CaseList {
  return ({ name, put }) => [onOperands(name, put, operands)]
}

function variants(...rows: [variant: string | undefined, operands: string[], options?: CaseOptions][]): CaseList {
  return ({ name, put }) =>
    rows.map(([variant, operands, options = {}]) =>
      onOperands(name, put, operands, { ...options, ...(variant === undefined ? {} : { variant }) }),
    )
}

/** Opcodes that name an account: warm, and cold with an account of its own for each repetition. */
function account(before: string[], after: string[]): CaseList {
  return ({ name, put }) => [
    onOperands(name, put, [...before, hex(LARGE), ...after], { accounts: [LARGE_CODE], setup: MEMORY }),
    onPushed(name, put, (index) => [...before, hex(benchAddress(0x1000 + index)), ...after], {
      variant: 'cold',
      renewal: 'transaction',
      accounts: [LARGE_CODE],
      setup: MEMORY,
    }),
  ]
}

/** Each repetition takes the result of the one before: the others overlap in the processor, as in few programs. */
function chained(name: string, setup: string, prepare: string): OpcodeCase {
  return createCase(
    name,
    () => `${prepare} ${name}`,
    () => prepare,
    { variant: 'chained', setup },
  )
}

const COPY_SIZES = [32, 256, 1024]

/** Opcodes that copy `[destination, source, length]`. */
function copy(setup: string, payload?: Uint8Array): CaseList {
  return ({ name, put }) =>
    [...COPY_SIZES, 0].map((size, index) =>
      onOperands(name, put, ['64', '0', String(size)], {
        ...(index === 0 ? {} : { variant: `${size} bytes` }),
        ...(payload === undefined ? {} : { payload }),
        setup: `${MEMORY} ${setup}`,
      }),
    )
}

const log: CaseList = ({ name, taken, put }) =>
  [32, 0, 256].map((size, index) =>
    onOperands(name, put, ['0', String(size), ...Array<string>(taken - 2).fill(WIDE)], {
      ...(index === 0 ? {} : { variant: `${size} bytes` }),
      setup: MEMORY,
      ending: 'REVERT',
    }),
  )

/** Operands of the CALL family: gas, address, value where there is one, input, output. */
function callOperands(name: string, target: string, value = '0'): string[] {
  return [CALLEE_GAS, target, ...(name === 'CALL' || name === 'CALLCODE' ? [value] : []), '0', '0', '0', '0']
}

const call: CaseList = ({ name, put }) => {
  const cases = [
    onOperands(name, put, callOperands(name, hex(NO_CODE)), { accounts: [PLAIN_ACCOUNT] }),
    onOperands(name, put, callOperands(name, hex(STOPS)), { variant: 'a contract that stops', accounts: [STOPPING] }),
    onPushed(name, put, (index) => callOperands(name, hex(benchAddress(0x1000 + index))), {
      variant: 'cold',
      renewal: 'transaction',
    }),
  ]
  if (name === 'CALL' || name === 'CALLCODE') {
    cases.push(
      onOperands(name, put, callOperands(name, hex(NO_CODE), '1'), {
        variant: 'with value',
        accounts: [PLAIN_ACCOUNT],
      }),
    )
  }
  return cases
}

/** Writes initcode that returns 32 bytes of code: PUSH1 32, PUSH0, RETURN. */
const INITCODE = '0x60205ff3 224 SHL 0 MSTORE'

/** New accounts each time, and gone again at the end: the same addresses serve every frame. */
const create: CaseList = ({ name, put }) =>
  (
    [
      [undefined, '0'],
      ['32 bytes of code', '4'],
    ] as const
  ).map(([variant, size]) =>
    onPushed(name, put, (index) => ['0', '0', size, ...(name === 'CREATE2' ? [String(index)] : [])], {
      ...(variant === undefined ? {} : { variant }),
      setup: INITCODE,
      count: 64,
      ending: 'REVERT',
      renewal: 'transaction',
    }),
  )

/** A call of a contract that ends with the opcode, against a call of one that has the operands and stops. */
function terminal(...operands: string[]): CaseList {
  const prepare = [...operands].reverse().join(' ')
  return ({ name }) => {
    const ends = contractAt(ENDS, assemble(`${prepare} ${name}`))
    const stops = contractAt(STOPS, assemble(`${prepare} STOP`))
    const enter = (target: Uint8Array) => () => `0 0 0 0 0 ${hex(target)} ${CALLEE_GAS} CALL POP`
    return [createCase(name, enter(ENDS), enter(STOPS), { accounts: [ends, stops], plus: 'STOP' })]
  }
}

const store = (name: string): OpcodeCase[] => [
  onPushed(name, 0, (index) => ['0', String(index + 1)]),
  onOperands(name, 0, ['0', WIDE], { variant: 'of the value it has' }),
]

const load = (name: string): OpcodeCase[] => [
  onOperands(name, 1, ['7'], { setup: `${WIDE} 7 ${name === 'TLOAD' ? 'TSTORE' : 'SSTORE'}` }),
]

const FIRST_COLD_SLOT = 0x10000

/** The first word of the call data differs from one transaction to the next, so each store changes its slot. */
const COLD_STORE: CaseOptions = { variant: 'cold', setup: '0 CALLDATALOAD', count: 128, renewal: 'transaction' }

/** Decoding makes one step of a PUSH and a jump to a place known then, so only all together can be measured. */
const JUMP_PARTS = ['PUSH2', 'JUMPDEST']

/** Cases by opcode; the first stands for the opcode in `--profile`. Families and what takes nothing have rules below. */
const lists: Readonly<Record<string, CaseList>> = {
  STOP: ({ name }) => [
    createCase(
      name,
      () => `0 0 0 0 0 ${hex(STOPS)} ${CALLEE_GAS} CALL POP`,
      () => `0 0 0 0 0 ${hex(NO_CODE)} ${CALLEE_GAS} CALL POP`,
      { accounts: [STOPPING, PLAIN_ACCOUNT] },
    ),
  ],
  ADD: (opcode) => [...binary(WIDE, WIDE_TOO)(opcode), chained('ADD', `${WIDE} ${WIDE_TOO}`, 'DUP2')],
  MUL: (opcode) => [
    ...variants([undefined, [WIDE, WIDE_TOO]], ['64 bits', [BITS_64, ETHER]])(opcode),
    chained('MUL', `${WIDE} ${WIDE_TOO}`, 'DUP2'),
  ],
  SUB: binary(WIDE, WIDE_TOO),
  DIV: variants(
    [undefined, [WIDE, BITS_64]],
    ['by 128 bits', [WIDE, BITS_128]],
    ['by 254 bits', [WIDE, FIELD]],
    ['64 bits', [BITS_64, '10']],
  ),
  SDIV: binary(WIDE, BITS_128),
  MOD: variants([undefined, [WIDE, BITS_64]], ['by 128 bits', [WIDE, BITS_128]], ['64 bits', [BITS_64, '10']]),
  SMOD: binary(WIDE, BITS_128),
  ADDMOD: binary(WIDE, WIDE_TOO, FIELD),
  MULMOD: (opcode) => [
    ...variants([undefined, [WIDE, WIDE_TOO, FIELD]], ['by 64 bits', [WIDE, WIDE_TOO, BITS_64]])(opcode),
    chained('MULMOD', `${WIDE} ${FIELD} ${WIDE_TOO}`, 'DUP3 DUP3 SWAP2'),
  ],
  EXP: variants([undefined, ['10', '18']], ['32-byte exponent', [WIDE, WIDE_TOO]], ['power of two', ['256', '20']]),
  SIGNEXTEND: variants([undefined, ['5', WIDE]], ['whole word', ['31', WIDE]]),

  LT: binary(WIDE, WIDE_TOO),
  GT: binary(WIDE, WIDE_TOO),
  SLT: binary(WIDE, WIDE_TOO),
  SGT: binary(WIDE, WIDE_TOO),
  EQ: binary(WIDE, WIDE_TOO),
  ISZERO: binary(WIDE),
  AND: binary(WIDE, WIDE_TOO),
  OR: binary(WIDE, WIDE_TOO),
  XOR: binary(WIDE, WIDE_TOO),
  NOT: binary(WIDE),
  BYTE: variants([undefined, ['5', WIDE]], ['past the end', ['32', WIDE]]),
  SHL: variants([undefined, ['96', WIDE]], ['by 8', ['8', WIDE]], ['by 224', ['224', WIDE]]),
  SHR: variants([undefined, ['96', WIDE]], ['by 8', ['8', WIDE]], ['by 224', ['224', WIDE]]),
  SAR: binary('96', WIDE),
  CLZ: binary(FIELD),

  KECCAK256: variants(
    ...[64, 32, 136, 1024].map((size): [string | undefined, string[], CaseOptions] => [
      size === 64 ? undefined : `${size} bytes`,
      ['0', String(size)],
      { setup: MEMORY },
    ]),
  ),

  BALANCE: (opcode) => [
    ...account([], [])(opcode),
    onPushed(opcode.name, opcode.put, (index) => [hex(benchAddress(0x1000 + index))], {
      variant: 'asked of the host',
      renewal: 'block',
    }),
  ],
  CALLDATALOAD: variants(
    [undefined, ['4'], { payload: new Uint8Array(64).fill(1) }],
    ['across the end', ['50']],
    ['past the end', ['1000']],
  ),
  CALLDATACOPY: copy('', new Uint8Array(1024).fill(1)),
  CODECOPY: copy(''),
  EXTCODESIZE: account([], []),
  EXTCODECOPY: (opcode) => [
    ...account([], ['0', '0', '32'])(opcode),
    onOperands(opcode.name, 0, [hex(LARGE), '0', '0', '1024'], {
      variant: '1024 bytes',
      accounts: [LARGE_CODE],
      setup: MEMORY,
    }),
  ],
  RETURNDATACOPY: copy(RETURN_DATA),
  EXTCODEHASH: (opcode) => [
    ...account([], [])(opcode),
    onOperands(opcode.name, 1, [hex(NO_CODE)], { variant: 'no code', accounts: [PLAIN_ACCOUNT] }),
  ],

  BLOCKHASH: variants([undefined, ['990']], ['too old', ['1']]),
  BLOBHASH: variants([undefined, ['0']], ['past the end', ['9']]),

  // A POP takes what a growing opcode left.
  POP: ({ name }) => [
    createCase(
      name,
      () => name,
      () => '',
      { setup: '0 '.repeat(900), count: 900 },
    ),
  ],
  MLOAD: variants([undefined, ['64'], { setup: MEMORY }], ['unaligned', ['77'], { setup: MEMORY }]),
  MSTORE: ({ name }) => [
    onOperands(name, 0, ['64', WIDE], { setup: MEMORY }),
    onOperands(name, 0, ['77', WIDE], { setup: MEMORY, variant: 'unaligned' }),
    onPushed(name, 0, (index) => [String(32 * index), '1'], { variant: 'growing memory' }),
  ],
  MSTORE8: binary('64', WIDE),
  SLOAD: ({ name }) => [
    ...load(name),
    onPushed(name, 1, (index) => [String(FIRST_COLD_SLOT + index)], { variant: 'cold', renewal: 'transaction' }),
    onPushed(name, 1, (index) => [String(FIRST_COLD_SLOT + index)], { variant: 'asked of the host', renewal: 'block' }),
  ],
  SSTORE: ({ name }) => [
    ...store(name),
    createCase(
      name,
      (index) => `DUP1 ${FIRST_COLD_SLOT + index} SSTORE`,
      (index) => `DUP1 ${FIRST_COLD_SLOT + index}`,
      COLD_STORE,
    ),
  ],
  JUMP: ({ name }) => [
    createCase(
      name,
      (index) => `@at${index} JUMP at${index}:`,
      () => '',
      { includes: JUMP_PARTS },
    ),
    createCase(
      name,
      (index) => `@at${index} DUP1 JUMP at${index}:`,
      (index) => `@at${index} DUP1 at${index}:`,
      { variant: 'to a computed place' },
    ),
  ],
  JUMPI: ({ name }) => [
    ...([undefined, 'not taken'] as const).map((variant) =>
      createCase(
        name,
        (index) => `DUP1 @at${index} JUMPI at${index}:`,
        () => 'DUP1',
        { includes: JUMP_PARTS, ...(variant === undefined ? { setup: '1' } : { setup: '0', variant }) },
      ),
    ),
    createCase(
      name,
      (index) => `@at${index} DUP1 JUMPI at${index}:`,
      (index) => `@at${index} DUP1 at${index}:`,
      { variant: 'to a computed place' },
    ),
  ],
  JUMPDEST: ({ name }) => [growing(name)],
  TLOAD: ({ name }) => load(name),
  TSTORE: ({ name }) => store(name),
  MCOPY: copy(''),

  LOG0: log,
  LOG1: log,
  LOG2: log,
  LOG3: log,
  LOG4: log,

  CREATE: create,
  CALL: call,
  CALLCODE: call,
  RETURN: terminal('0', '0'),
  DELEGATECALL: call,
  CREATE2: create,
  STATICCALL: call,
  REVERT: terminal('0', '0'),
  INVALID: terminal(),
  SELFDESTRUCT: terminal(hex(NO_CODE)),
}

/** All cases of an opcode; none when nobody has written one. */
export function casesOf(opcode: Opcode): OpcodeCase[] {
  const { name, taken, put } = opcode
  const list = lists[name]
  if (list !== undefined) return list(opcode)
  const [, family, rank] = /^(PUSH|DUP|SWAP)(\d+)$/.exec(name) ?? []
  if (family === 'PUSH' && rank !== '0') return [growing(name, `${name}(0x${'9e'.repeat(Number(rank))})`)]
  if (family === 'DUP') return [{ ...growing(name), setup: '1 '.repeat(taken) }]
  if (family === 'SWAP') return [{ ...growing(name), setup: '1 '.repeat(taken) }]
  return taken === 0 && put === 1 ? [growing(name)] : []
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`
}
