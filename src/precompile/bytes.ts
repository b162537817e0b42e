/** `size` bytes of the input from `offset` on; what lies past its end is zero. */
export function padded(input: Uint8Array, offset: number, size: number): Uint8Array {
  const out = new Uint8Array(size)
  out.set(input.subarray(offset, offset + size))
  return out
}

/** A boolean as the EVM's word. */
export function word(value: boolean): Uint8Array {
  const out = new Uint8Array(32)
  out[31] = value ? 1 : 0
  return out
}
