import { scratch } from '../runtime/scratch'
import { mixRounds, ROUNDS_PER_CYCLE } from './blake2b-rounds'

/** EIP-152's input: rounds (u32, big-endian), then little-endian words: state (8), message (16), offset (2); final flag. */
const STATE: usize = 4
const MESSAGE: usize = 68
const OFFSET: usize = 196
const FINAL: usize = 212

/** Rounds without a return: V8 changes to optimised code between calls only, and an input may ask for four billion. */
const ROUNDS_PER_CALL: u32 = 1000 * ROUNDS_PER_CYCLE

/** BLAKE2b's compression with a given number of rounds; `out` gets 64 bytes and must not overlap `input`. */
export function blake2f(out: usize, input: usize): void {
  const state = scratch
  memory.copy(state, input + STATE, 64)
  store<u64>(state, 0x6a09e667f3bcc908, 64)
  store<u64>(state, 0xbb67ae8584caa73b, 72)
  store<u64>(state, 0x3c6ef372fe94f82b, 80)
  store<u64>(state, 0xa54ff53a5f1d36f1, 88)
  store<u64>(state, 0x510e527fade682d1 ^ load<u64>(input, OFFSET), 96)
  store<u64>(state, 0x9b05688c2b3e6c1f ^ load<u64>(input, OFFSET + 8), 104)
  store<u64>(state, load<u8>(input, FINAL) ? ~0x1f83d9abfb41bd6b : 0x1f83d9abfb41bd6b, 112)
  store<u64>(state, 0x5be0cd19137e2179, 120)

  let left = bswap<u32>(load<u32>(input))
  for (; left > ROUNDS_PER_CALL; left -= ROUNDS_PER_CALL) mixRounds(state, input + MESSAGE, ROUNDS_PER_CALL)
  mixRounds(state, input + MESSAGE, left)

  for (let at: usize = 0; at < 64; at += 8) {
    store<u64>(out + at, load<u64>(input + at, STATE) ^ load<u64>(state + at) ^ load<u64>(state + at, 64))
  }
}
