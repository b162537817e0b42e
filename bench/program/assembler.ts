import { readConstants } from '../../src/wasm/instantiate.js'

/** Mnemonics and their numbers, from the binary; a PUSH with its number is another kind of word. */
const opcodes: ReadonlyMap<string, number> = new Map(
  [...readConstants()].filter(([key]) => /^Op\.(?!PUSH[1-9])/.test(key)).map(([key, value]) => [key.slice(3), value]),
)

const JUMPDEST = 0x5b
const PUSH0 = 0x5f
const PUSH2 = PUSH0 + 2

/**
 * Words separated by white space: a mnemonic; a number, pushed in as few bytes as hold it; `name:`, a JUMPDEST;
 * `@name`, its position, pushed in two bytes; `PUSH4(7)`, a number pushed in that many bytes.
 */
export function assemble(source: string): Uint8Array {
  const code: number[] = []
  const labels = new Map<string, number>()
  const uses: { label: string; at: number }[] = []
  for (const word of source.trim().split(/\s+/)) {
    const [, size, pushed = ''] = /^PUSH([1-9]|[12]\d|3[0-2])\((\w+)\)$/.exec(word) ?? []
    const opcode = opcodes.get(word)
    if (opcode !== undefined) code.push(opcode)
    else if (size !== undefined) code.push(PUSH0 + Number(size), ...bigEndian(BigInt(pushed), Number(size)))
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
  const size = Math.ceil(value.toString(16).length / 2)
  if (size > 32) throw new RangeError(`assembly: 0x${value.toString(16)} does not fit in 32 bytes`)
  return [PUSH0 + size, ...bigEndian(value, size)]
}

function bigEndian(value: bigint, size: number): Buffer {
  const digits = value.toString(16).padStart(2 * size, '0')
  if (digits.length > 2 * size) throw new RangeError(`assembly: 0x${digits} does not fit in ${size} bytes`)
  return Buffer.from(digits, 'hex')
}
