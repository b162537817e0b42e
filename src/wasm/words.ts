/**
 * Views on the shared memory, and the two forms in which 256-bit values stand there: words (four little-endian u64 limbs) and
 * raw big-endian bytes.
 */
export class Words {
  readonly bytes: Uint8Array
  readonly view: DataView

  constructor(memory: WebAssembly.Memory) {
    this.bytes = new Uint8Array(memory.buffer)
    this.view = new DataView(memory.buffer)
  }

  u32(at: number): number {
    return this.view.getUint32(at, true)
  }

  setU32(at: number, value: number): void {
    this.view.setUint32(at, value, true)
  }

  u64(at: number): bigint {
    return this.view.getBigUint64(at, true)
  }

  setU64(at: number, value: bigint): void {
    this.view.setBigUint64(at, value, true)
  }

  word(at: number): bigint {
    const low = this.u64(at)
    const rest = this.u64(at + 8) | this.u64(at + 16) | this.u64(at + 24)
    if (rest === 0n) return low
    return (this.u64(at + 24) << 192n) | (this.u64(at + 16) << 128n) | (this.u64(at + 8) << 64n) | low
  }

  setWord(at: number, value: bigint): void {
    // A view takes the low 64 bits of what it is given.
    const isLong = value > LIMB
    this.setU64(at, value)
    this.setU64(at + 8, isLong ? value >> 64n : 0n)
    this.setU64(at + 16, isLong ? value >> 128n : 0n)
    this.setU64(at + 24, isLong ? value >> 192n : 0n)
  }

  /** The same where zeros stand already. */
  putWord(at: number, value: bigint): void {
    this.setU64(at, value)
    if (value <= LIMB) return
    this.setU64(at + 8, value >> 64n)
    this.setU64(at + 16, value >> 128n)
    this.setU64(at + 24, value >> 192n)
  }

  /** Big-endian bytes, at most 32, written as a word where zeros stand already. */
  putWordBytes(at: number, value: Uint8Array): void {
    const { bytes } = this
    const end = at + value.length - 1
    for (let i = 0; i < value.length; i++) bytes[end - i] = value[i]!
  }

  /** Big-endian bytes, at most 32, written as a word. */
  setWordBytes(at: number, value: Uint8Array): void {
    this.bytes.fill(0, at, at + 32)
    this.putWordBytes(at, value)
  }

  /** The low `length` bytes of a word, big-endian. */
  wordBytes(at: number, length: number): Uint8Array {
    const out = new Uint8Array(length)
    for (let i = 0; i < length; i++) out[i] = this.bytes[at + length - 1 - i]!
    return out
  }

  /** Fills `out` with the bytes at `at`. For a few bytes a loop beats `set`, which needs a view of the range. */
  read(at: number, out: Uint8Array): void {
    const { bytes } = this
    const start = at >>> 0
    const { length } = out
    for (let i = 0; i < length; i++) out[i] = bytes[start + i]!
  }

  /** The same the other way. */
  write(at: number, value: Uint8Array): void {
    const { bytes } = this
    const start = at >>> 0
    const { length } = value
    for (let i = 0; i < length; i++) bytes[start + i] = value[i]!
  }

  /** A copy that no worker can change. */
  copy(at: number, length: number): Uint8Array {
    const start = at >>> 0
    return this.bytes.slice(start, start + length)
  }
}

const LIMB = 0xffff_ffff_ffff_ffffn
