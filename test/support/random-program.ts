import fc from 'fast-check'
import { Fork } from '../../src/types/fork.js'
import { address, COINBASE, CONTRACT, lowAddress, SENDER } from './machine.js'
import { op, tables } from './opcode.js'

/**
 * Programs that get somewhere: instructions with operands that make sense most of the time, jumps to real targets, calls to
 * accounts that exist, creations with initcode that deploys; and now and then plain noise.
 */

const PUSH0 = 0x5f
const PUSH2 = 0x61
const JUMPDEST = 0x5b

/** Accounts that a program finds (prepared-state.ts puts them there). */
export const CALLEE: Uint8Array = address(2)
export const ECHO: Uint8Array = address(3)
export const REVERTER: Uint8Array = address(4)
export const KEEPER: Uint8Array = address(5)
export const MORTAL: Uint8Array = address(6)
export const BOOMERANG: Uint8Array = address(7)
export const WASTER: Uint8Array = address(8)
export const DELEGATED: Uint8Array = address(9)
export const RICH: Uint8Array = address(10)
export const HOLLOW: Uint8Array = address(11)
export const NOBODY: Uint8Array = address(12)

/** A piece of a program: bytes, or a place that is known only when all pieces are there. */
type Piece = { bytes: readonly number[] } | { label: true } | { target: number; strays: boolean }

interface Weighted {
  weight: number
  arbitrary: fc.Arbitrary<Piece[]>
}

function push(value: bigint): number[] {
  let digits = value.toString(16)
  if (digits.length % 2 === 1) digits = `0${digits}`
  const bytes = [...Buffer.from(digits, 'hex')]
  return [PUSH0 + bytes.length, ...bytes]
}

const bytes = (...list: number[]): Piece => ({ bytes: list })

const EDGES: readonly bigint[] = [
  0n,
  1n,
  2n,
  31n,
  32n,
  33n,
  255n,
  256n,
  257n,
  (1n << 32n) - 1n,
  1n << 32n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
  1n << 64n,
  (1n << 128n) - 1n,
  1n << 128n,
  (1n << 160n) - 1n,
  (1n << 192n) + 1n,
  (1n << 255n) - 1n,
  1n << 255n,
  (1n << 256n) - 2n,
  (1n << 256n) - 1n,
]

type Value = fc.Arbitrary<bigint>

const edge: Value = fc.constantFrom(...EDGES)
const upTo = (max: bigint): Value => fc.bigInt({ min: 0n, max })
const mostly = (likely: Value, weight: number, ...rare: Value[]): Value =>
  fc.oneof({ weight, arbitrary: likely }, ...rare.map((arbitrary) => ({ weight: 1, arbitrary })))

const word = mostly(upTo(300n), 2, edge, upTo((1n << 256n) - 1n))
const offset = mostly(upTo(200n), 60, upTo(20_000n), edge)
const length = mostly(upTo(140n), 60, fc.constant(0n), upTo(5_000n), edge)
const key = mostly(upTo(4n), 12, edge)
const amount = mostly(upTo(3n), 12, fc.constant(0n), edge)
const gas = mostly(upTo(60_000n), 8, fc.constantFrom(0n, 1n, 2299n, 2300n, 2301n), edge)

const numberOf = (of: Uint8Array): bigint => BigInt(`0x${Buffer.from(of).toString('hex')}`)
const oneOf = (...list: Uint8Array[]): Value => fc.constantFrom(...list.map(numberOf))
const PRECOMPILES = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 256].map(lowAddress)
const companion = oneOf(ECHO, REVERTER, KEEPER, MORTAL, BOOMERANG, WASTER, DELEGATED, RICH, HOLLOW, NOBODY)
const someone = fc.oneof(
  { weight: 10, arbitrary: companion },
  { weight: 8, arbitrary: oneOf(CALLEE, CONTRACT) },
  { weight: 2, arbitrary: oneOf(SENDER, COINBASE) },
  { weight: 4, arbitrary: oneOf(...PRECOMPILES) },
  { weight: 1, arbitrary: word },
)

type Code = readonly number[]

/** What computes an operand. */
const OPERANDS: Readonly<Record<string, fc.Arbitrary<Code>>> = {
  w: word.map(push),
  o: offset.map(push),
  n: length.map(push),
  k: key.map(push),
  v: amount.map(push),
  // Half of what is left can be handed on in every fork.
  g: fc.oneof(gas.map(push), fc.constant([...push(2n), op('GAS'), op('DIV')])),
  a: someone.map(push),
  r: fc.constant([op('RETURNDATASIZE')]),
  z: fc.constant(push(0n)),
}

/** Weight, opcodes, operands with the top of the stack first. */
const SHAPES: readonly (readonly [weight: number, names: string, operands: string])[] = [
  [6, 'ADD MUL SUB DIV SDIV MOD SMOD EXP SIGNEXTEND', 'ww'],
  [4, 'LT GT SLT SGT EQ AND OR XOR BYTE SHL SHR SAR', 'ww'],
  [2, 'ADDMOD MULMOD', 'www'],
  [2, 'ISZERO NOT CLZ', 'w'],
  [3, 'KECCAK256', 'on'],
  [3, 'ADDRESS ORIGIN CALLER CALLVALUE CALLDATASIZE CODESIZE GASPRICE RETURNDATASIZE PC MSIZE GAS PUSH0', ''],
  [2, 'COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE BLOBBASEFEE', ''],
  [3, 'BALANCE EXTCODESIZE EXTCODEHASH', 'a'],
  [2, 'CALLDATALOAD', 'o'],
  [1, 'BLOBHASH BLOCKHASH', 'w'],
  [3, 'CALLDATACOPY CODECOPY MCOPY', 'oon'],
  [2, 'RETURNDATACOPY', 'ozr'],
  [1, 'EXTCODECOPY', 'aoon'],
  [3, 'MLOAD', 'o'],
  [5, 'MSTORE MSTORE8', 'ow'],
  [5, 'SLOAD TLOAD', 'k'],
  [8, 'SSTORE', 'kv'],
  [3, 'TSTORE', 'kv'],
  [2, 'LOG0', 'on'],
  [1, 'LOG1', 'onw'],
  [1, 'LOG2', 'onww'],
  [1, 'LOG3', 'onwww'],
  [1, 'LOG4', 'onwwww'],
  [8, 'CALL', 'gavonon'],
  [3, 'CALLCODE', 'gavonon'],
  [6, 'DELEGATECALL STATICCALL', 'gaonon'],
  [1, 'CREATE', 'von'],
  [1, 'CREATE2', 'vonw'],
  [2, 'POP', 'w'],
]
/** Once in a hundred: an end, or what ends most frames. */
const ENDS: typeof SHAPES = [
  [1, 'RETURN REVERT', 'on'],
  [1, 'SELFDESTRUCT', 'a'],
  [1, 'STOP INVALID', ''],
  [1, 'RETURNDATACOPY', 'oon'],
]

/** Now and then an operand is left to whatever the stack holds. */
function instructions(shapes: typeof SHAPES, factor: number, exists: (opcode: number) => boolean): Weighted[] {
  return shapes.flatMap(([weight, names, operands]) => {
    const numbers = names.split(' ').map(op).filter(exists)
    if (numbers.length === 0) return []
    const computed = [...operands].reverse().map((kind) => {
      const operand = kind === 'r' && !exists(op('RETURNDATASIZE')) ? OPERANDS.z! : OPERANDS[kind]!
      return fc.option(operand, { freq: 40, nil: [] })
    })
    const arbitrary = fc
      .tuple(fc.tuple(...computed), fc.constantFrom(...numbers))
      .map(([codes, number]): Piece[] => [bytes(...codes.flat(), number)])
    return [{ weight: weight * factor, arbitrary }]
  })
}

const dupOrSwap = fc.integer({ min: 0x80, max: 0x9f }).map((opcode): Piece[] => [bytes(opcode)])
const pushed = word.map((value): Piece[] => [bytes(...push(value))])
/** The last of them may be cut off by the end of the code. */
const longPush = fc
  .tuple(fc.integer({ min: PUSH0 + 1, max: PUSH0 + 32 }), fc.uint8Array({ minLength: 0, maxLength: 32 }))
  .map(([opcode, data]): Piece[] => [bytes(opcode, ...data.subarray(0, opcode - PUSH0))])

const label = fc.constant<Piece[]>([{ label: true }])
const jumpTarget = fc.record({
  target: fc.nat(1000),
  strays: fc.integer({ min: 0, max: 49 }).map((dice) => dice === 49),
})
const jump = jumpTarget.map((target): Piece[] => [target, bytes(op('JUMP'))])
const jumpIf = fc
  .tuple(jumpTarget, fc.option(fc.constantFrom(0n, 1n, 1n << 200n), { nil: undefined }))
  .map(([target, condition]): Piece[] => [
    ...(condition === undefined ? [] : [bytes(...push(condition))]),
    target,
    bytes(op('JUMPI')),
  ])
/** The target comes from the stack, so that decoding cannot know it. */
const computedJump = fc.tuple(jumpTarget, fc.boolean()).map(([target, isConditional]): Piece[] => {
  const hidden = [bytes(...push(0n)), target, bytes(op('ADD'))]
  return isConditional ? [bytes(...push(1n)), ...hidden, bytes(op('JUMPI'))] : [...hidden, bytes(op('JUMP'))]
})
/** Runs its body at most four times: the counter lives in memory. */
const countedLoop = fc
  .tuple(fc.bigInt({ min: 0n, max: 7n }), jumpTarget)
  .map(([cell, target]): Piece[] => [
    bytes(...push(cell * 32n), op('MLOAD'), ...push(1n), op('ADD'), 0x80, ...push(cell * 32n), op('MSTORE')),
    bytes(...push(4n), op('GT')),
    target,
    bytes(op('JUMPI')),
  ])

/** What CREATE runs: written to memory as one word, from the left. */
const INITCODES: readonly (readonly number[])[] = [
  [],
  // Deploys nothing, 1, 32, 300 zero bytes.
  ...[0, 1, 32, 300].map((size) => [...push(BigInt(size)), ...push(0n), op('RETURN')]),
  // Deploys what it was called with: the code that is running.
  [op('CODESIZE'), ...push(0n), ...push(0n), op('CODECOPY'), op('CODESIZE'), ...push(0n), op('RETURN')],
  // Deploys code that begins with 0xef.
  [...push(0xefn), ...push(0n), op('MSTORE8'), ...push(1n), ...push(0n), op('RETURN')],
  // Deploys code that destroys itself: CALLER SELFDESTRUCT.
  [...push(0x33ffn), ...push(0n), op('MSTORE'), ...push(2n), ...push(30n), op('RETURN')],
  // Too long a code.
  [...push(24577n), ...push(0n), op('RETURN')],
  [op('CALLER'), op('SELFDESTRUCT')],
  [op('ADDRESS'), op('SELFDESTRUCT')],
  [...push(33n), ...push(0n), 0xfd],
  [
    ...push(1n),
    ...push(0n),
    op('SSTORE'),
    ...push(7n),
    ...push(1n),
    op('SSTORE'),
    ...push(0n),
    ...push(1n),
    op('SSTORE'),
  ],
  [op('INVALID')],
  // Creates again, with its own code.
  [op('CODESIZE'), ...push(0n), ...push(0n), op('CODECOPY'), op('CODESIZE'), ...push(0n), ...push(0n), op('CREATE')],
]
const creation = fc
  .tuple(
    fc.constantFrom(...INITCODES),
    fc.bigInt({ min: 0n, max: 2n }),
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 1n }),
    fc.integer({ min: 0, max: 2 }),
  )
  .map(([initcode, value, salted, salt, afterwards]): Piece[] => {
    const padded = BigInt(`0x${Buffer.from(initcode).toString('hex').padEnd(64, '0')}`)
    const size = BigInt(initcode.length)
    const create = salted
      ? [...push(salt), ...push(size), ...push(0n), ...push(value), op('CREATE2')]
      : [...push(size), ...push(0n), ...push(value), op('CREATE')]
    // What was created is left on the stack, or called at once, or asked for its code.
    const callIt = [0, 0, 0, 0, 0].flatMap(() => push(0n)).concat(0x85, ...push(30_000n), op('CALL'))
    const next = [[], callIt, [0x80, op('EXTCODEHASH')]][afterwards]!
    return [bytes(...push(padded), ...push(0n), op('MSTORE'), ...create, ...next)]
  })

/** The code is deployed again after it was destroyed, and so on: nested calls that end in different ways. */
const returning = fc
  .tuple(fc.constantFrom('RETURN', 'REVERT'), fc.bigInt({ min: 0n, max: 100n }))
  .map(([name, size]): Piece[] => [bytes(...push(size), ...push(0n), op(name))])

const noise = fc.uint8Array({ minLength: 1, maxLength: 24 }).map((data): Piece[] => [bytes(...data)])

function piecesOf(exists: (opcode: number) => boolean): fc.Arbitrary<Piece[]> {
  return fc.oneof(
    ...instructions(SHAPES, 5, exists),
    ...instructions(ENDS, 1, exists),
    { weight: 50, arbitrary: dupOrSwap },
    { weight: 40, arbitrary: pushed },
    { weight: 10, arbitrary: longPush },
    { weight: 60, arbitrary: label },
    { weight: 6, arbitrary: jump },
    { weight: 25, arbitrary: jumpIf },
    { weight: 8, arbitrary: computedJump },
    { weight: 25, arbitrary: countedLoop },
    { weight: 25, arbitrary: creation },
    { weight: 2, arbitrary: noise },
  )
}

/** Lays the pieces out one after the other, then puts the targets in. */
function layOut(pieces: readonly Piece[]): Uint8Array {
  const code: number[] = []
  const labels: number[] = []
  const uses: { at: number; target: number; strays: boolean }[] = []
  for (const part of pieces) {
    if ('bytes' in part) code.push(...part.bytes)
    else if ('label' in part) {
      labels.push(code.length)
      code.push(JUMPDEST)
    } else {
      uses.push({ at: code.length + 1, ...part })
      code.push(PUSH2, 0, 0)
    }
  }
  for (const { at, target, strays } of uses) {
    const place = strays || labels.length === 0 ? target % (code.length + 2) : labels[target % labels.length]!
    code[at] = place >> 8
    code[at + 1] = place & 0xff
  }
  return Uint8Array.from(code)
}

/** The first words are what DUP, SWAP and the operands left away find. */
const ground = fc
  .array(word, { minLength: 0, maxLength: 20, size: 'max' })
  .map((values): Piece[] => [...values.map((value) => bytes(...push(value))), { label: true }])

function codeFor(exists: (opcode: number) => boolean): fc.Arbitrary<Uint8Array> {
  const structured = fc
    .tuple(ground, fc.array(piecesOf(exists), { maxLength: 60, size: 'max' }), fc.option(returning, { nil: [] }))
    .map(([first, pieces, end]) => layOut([...first, ...pieces.flat(), ...end]))
  const anything = fc.uint8Array({ maxLength: 300, size: 'max' })
  return fc.oneof({ weight: 15, arbitrary: structured }, { weight: 1, arbitrary: anything })
}

export interface RandomProgram {
  /** A `Fork` number. */
  fork: number
  code: Uint8Array
  /** The code of CALLEE. */
  callee: Uint8Array
  data: Uint8Array
  value: bigint
  gasLimit: bigint
}

/** Over all forks alike; most instructions are such that the fork has them. */
export const randomProgram: fc.Arbitrary<RandomProgram> = fc.oneof(
  ...Object.values(Fork).map((fork) => {
    const code = codeFor((opcode) => tables.baseGas(opcode, fork) >= 0)
    return fc.record({
      fork: fc.constant(fork),
      code,
      callee: code,
      data: fc.uint8Array({ maxLength: 100 }),
      value: fc.constantFrom(0n, 0n, 1n),
      gasLimit: fc.oneof({ weight: 1, arbitrary: upTo(30_000n) }, { weight: 3, arbitrary: upTo(500_000n) }),
    })
  }),
)
