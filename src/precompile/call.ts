import * as bls12 from './bls12-381.js'
import { bn254Add, bn254Multiply, bn254Pairing } from './bn254.js'
import { ecrecover } from './ecrecover.js'
import { pointEvaluation } from './kzg.js'
import { p256verify } from './p256verify.js'

/** By address: the precompiles that the WASM core does not run itself. */
const PRECOMPILES: Readonly<Record<number, (input: Uint8Array) => Uint8Array | undefined>> = {
  1: ecrecover,

  6: bn254Add,
  7: bn254Multiply,
  8: bn254Pairing,

  10: pointEvaluation,

  11: bls12.g1Add,
  12: bls12.g1Msm,
  13: bls12.g2Add,
  14: bls12.g2Msm,
  15: bls12.pairing,
  16: bls12.mapFpToG1,
  17: bls12.mapFp2ToG2,

  256: p256verify,
}

/** The output, or undefined if the precompile fails. The gas was paid; `input` may be a view of the shared memory. */
export function callPrecompile(id: number, input: Uint8Array): Uint8Array | undefined {
  const run = PRECOMPILES[id]
  if (run === undefined) throw new Error(`BUG: precompile 0x${id.toString(16)} does not run in the host`)
  // A copy: other threads write to shared memory, and noble takes only bytes that stay as they are.
  return run(input.slice())
}
