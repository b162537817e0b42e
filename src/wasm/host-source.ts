import type { StateBackend } from '../types/state.js'

/** Where the core's questions are answered from; replaced block by block. */
export interface HostSource {
  backend: StateBackend
  blockHash: (number: bigint) => Uint8Array
}
