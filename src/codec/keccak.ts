import { readFileSync } from 'node:fs'

interface KeccakExports {
  keccak256(out: number, data: number, length: number): void
  readonly memory: WebAssembly.Memory
  readonly OUTPUT: WebAssembly.Global
  readonly INPUT: WebAssembly.Global
}

const { keccak256: hashInMemory, memory, OUTPUT, INPUT } = instantiate()
const output = OUTPUT.value as number
const input = INPUT.value as number
const PAGE = 65536
let bytes: Uint8Array = new Uint8Array(memory.buffer)

/** A module apart from the core, of 1.3 KB and with a memory of its own, so that hashing needs no machine. */
function instantiate(): KeccakExports {
  const module = new WebAssembly.Module(readFileSync(new URL('../../../build/keccak.wasm', import.meta.url)))
  return new WebAssembly.Instance(module).exports as unknown as KeccakExports
}

/** Below this a loop copies faster than `set`, which needs a view of the range. */
const SHORT = 24

/** Hashes `data[start..end)` and writes the 32 bytes to `out` at `at`, which may lie inside the range that was hashed. */
export function keccak256Range(data: Uint8Array, start: number, end: number, out: Uint8Array, at: number): void {
  const length = end - start
  if (input + length > bytes.length) {
    memory.grow(Math.ceil((input + length - bytes.length) / PAGE))
    bytes = new Uint8Array(memory.buffer)
  }
  if (length < SHORT) for (let i = 0; i < length; i++) bytes[input + i] = data[start + i]!
  else bytes.set(data.subarray(start, end), input)
  hashInMemory(output, input, length)
  for (let i = 0; i < 32; i++) out[at + i] = bytes[output + i]!
}

export function keccak256(data: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32)
  keccak256Range(data, 0, data.length, hash, 0)
  return hash
}

/** The hash of no bytes: the code hash of an account without code. */
export const KECCAK_EMPTY: Uint8Array = keccak256(new Uint8Array(0))
