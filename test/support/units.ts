/// <reference lib="dom" />
import { readFile } from 'node:fs/promises'
import { createHostPrecompile } from '../../src/precompile/index.js'

/** Single functions of the core on a memory of their own. Words are 32 bytes, least significant first, at a pointer. */
export interface Units {
  readonly memory: WebAssembly.Memory
  readonly bytes: Uint8Array
  /** Calls an exported function by its name in assembly/units.ts. */
  readonly call: (name: string, ...args: number[]) => number
  readonly functions: Readonly<Record<string, UnitFunction>>
  readonly readWord: (pointer: number) => bigint
  readonly writeWord: (pointer: number, value: bigint) => void
}

export type UnitFunction = (...args: (number | bigint)[]) => number

/** Static data ends far below, and no test writes below, so that scratch and operands cannot meet. */
export const SCRATCH = 0x1_0000
export const OPERANDS = 0x2_0000

export async function instantiateUnits(): Promise<Units> {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true })
  const binary = await readFile(new URL('../../../build/units.wasm', import.meta.url))
  const { instance } = await WebAssembly.instantiate(binary, {
    env: { memory },
    host: { precompile: createHostPrecompile(memory) },
  })
  const functions = instance.exports as Record<string, UnitFunction>
  const bytes = new Uint8Array(memory.buffer)
  const view = new DataView(memory.buffer)
  functions.setScratch!(SCRATCH)
  return {
    memory,
    bytes,
    functions,
    call: (name, ...args) => {
      const unit = functions[name]
      if (unit === undefined) throw new Error(`assembly/units.ts exports no ${name}`)
      return unit(...args)
    },
    readWord: (pointer) => {
      let value = 0n
      for (let i = 24; i >= 0; i -= 8) value = (value << 64n) | view.getBigUint64(pointer + i, true)
      return value
    },
    writeWord: (pointer, value) => {
      for (let i = 0; i < 4; i++) view.setBigUint64(pointer + 8 * i, BigInt.asUintN(64, value >> BigInt(64 * i)), true)
    },
  }
}
