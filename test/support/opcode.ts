import {
  type CoreExports,
  type HostImports,
  instantiate,
  readConstants,
  sharedMemory,
} from '../../src/wasm/instantiate.js'

const refuse = (): never => {
  throw new Error('BUG: an instance that is only asked for its tables was run')
}
const host = new Proxy({} as HostImports, { get: () => refuse })

/** The core's own tables: `baseGas` is negative where a fork does not have an opcode. */
export const tables: Pick<CoreExports, 'baseGas' | 'existsSince' | 'stackTaken' | 'stackPut'> = instantiate(
  'release',
  sharedMemory(2 << 16),
  host,
)

const numbers = new Map<string, number>(
  [...readConstants()].filter(([name]) => name.startsWith('Op.')).map(([name, number]) => [name.slice(3), number]),
)
// The core names only the two ends of the PUSH family.
for (let size = 1; size <= 32; size++) numbers.set(`PUSH${size}`, 0x5f + size)

const names = new Map<number, string>([...numbers].map(([name, number]) => [number, name]))

export function op(name: string): number {
  const number = numbers.get(name)
  if (number === undefined) throw new Error(`no opcode is called ${name}`)
  return number
}

export function nameOf(number: number): string {
  return names.get(number) ?? `0x${number.toString(16).padStart(2, '0')}`
}

/** Every number that stands for an opcode in this fork. */
export function opcodesOf(fork: number): number[] {
  return Array.from({ length: 256 }, (_, number) => number).filter((number) => tables.baseGas(number, fork) >= 0)
}
