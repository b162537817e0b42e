import { Fork } from '../fork/fork'

/** Precompiled contracts by address. */
export enum Precompile {
  EcRecover = 0x01,
  Sha256 = 0x02,
  Ripemd160 = 0x03,
  Identity = 0x04,

  ModExp = 0x05,
  Bn254Add = 0x06,
  Bn254Multiply = 0x07,
  Bn254Pairing = 0x08,

  Blake2F = 0x09,

  PointEvaluation = 0x0a,

  Bls12G1Add = 0x0b,
  Bls12G1Msm = 0x0c,
  Bls12G2Add = 0x0d,
  Bls12G2Msm = 0x0e,
  Bls12Pairing = 0x0f,
  Bls12MapFpToG1 = 0x10,
  Bls12MapFp2ToG2 = 0x11,

  P256Verify = 0x100,
}

/** Whether the address whose low 32 bits are `addressLow`, the others being zero, is a precompile. */
export function precompileAt(addressLow: u32, fork: Fork): bool {
  const id = <i32>addressLow
  if (id > Precompile.Bls12MapFp2ToG2) return id == Precompile.P256Verify && fork >= Fork.Osaka
  if (id > Precompile.PointEvaluation) return fork >= Fork.Prague
  if (id > Precompile.Blake2F) return fork >= Fork.Cancun
  if (id > Precompile.Bn254Pairing) return fork >= Fork.Istanbul
  if (id > Precompile.Identity) return fork >= Fork.Byzantium
  return id >= Precompile.EcRecover
}

/** What a precompile answers in place of its output's size. */
export const FAILED: i32 = -1
export const OVER_LIMIT: i32 = -2

/** A price that nobody can pay: more than any gas, which is a positive i64. */
export const UNPAYABLE: u64 = u64.MAX_VALUE
