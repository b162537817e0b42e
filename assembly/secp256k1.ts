/**
 * Recovery of the signer alone, over a private memory of its own (secp256k1/layout.ts): what TypeScript finds senders with, and the
 * host's side of the ECRECOVER precompile.
 */
import { SCRATCH } from './secp256k1/layout'
import { setScratch } from './runtime/scratch'

export { INPUT, KEY, MEMORY_END, OUTPUT } from './secp256k1/layout'
export { recover } from './secp256k1/recover'

setScratch(SCRATCH)
