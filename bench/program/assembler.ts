/** The instructions that the bench programs use; PUSH is written as a number, JUMPDEST as a label. */
const opcodes: Record<string, number> = {
  STOP: 0x00,
  ADD: 0x01,
  MUL: 0x02,
  SUB: 0x03,
  DIV: 0x04,
  SDIV: 0x05,
  MOD: 0x06,
  SMOD: 0x07,
  ADDMOD: 0x08,
  MULMOD: 0x09,
  EXP: 0x0a,
  LT: 0x10,
  GT: 0x11,
  EQ: 0x14,
  ISZERO: 0x15,
  AND: 0x16,
  OR: 0x17,
  XOR: 0x18,
  SHL: 0x1b,
  SHR: 0x1c,
  KECCAK256: 0x20,
  ADDRESS: 0x30,
  CALLDATALOAD: 0x35,
  CALLDATASIZE: 0x36,
  CALLDATACOPY: 0x37,
  RETURNDATASIZE: 0x3d,
  RETURNDATACOPY: 0x3e,
  POP: 0x50,
  MLOAD: 0x51,
  MSTORE: 0x52,
  MSTORE8: 0x53,
  SLOAD: 0x54,
  SSTORE: 0x55,
  JUMP: 0x56,
  JUMPI: 0x57,
  GAS: 0x5a,
  CALL: 0xf1,
  RETURN: 0xf3,
}

const JUMPDEST = 0x5b
const PUSH0 = 0x5f
const PUSH2 = PUSH0 + 2

/**
 * Words separated by white space: a mnemonic; a number, pushed in as few bytes as hold it; `name:`, a JUMPDEST;
 * `@name`, its position, pushed in two bytes.
 */
export function assemble(source: string): Uint8Array {
  const code: number[] = []
  const labels = new Map<string, number>()
  const uses: { label: string; at: number }[] = []
  for (const word of source.trim().split(/\s+/)) {
    const [, base = '', rank] = /^(DUP|SWAP)([1-9]|1[0-6])$/.exec(word) ?? []
    const opcode = opcodes[word]
    if (opcode !== undefined) code.push(opcode)
    else if (rank !== undefined) code.push((base === 'DUP' ? 0x7f : 0x8f) + Number(rank))
    else if (/^(0x[0-9a-f]+|\d+)$/i.test(word)) code.push(...push(BigInt(word)))
    else if (word.endsWith(':')) {
      labels.set(word.slice(0, -1), code.length)
      code.push(JUMPDEST)
    } else if (word.startsWith('@')) {
      uses.push({ label: word.slice(1), at: code.length + 1 })
      code.push(PUSH2, 0, 0)
    } else throw new SyntaxError(`assembly: unknown word "${word}"`)
  }
  for (const { label, at } of uses) {
    const target = labels.get(label)
    if (target === undefined) throw new SyntaxError(`assembly: label "${label}" is used and never set`)
    code[at] = target >> 8
    code[at + 1] = target & 0xff
  }
  return Uint8Array.from(code)
}

function push(value: bigint): number[] {
  if (value === 0n) return [PUSH0]
  const digits = value.toString(16)
  if (digits.length > 64) throw new RangeError(`assembly: 0x${digits} does not fit in 32 bytes`)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length & 1), '0'), 'hex')
  return [PUSH0 + bytes.length, ...bytes]
}
