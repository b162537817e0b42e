/**
 * The exponent of the power that is being computed: big-endian bytes, read where they are, since most of a long exponent can be
 * zeros past the end of the input. One per instance.
 */
let bytes: usize = 0
let available: u32 = 0
let length: u32 = 0

/** Bits from the highest that is set. */
export let exponentBits: u64 = 0

export function setExponent(at: usize, availableBytes: u32, declaredLength: u32): void {
  bytes = at
  available = availableBytes
  length = declaredLength
  exponentBits = 0
  for (let i: u32 = 0; i < availableBytes; ++i) {
    const byte = load<u8>(at + i)
    if (byte == 0) continue
    exponentBits = ((<u64>(declaredLength - i)) << 3) - <u64>(clz<u32>(byte) - 24)
    return
  }
}

/** Bit `index`, counted from the least significant. */
export function exponentBit(index: u64): u32 {
  const at = length - 1 - <u32>(index >> 3)
  return at < available ? (load<u8>(bytes + at) >> (<u8>(index & 7))) & 1 : 0
}

/** How many bits a window should have: a table of 2^(w-1) odd powers against one multiplication saved per w + 1 bits. */
export function windowBits(): u32 {
  if (exponentBits <= 8) return 1
  if (exponentBits <= 24) return 2
  if (exponentBits <= 80) return 3
  if (exponentBits <= 240) return 4
  return exponentBits <= 672 ? 5 : 6
}
