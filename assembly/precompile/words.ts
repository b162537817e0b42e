/** How many 32-byte words `length` bytes touch. */
@inline
export function words(length: u32): u64 {
  return (<u64>length + 31) >> 5
}
