import { HASH_SECRETS } from '../layout'

/**
 * Keys come from strangers, so nobody must be able to prepare a million slots that fall on one entry. Multilinear hashing: each
 * 32-bit word of a key is multiplied by a secret of its own, and the upper half of the sum is the hash. Two different keys collide
 * with a chance of 2^-32 over the choice of the secrets, whatever the keys are.
 */
@inline
function secret(index: usize): u64 {
  return load<u64>(HASH_SECRETS + (index << 3))
}

/** A 64-bit word as two terms. */
@inline
function terms(word: u64, index: usize): u64 {
  return (word & 0xffff_ffff) * secret(index) + (word >> 32) * secret(index + 1)
}


@inline
export function hashAddress(a0: u64, a1: u64, a2: u64): u32 {
  return <u32>((secret(0) + terms(a0, 1) + terms(a1, 3) + (a2 & 0xffff_ffff) * secret(5)) >> 32)
}


@inline
export function hashSlot(owner: u32, k0: u64, k1: u64, k2: u64, k3: u64): u32 {
  return <u32>((secret(0) + <u64>owner * secret(1) + terms(k0, 2) + terms(k1, 4) + terms(k2, 6) + terms(k3, 8)) >> 32)
}

/** For 32 bytes that are a hash already. */
@inline
export function hashHash(hash: usize): u32 {
  return <u32>((secret(0) + terms(load<u64>(hash), 1)) >> 32)
}

/** Draws the secrets from a seed that only this engine knows. */
export function drawSecrets(seed: u64): void {
  for (let index: usize = 0; index < HASH_SECRET_COUNT; index++) {
    seed += 0x9e3779b97f4a7c15
    let mixed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb
    store<u64>(HASH_SECRETS + (index << 3), mixed ^ (mixed >> 31))
  }
}

const HASH_SECRET_COUNT: usize = 10
