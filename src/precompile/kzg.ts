import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bytesToNumberBE, hexToBytes, numberToBytesBE } from '@noble/curves/utils.js'
import { sha256 } from '@noble/hashes/sha2.js'

const { Fr, Fp12 } = bls12_381.fields
const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point

const INPUT_SIZE = 192
const VERSION = 0x01
const FIELD_ELEMENTS_PER_BLOB = 4096n

/** The secret of the KZG ceremony times the generator of G2: the second of the setup's monomials. */
const TAU_G2 =
  'b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72' +
  '185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2'

type Lines = ReturnType<typeof bls12_381.utils.calcPairingPrecomputes>

/** Line functions of the two fixed points of G2, made on first use: 5 ms that a process without blobs does not spend. */
let fixed: { minusGenerator: Lines; tau: Lines } | undefined

function fixedLines(): { minusGenerator: Lines; tau: Lines } {
  fixed ??= {
    minusGenerator: bls12_381.utils.calcPairingPrecomputes(G2.BASE.negate()),
    tau: bls12_381.utils.calcPairingPrecomputes(G2.fromBytes(hexToBytes(TAU_G2))),
  }
  return fixed
}

/** EIP-4844: versioned hash, z, y, commitment, proof in; fails unless the committed polynomial is y at z. */
export function pointEvaluation(input: Uint8Array): Uint8Array | undefined {
  if (input.length !== INPUT_SIZE) return undefined
  const commitment = input.subarray(96, 144)
  const hash = sha256(commitment)
  hash[0] = VERSION
  if (!hash.every((byte, i) => byte === input[i])) return undefined
  const z = bytesToNumberBE(input.subarray(32, 64))
  const y = bytesToNumberBE(input.subarray(64, 96))
  if (!Fr.isValid(z) || !Fr.isValid(y)) return undefined
  const c = decompress(commitment)
  const proof = decompress(input.subarray(144, 192))
  if (c === undefined || proof === undefined || !isProof(c, z, y, proof)) return undefined
  const out = new Uint8Array(64)
  out.set(numberToBytesBE(FIELD_ELEMENTS_PER_BLOB, 32))
  out.set(numberToBytesBE(Fr.ORDER, 32), 32)
  return out
}

/**
 * e(c - y G, H) = e(proof, τH - z H), rearranged to e(c - y G + z proof, -H) · e(proof, τH) = 1, so that both points of G2 are
 * fixed and the only multiplications are in G1.
 */
function isProof(c: InstanceType<typeof G1>, z: bigint, y: bigint, proof: InstanceType<typeof G1>): boolean {
  const left = c.add(G1.BASE.mulAddUnsafe(Fr.neg(y), proof, z))
  const lines = fixedLines()
  const pairs: [Lines, bigint, bigint][] = []
  if (!left.is0()) pairs.push([lines.minusGenerator, left.x, left.y])
  if (!proof.is0()) pairs.push([lines.tau, proof.x, proof.y])
  return pairs.length === 0 || Fp12.eql(Fp12.finalExponentiate(bls12_381.millerLoopBatch(pairs)), Fp12.ONE)
}

/** Checks that the encoding is canonical and that the point is in the subgroup. */
function decompress(bytes: Uint8Array): InstanceType<typeof G1> | undefined {
  try {
    return G1.fromBytes(bytes)
  } catch {
    return undefined
  }
}
