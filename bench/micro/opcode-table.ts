import { Fork } from '../../src/types/fork.js'
import { type HostImports, instantiate, readConstants, sharedMemory } from '../../src/wasm/instantiate.js'

export interface Opcode {
  readonly number: number
  readonly name: string
  /** Words taken from the stack, and put on it. */
  readonly taken: number
  readonly put: number
}

const SMALLEST_MEMORY = 2 << 16

/** Reading tables asks nothing of the host. */
const noHost: HostImports = new Proxy({} as HostImports, {
  get: () => () => {
    throw new Error('BUG: an instance that is only read was run')
  },
})

/** Every opcode that `fork` has, read from the binary's own tables. */
export function readOpcodes(fork: Fork): Opcode[] {
  const { existsSince, stackTaken, stackPut } = instantiate('release', sharedMemory(SMALLEST_MEMORY), noHost)
  const names = readNames()
  const opcodes: Opcode[] = []
  for (let number = 0; number < 256; number++) {
    if (existsSince(number) > fork) continue
    const name = names.get(number)
    if (name === undefined) throw new Error(`BUG: opcode 0x${number.toString(16)} exists and has no name`)
    opcodes.push({ number, name, taken: stackTaken(number), put: stackPut(number) })
  }
  return opcodes
}

function readNames(): Map<number, string> {
  const names = new Map<number, string>()
  for (const [key, number] of readConstants()) {
    if (key.startsWith('Op.')) names.set(number, key.slice('Op.'.length))
  }
  // The core names only the two ends of the PUSH family.
  for (let size = 1; size <= 32; size++) names.set(0x5f + size, `PUSH${size}`)
  return names
}

export const osakaOpcodes: readonly Opcode[] = readOpcodes(Fork.Osaka)
