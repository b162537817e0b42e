import { readFileSync } from 'node:fs'

interface KeccakExports {
  keccak256(out: number, data: number, length: number): void
  readonly memory: WebAssembly.Memory
  readonly OUTPUT: WebAssembly.Global
  readonly INPUT: WebAssembly.Global
}

/** A module apart from the core, of 1.3 KB, so that hashing needs no machine. */
const module = new WebAssembly.Module(readFileSync(new URL('../../../build/keccak.wasm', import.meta.url)))
const PAGE = 65536

/** The hash function and a memory of its own. What is hashed often is written there to begin with, and need not be copied. */
export class KeccakMemory {
  /** Another array after `reserve` has made it longer. */
  bytes: Uint8Array
  #hash: Uint8Array
  readonly #exports: KeccakExports
  readonly #output: number
  readonly #input: number

  constructor() {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as KeccakExports
    this.#output = this.#exports.OUTPUT.value as number
    this.#input = this.#exports.INPUT.value as number
    const { buffer } = this.#exports.memory
    this.bytes = new Uint8Array(buffer, this.#input)
    this.#hash = new Uint8Array(buffer, this.#output, 32)
  }

  /** Room for so many bytes; those that are there stay. */
  reserve(size: number): Uint8Array {
    const missing = size - this.bytes.length
    if (missing > 0) {
      const { memory } = this.#exports
      // Twice as many at least, so that many steps to a long input cost no more than its length.
      memory.grow(Math.ceil(Math.max(missing, this.bytes.length) / PAGE))
      this.bytes = new Uint8Array(memory.buffer, this.#input)
      this.#hash = new Uint8Array(memory.buffer, this.#output, 32)
    }
    return this.bytes
  }

  /** Hashes `bytes[start..end)` and writes the 32 bytes to `out` at `at`, which may lie inside the range that was hashed. */
  hash(start: number, end: number, out: Uint8Array, at: number): void {
    this.#exports.keccak256(this.#output, this.#input + start, end - start)
    const hash = this.#hash
    for (let i = 0; i < 32; i++) out[at + i] = hash[i]!
  }
}

const own = new KeccakMemory()

/** Up to so many bytes a loop copies faster than `set`, and makes no view of the range. */
const SHORT = 32

/** Hashes `data[start..end)` and writes the 32 bytes to `out` at `at`, which may lie inside the range that was hashed. */
export function keccak256Range(data: Uint8Array, start: number, end: number, out: Uint8Array, at: number): void {
  const length = end - start
  const input = own.reserve(length)
  if (length <= SHORT) for (let i = 0; i < length; i++) input[i] = data[start + i]!
  else input.set(length === data.length ? data : data.subarray(start, end))
  own.hash(0, length, out, at)
}

export function keccak256(data: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32)
  keccak256Range(data, 0, data.length, hash, 0)
  return hash
}

/** The hash of no bytes: the code hash of an account without code. */
export const KECCAK_EMPTY: Uint8Array = keccak256(new Uint8Array(0))
