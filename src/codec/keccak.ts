import { keccak_256 } from '@noble/hashes/sha3.js'

/** Hashes `data[start..end)` and writes the 32 bytes to `out` at `at`, which may lie inside the range that was hashed. */
export type HashRange = (data: Uint8Array, start: number, end: number, out: Uint8Array, at: number) => void

/** In JavaScript until the WASM core is there: about 12 times slower than what `useKeccak256` then puts in its place. */
let hashRange: HashRange = (data, start, end, out, at) => {
  out.set(keccak_256(data.subarray(start, end)), at)
}

/** The one place where the hash of everything outside the core is chosen. */
export function useKeccak256(implementation: HashRange): void {
  hashRange = implementation
}

export function keccak256(data: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32)
  hashRange(data, 0, data.length, hash, 0)
  return hash
}

export function keccak256Range(data: Uint8Array, start: number, end: number, out: Uint8Array, at: number): void {
  hashRange(data, start, end, out, at)
}

/** The hash of no bytes: the code hash of an account without code. */
export const KECCAK_EMPTY: Uint8Array = keccak256(new Uint8Array(0))
