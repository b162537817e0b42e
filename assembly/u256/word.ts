/**
 * A word is 32 bytes: four u64 limbs, least significant first. Pointers come destination first; a destination may be one of the
 * sources. Limbs are moved as u64, not as v128: a v128 load right after u64 stores misses store forwarding.
 */

// @ts-ignore: decorator
@inline
export function copy(out: usize, a: usize): void {
  const a0 = load<u64>(a, 0)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const a3 = load<u64>(a, 24)
  store<u64>(out, a0, 0)
  store<u64>(out, a1, 8)
  store<u64>(out, a2, 16)
  store<u64>(out, a3, 24)
}

// @ts-ignore: decorator
@inline
export function zero(out: usize): void {
  setU64(out, 0)
}

// @ts-ignore: decorator
@inline
export function setU64(out: usize, value: u64): void {
  store<u64>(out, value, 0)
  store<u64>(out, 0, 8)
  store<u64>(out, 0, 16)
  store<u64>(out, 0, 24)
}

/** Whether the lowest limb is the whole value. */
// @ts-ignore: decorator
@inline
export function fitsU64(a: usize): bool {
  return (load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0
}

// @ts-ignore: decorator
@inline
function reverse(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
}

// @ts-ignore: decorator
@inline
function loadPair(a: usize): v128 {
  return v128.load_lane<u64>(a, v128.load_zero<u64>(a), 1, 8)
}

/** Reads 32 big-endian bytes. */
// @ts-ignore: decorator
@inline
export function loadWord(out: usize, bytes: usize): void {
  const high = reverse(v128.load(bytes, 0))
  const low = reverse(v128.load(bytes, 16))
  v128.store(out, low, 0)
  v128.store(out, high, 16)
}

/**
 * Reads the number that `length` (0 to 32) big-endian bytes spell. Whatever stands in the 32 bytes before the end of `bytes` is
 * loaded and then masked: it must exist, which it does everywhere above address 32.
 */
// @ts-ignore: decorator
@inline
export function loadBytes(out: usize, bytes: usize, length: usize): void {
  const start = bytes + length - 32
  const high = reverse(v128.load(start, 0))
  const low = reverse(v128.load(start, 16))
  const wanted = i8x16.splat(<i8>length)
  v128.store(out, v128.and(low, i8x16.lt_u(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), wanted)), 0)
  v128.store(
    out,
    v128.and(high, i8x16.lt_u(i8x16(16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31), wanted)),
    16,
  )
}

/** Writes 32 big-endian bytes. `bytes` may overlap the word only if it is the word. */
// @ts-ignore: decorator
@inline
export function storeBytes(bytes: usize, a: usize): void {
  const low = reverse(loadPair(a))
  const high = reverse(loadPair(a + 16))
  v128.store(bytes, high, 0)
  v128.store(bytes, low, 16)
}
