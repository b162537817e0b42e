import { Fork } from '../fork/fork'
import { hostPrecompile } from '../host'
import { Precompile, OVER_LIMIT } from './precompile'
import { blake2fCost, runBlake2f } from './blake2f'
import * as bls12 from './bls12-381'
import * as bn254 from './bn254'
import { ECRECOVER_COST } from './ecrecover'
import { identityCost, runIdentity } from './identity'
import { modexpCost, runModexp } from './modexp'
import { P256VERIFY_COST } from './p256verify'
import { POINT_EVALUATION_COST } from './point-evaluation'
import { ripemd160Cost, runRipemd160 } from './ripemd160'
import { runSha256, sha256Cost } from './sha256'

/** Size of the last output. */
export let precompileOutputSize: u32 = 0

/** The longest output of a precompile that runs in the host: a point of G2. */
const HOST_OUTPUT: u32 = 256

/**
 * The gas that is left, or -1 if the precompile failed, which consumes it all, or -2 if `outputCapacity` or the big scratch
 * region is too small. Assumes `precompileAt(id, fork)`; `output` must not overlap `input`.
 */
export function runPrecompile(
  id: u32,
  fork: Fork,
  input: usize,
  length: u32,
  gas: i64,
  output: usize,
  outputCapacity: u32,
): i64 {
  precompileOutputSize = 0
  const cost = costOf(id, fork, input, length)
  if (cost > <u64>gas) return -1
  const size = execute(id, fork, input, length, output, outputCapacity)
  if (size < 0) return size
  precompileOutputSize = size
  return gas - <i64>cost
}

function costOf(id: u32, fork: Fork, input: usize, length: u32): u64 {
  switch (id) {
    case Precompile.EcRecover:
      return ECRECOVER_COST
    case Precompile.Sha256:
      return sha256Cost(length)
    case Precompile.Ripemd160:
      return ripemd160Cost(length)
    case Precompile.Identity:
      return identityCost(length)
    case Precompile.ModExp:
      return modexpCost(fork, input, length)
    case Precompile.Bn254Add:
      return bn254.addCost(fork)
    case Precompile.Bn254Multiply:
      return bn254.multiplyCost(fork)
    case Precompile.Bn254Pairing:
      return bn254.pairingCost(fork, length)
    case Precompile.Blake2F:
      return blake2fCost(input, length)
    case Precompile.PointEvaluation:
      return POINT_EVALUATION_COST
    case Precompile.Bls12G1Add:
      return bls12.G1_ADD_COST
    case Precompile.Bls12G1Msm:
      return bls12.g1MsmCost(length)
    case Precompile.Bls12G2Add:
      return bls12.G2_ADD_COST
    case Precompile.Bls12G2Msm:
      return bls12.g2MsmCost(length)
    case Precompile.Bls12Pairing:
      return bls12.pairingCost(length)
    case Precompile.Bls12MapFpToG1:
      return bls12.MAP_FP_TO_G1_COST
    case Precompile.Bls12MapFp2ToG2:
      return bls12.MAP_FP2_TO_G2_COST
    default:
      return P256VERIFY_COST
  }
}

/** The size of the output, or FAILED, or OVER_LIMIT. */
function execute(id: u32, fork: Fork, input: usize, length: u32, output: usize, outputCapacity: u32): i32 {
  switch (id) {
    case Precompile.Sha256:
      return runSha256(input, length, output)
    case Precompile.Ripemd160:
      return runRipemd160(input, length, output)
    case Precompile.Identity:
      return runIdentity(input, length, output, outputCapacity)
    case Precompile.ModExp:
      return runModexp(input, length, output, outputCapacity)
    case Precompile.Blake2F:
      return runBlake2f(input, length, output)
    default:
      return outputCapacity < HOST_OUTPUT ? OVER_LIMIT : hostPrecompile(id, input, length, output)
  }
}
