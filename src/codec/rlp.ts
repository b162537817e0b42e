import { InputError } from '../errors.js'

/** What decoding gives: views into the decoded bytes, not copies. */
export type RlpItem = Uint8Array | RlpItem[]

/** What can be encoded; a bigint becomes its shortest big-endian form. */
export type RlpInput = Uint8Array | bigint | readonly RlpInput[]

/** Deeper than any structure of the protocol, shallow enough for the smallest stack of a worker. */
const MAX_DEPTH = 1024

/** A list of empty strings costs a hundred times its size once it is objects; 10 MiB of real block has a third of this. */
const MAX_ITEMS = 1 << 20

const KEEP_BYTES = 1 << 20

// Encoding writes from the end of the buffer towards its start: every length is known when its header is due, so that one
// pass is enough. `size` bytes at the end are written.
let buffer: Uint8Array = new Uint8Array(4096)
let size = 0

function reserve(count: number): void {
  if (size + count <= buffer.length) return
  const larger = new Uint8Array(Math.max(buffer.length * 2, size + count))
  larger.set(buffer.subarray(buffer.length - size), larger.length - size)
  buffer = larger
}

function writeHeader(length: number, base: number): void {
  reserve(9)
  let at = buffer.length - size
  const end = at
  if (length < 56) {
    buffer[--at] = base + length
  } else {
    let rest = length
    let count = 0
    while (rest > 0) {
      buffer[--at] = rest % 256
      rest = Math.floor(rest / 256)
      count++
    }
    buffer[--at] = base + 55 + count
  }
  size += end - at
}

function writeBytes(bytes: Uint8Array): void {
  const length = bytes.length
  reserve(length)
  const start = buffer.length - size - length
  // A call of set() costs about as much as copying 40 bytes one by one.
  if (length <= 40) for (let i = 0; i < length; i++) buffer[start + i] = bytes[i]!
  else buffer.set(bytes, start)
  size += length
  if (length !== 1 || bytes[0]! >= 0x80) writeHeader(length, 0x80)
}

function writeInteger(value: bigint): void {
  if (value < 0n) throw new InputError('NegativeInteger', `RLP: expected an integer from 0 on, got ${value}`, { value })
  const before = size
  let rest = value
  let low = 0
  if (value <= 0xffff_ffffn) {
    reserve(4)
    for (low = Number(value); low > 0; low >>>= 8) buffer[buffer.length - ++size] = low
    rest = 0n
  }
  while (rest > 0n) {
    reserve(3)
    low = Number(rest & 0xffffffn)
    rest >>= 24n
    for (let i = 0; i < 3 && (rest > 0n || low > 0); i++) {
      size++
      buffer[buffer.length - size] = low & 0xff
      low >>= 8
    }
  }
  const length = size - before
  if (length !== 1 || buffer[buffer.length - size]! >= 0x80) writeHeader(length, 0x80)
}

function write(item: RlpInput, depth: number): void {
  if (item instanceof Uint8Array) writeBytes(item)
  else if (typeof item === 'bigint') writeInteger(item)
  else writeList(item, depth)
}

function writeList(item: readonly RlpInput[], depth: number): void {
  if (!Array.isArray(item)) {
    const got = item === null ? 'null' : typeof item
    throw new InputError('RlpType', `RLP: expected bytes, a bigint or a list, got ${got}`, { got })
  }
  if (depth >= MAX_DEPTH) {
    throw new InputError('RlpTooDeep', `RLP: expected lists nested at most ${MAX_DEPTH} deep`, { depth })
  }
  const before = size
  for (let i = item.length - 1; i >= 0; i--) write(item[i] as RlpInput, depth + 1)
  writeHeader(size - before, 0xc0)
}

export function encodeRlp(item: RlpInput): Uint8Array {
  size = 0
  write(item, 0)
  return takeEncoded()
}

/**
 * As `encodeRlp`, with a byte that says the type before it (EIP-2718), but for type 0. Lent: the next encoding, of whatever it is,
 * writes over it.
 */
export function lendRlp(item: RlpInput, type = 0): Uint8Array {
  size = 0
  write(item, 0)
  if (type !== 0) {
    reserve(1)
    buffer[buffer.length - ++size] = type
  }
  return buffer.subarray(buffer.length - size)
}

function takeEncoded(): Uint8Array {
  const encoded = buffer.slice(buffer.length - size)
  // One large block must not hold its memory for ever.
  if (buffer.length > KEEP_BYTES) buffer = new Uint8Array(4096)
  return encoded
}

/** The header and concatenation of items that are encoded already. */
export function encodeRlpListOfEncoded(items: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const item of items) length += item.length
  size = 0
  writeHeader(length, 0xc0)
  const list = new Uint8Array(size + length)
  list.set(buffer.subarray(buffer.length - size))
  let at = size
  for (const item of items) {
    list.set(item, at)
    at += item.length
  }
  return list
}

function refuse(code: string, offset: number, expected: string, got: string | number): never {
  throw new InputError(code, `RLP: expected ${expected} at byte ${offset}, got ${got}`, { offset, expected, got })
}

// The header read last: where the content begins and ends, and whether it is a list.
let contentStart = 0
let contentEnd = 0
let contentIsList = false
let itemsLeft = 0

function readHeader(data: Uint8Array, offset: number, end: number): void {
  if (offset >= end) refuse('RlpTruncated', offset, 'an item', 'the end')
  const first = data[offset]!
  contentIsList = first >= 0xc0
  if (first < 0x80) {
    contentStart = offset
    contentEnd = offset + 1
    return
  }
  const short = first - (contentIsList ? 0xc0 : 0x80)
  contentStart = offset + 1
  let length = short
  if (short > 55) {
    const count = short - 55
    if (count > end - contentStart) refuse('RlpTruncated', offset, `${count} bytes of length`, end - contentStart)
    if (data[contentStart] === 0) refuse('RlpNotCanonical', offset, 'a length without leading zeros', 'a leading zero')
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + data[contentStart + i]!
    contentStart += count
    if (length < 56) refuse('RlpNotCanonical', offset, 'a short header for a content below 56 bytes', length)
  }
  // A length of 2^53 and more is not exact, but still larger than what any array can hold.
  if (length > end - contentStart) refuse('RlpTruncated', offset, `${length} bytes of content`, end - contentStart)
  contentEnd = contentStart + length
  if (short === 1 && !contentIsList && data[contentStart]! < 0x80) {
    refuse('RlpNotCanonical', offset, 'a byte below 0x80 as itself', 'a header before it')
  }
}

function readItem(data: Uint8Array, offset: number, end: number, depth: number): RlpItem {
  readHeader(data, offset, end)
  if (--itemsLeft < 0) refuse('RlpTooManyItems', offset, `at most ${MAX_ITEMS} items`, 'more')
  if (!contentIsList) return data.subarray(contentStart, contentEnd)
  if (depth >= MAX_DEPTH) refuse('RlpTooDeep', offset, `lists nested at most ${MAX_DEPTH} deep`, 'a deeper one')
  const list: RlpItem[] = []
  const listEnd = contentEnd
  let at = contentStart
  while (at < listEnd) {
    list.push(readItem(data, at, listEnd, depth + 1))
    at = contentEnd
  }
  contentEnd = listEnd
  return list
}

/** Strict: one item, canonical throughout, and nothing after it. */
export function decodeRlp(data: Uint8Array): RlpItem {
  itemsLeft = MAX_ITEMS
  const item = readItem(data, 0, data.length, 0)
  if (contentEnd !== data.length) {
    refuse('RlpTrailing', contentEnd, 'the end', `${data.length - contentEnd} more bytes`)
  }
  return item
}

/** The still encoded items of one list. */
export function splitRlpList(data: Uint8Array): Uint8Array[] {
  readHeader(data, 0, data.length)
  if (!contentIsList) refuse('RlpType', 0, 'a list', 'bytes')
  if (contentEnd !== data.length) {
    refuse('RlpTrailing', contentEnd, 'the end', `${data.length - contentEnd} more bytes`)
  }
  const items: Uint8Array[] = []
  let at = contentStart
  while (at < data.length) {
    readHeader(data, at, data.length)
    if (items.length >= MAX_ITEMS) refuse('RlpTooManyItems', at, `at most ${MAX_ITEMS} items`, 'more')
    items.push(data.subarray(at, contentEnd))
    at = contentEnd
  }
  return items
}
