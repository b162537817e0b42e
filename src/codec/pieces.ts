const SIZE = 16384
/** Of what is larger an array of its own is no waste. */
const LARGEST = 1024

/**
 * Small arrays of bytes, cut from larger ones: one of its own each takes twice the memory and three times the work of the garbage
 * collector. As long as any of them is kept, so is what it was cut from: they are for what is kept or given up together.
 */
export class Pieces {
  #whole = new Uint8Array(0)
  #used = 0
  readonly #size: number

  constructor(size: number = SIZE) {
    this.#size = size
  }

  /** Zeros. */
  take(length: number): Uint8Array {
    if (this.#used + length > this.#whole.length) {
      if (length > LARGEST) return new Uint8Array(length)
      this.#whole = new Uint8Array(this.#size)
      this.#used = 0
    }
    const start = this.#used
    this.#used += length
    return this.#whole.subarray(start, this.#used)
  }
}
