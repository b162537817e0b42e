/** RLP of what is in memory: strings and lists below 2^32 bytes, numbers of 64 bits. Writers give the end of what they wrote. */
export const STRING: u32 = 0x80
export const LIST: u32 = 0xc0

/** More than any header takes. */
export const HEADER_ROOM: usize = 8

export function headerSize(size: u32): u32 {
  return size < 56 ? 1 : 1 + lengthSize(size)
}

export function writeHeader(at: usize, size: u32, base: u32): usize {
  if (size < 56) {
    store<u8>(at, base + size)
    return at + 1
  }
  const count = lengthSize(size)
  store<u8>(at++, base + 55 + count)
  return writeBytes(at, size, count)
}

export function stringSize(data: usize, size: u32): u32 {
  return isItself(data, size) ? 1 : headerSize(size) + size
}

export function writeString(at: usize, data: usize, size: u32): usize {
  const start = isItself(data, size) ? at : writeHeader(at, size, STRING)
  memory.copy(start, data, size)
  return start + size
}

export function numberSize(value: u64): u32 {
  return value < 0x80 ? 1 : 1 + byteCount(value)
}

export function writeNumber(at: usize, value: u64): usize {
  if (value > 0 && value < 0x80) {
    store<u8>(at, value)
    return at + 1
  }
  const count = byteCount(value)
  store<u8>(at++, STRING + count)
  return writeBytes(at, value, count)
}

/** One byte that cannot be taken for a header stands for itself. */
@inline
function isItself(data: usize, size: u32): bool {
  return size == 1 && load<u8>(data) < 0x80
}


@inline
function lengthSize(size: u32): u32 {
  return byteCount(size)
}


@inline
function byteCount(value: u64): u32 {
  return <u32>((71 - clz<u64>(value)) >> 3)
}

/** The low `count` bytes, the most significant one first. */
function writeBytes(at: usize, value: u64, count: u32): usize {
  for (let shift = <i32>(count - 1) * 8; shift >= 0; shift -= 8) store<u8>(at++, value >> shift)
  return at
}
