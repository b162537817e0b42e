/**
 * Views on the shared memory, and the two forms in which 256-bit values stand there: words (four little-endian u64 limbs) and
 * raw big-endian bytes.
 */
export class Words {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Typed arrays, because stores of big integers through a DataView are calls: 150 ns a message instead of 50. */
  readonly #words: Uint32Array
  readonly #longs: BigUint64Array

  constructor(memory: WebAssembly.Memory) {
    this.bytes = new Uint8Array(memory.buffer)
    this.view = new DataView(memory.buffer)
    this.#words = new Uint32Array(memory.buffer)
    this.#longs = new BigUint64Array(memory.buffer)
  }

  /** What is read or written as a number stands at a multiple of its size. */
  u32(at: number): number {
    return this.#words[at >>> 2]!
  }

  setU32(at: number, value: number): void {
    this.#words[at >>> 2] = value
  }

  u64(at: number): bigint {
    return this.#longs[at >>> 3]!
  }

  setU64(at: number, value: bigint): void {
    this.#longs[at >>> 3] = value
  }

  word(at: number): bigint {
    const longs = this.#longs
    const first = at >>> 3
    const low = longs[first]!
    const second = longs[first + 1]!
    // Each step of the sum is a number of its own, and few are as long.
    if ((longs[first + 2]! | longs[first + 3]!) === 0n) return second === 0n ? low : (second << 64n) | low
    return (longs[first + 3]! << 192n) | (longs[first + 2]! << 128n) | (second << 64n) | low
  }

  setWord(at: number, value: bigint): void {
    const longs = this.#longs
    const first = at >>> 3
    // An array takes the low 64 bits of what it is given.
    const isLong = value > LIMB
    longs[first] = value
    longs[first + 1] = isLong ? value >> 64n : 0n
    longs[first + 2] = isLong ? value >> 128n : 0n
    longs[first + 3] = isLong ? value >> 192n : 0n
  }

  /** Big-endian bytes, at most 32, written as a word. */
  setWordBytes(at: number, value: Uint8Array): void {
    const words = this.#words
    let to = at >>> 2
    const end = to + 8
    let i = value.length
    for (; i >= 4; i -= 4) {
      words[to++] = value[i - 1]! | (value[i - 2]! << 8) | (value[i - 3]! << 16) | (value[i - 4]! << 24)
    }
    if (i > 0) {
      let rest = 0
      for (let j = 0; j < i; j++) rest = (rest << 8) | value[j]!
      words[to++] = rest
    }
    while (to < end) words[to++] = 0
  }

  /** The low `length` bytes of a word, big-endian. */
  wordBytes(at: number, length: number): Uint8Array {
    return this.readWord(at, new Uint8Array(length))
  }

  /** The same into `out`, as many as it has. */
  readWord(at: number, out: Uint8Array): Uint8Array {
    const { bytes } = this
    const last = (at >>> 0) + out.length - 1
    for (let i = 0; i < out.length; i++) out[i] = bytes[last - i]!
    return out
  }

  /** Fills `out` with the bytes at `at`. For a few bytes a loop beats `set`, which needs a view of the range. */
  read(at: number, out: Uint8Array): Uint8Array {
    const { bytes } = this
    const start = at >>> 0
    const { length } = out
    if (length > LONG) out.set(bytes.subarray(start, start + length))
    else for (let i = 0; i < length; i++) out[i] = bytes[start + i]!
    return out
  }

  /** Fills `out` from `start` to `end` with the u32 at `at`. As with bytes, a view costs more than a loop over a few. */
  readWords(at: number, out: Uint32Array, start: number, end: number): void {
    const words = this.#words
    const offset = (at >>> 2) - start
    if (end - start > LONG) out.set(words.subarray(start + offset, end + offset), start)
    else for (let i = start; i < end; i++) out[i] = words[i + offset]!
  }

  /** What `read` does, the other way. */
  write(at: number, value: Uint8Array): void {
    const { bytes } = this
    const start = at >>> 0
    const { length } = value
    if (length > LONG) {
      bytes.set(value, start)
      return
    }
    for (let i = 0; i < length; i++) bytes[start + i] = value[i]!
  }

  /** A copy that no worker can change. */
  copy(at: number, length: number): Uint8Array {
    const start = at >>> 0
    return this.bytes.slice(start, start + length)
  }
}

/** From here on `set` is quicker. */
const LONG = 256

const LIMB = 0xffff_ffff_ffff_ffffn
