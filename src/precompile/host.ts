import { callPrecompile } from './call.js'

/** What the core imports as `host.precompile`: the bytes written to `output`, or -1 if the precompile failed. */
export type HostPrecompile = (id: number, input: number, length: number, output: number) => number

export function createHostPrecompile(memory: { readonly buffer: ArrayBufferLike }): HostPrecompile {
  let bytes = new Uint8Array(memory.buffer)
  return (id, input, length, output) => {
    // A memory that grew has a longer buffer; the old one stays as it was.
    if (bytes.buffer !== memory.buffer) bytes = new Uint8Array(memory.buffer)
    // Pointers past 2 GiB arrive as negative numbers.
    const start = input >>> 0
    const result = callPrecompile(id, bytes.subarray(start, start + (length >>> 0)))
    if (result === undefined) return -1
    bytes.set(result, output >>> 0)
    return result.length
  }
}
