import { secp256k1 } from '@noble/curves/secp256k1.js'
import { addressOf } from '../../src/codec/address.js'
import { recoverSigner } from '../../src/codec/secp256k1.js'
import { type Measurement, measureDifference } from '../harness.js'

export interface RecoveryResult extends Measurement {
  readonly name: string
}

interface Signed {
  readonly hash: Uint8Array
  readonly r: Uint8Array
  readonly s: Uint8Array
  readonly id: number
}

/** Different ones, so that branches are not learnt by heart. */
const SIGNATURES = 64

export const recoveryCases: readonly { name: string; recover: (signed: Signed) => Uint8Array | undefined }[] = [
  { name: 'recover', recover: ({ hash, r, s, id }) => recoverSigner(hash, r, s, id) },
  { name: 'recover, @noble/curves', recover: recoverByNoble },
]

function recoverByNoble({ hash, r, s, id }: Signed): Uint8Array {
  const signature = secp256k1.Signature.fromBytes(Uint8Array.of(id, ...r, ...s), 'recovered')
  return addressOf(signature.recoverPublicKey(hash).toBytes(false))
}

/** From a hash and a signature's bytes to an address. */
export function measureRecovery({ name, recover }: (typeof recoveryCases)[number]): RecoveryResult {
  const signatures = Array.from({ length: SIGNATURES }, (_, i) => sign(i + 1))
  const run = (times: number) => {
    for (let i = 0; i < times; i++) recover(signatures[i % SIGNATURES]!)
  }
  return { name, ...measureDifference(run, () => undefined, { batchTime: 10, warmUp: 200 }) }
}

function sign(seed: number): Signed {
  const key = new Uint8Array(32).fill(seed)
  const hash = new Uint8Array(32).fill(255 - seed)
  const bytes = secp256k1.sign(hash, key, { prehash: false, format: 'recovered' })
  return { hash, r: bytes.slice(1, 33), s: bytes.slice(33), id: bytes[0]! }
}
