import { HASH_SEED } from '../layout'

/** Keys come from strangers, so every hash is keyed by a secret of this engine: nobody can prepare a million colliding slots. */
@inline
function fold(h: u64, word: u64): u64 {
  h = (h ^ word) * 0x9e3779b97f4a7c15
  return h ^ (h >> 32)
}


@inline
export function hashAddress(a0: u64, a1: u64, a2: u64): u32 {
  return <u32>fold(fold(fold(load<u64>(HASH_SEED), a0), a1), a2)
}


@inline
export function hashSlot(owner: u32, k0: u64, k1: u64, k2: u64, k3: u64): u32 {
  return <u32>fold(fold(fold(fold(load<u64>(HASH_SEED) + <u64>owner, k0), k1), k2), k3)
}

/** For 32 bytes that are a hash already. */
@inline
export function hashHash(hash: usize): u32 {
  return <u32>fold(load<u64>(HASH_SEED), load<u64>(hash))
}
