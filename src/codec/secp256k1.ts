import { readFileSync } from 'node:fs'

interface Secp256k1Exports {
  recover(id: number): number
  readonly memory: WebAssembly.Memory
  readonly OUTPUT: WebAssembly.Global
  readonly INPUT: WebAssembly.Global
}

interface Secp256k1 {
  recover(id: number): number
  input: Uint8Array
  output: Uint8Array
}

let module: Secp256k1 | undefined

/** At the first signature: a thread that recovers none has neither the module nor its tables. Its memory never grows. */
function instantiate(): Secp256k1 {
  const binary = readFileSync(new URL('../../../build/secp256k1.wasm', import.meta.url))
  const exports = new WebAssembly.Instance(new WebAssembly.Module(binary)).exports as unknown as Secp256k1Exports
  const { recover, memory, OUTPUT, INPUT } = exports
  return {
    recover,
    input: new Uint8Array(memory.buffer, INPUT.value, 96),
    output: new Uint8Array(memory.buffer, OUTPUT.value, 32),
  }
}

/**
 * The address of the key that signed `hash`, or undefined when no key can have made this signature. Each of the three has 32 bytes;
 * bit 0 of `id` is the parity of the nonce point's y, bit 1 says that its x is r + n.
 */
export function recoverSigner(hash: Uint8Array, r: Uint8Array, s: Uint8Array, id: number): Uint8Array | undefined {
  module ??= instantiate()
  const { input, output, recover } = module
  input.set(hash)
  input.set(r, 32)
  input.set(s, 64)
  return recover(id) === 0 ? undefined : output.slice(12)
}
