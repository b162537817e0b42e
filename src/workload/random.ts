/** A generator of numbers that depend on nothing but the seed: xorshift32, mixed once more. */
export class Random {
  #state: number

  constructor(seed: number) {
    // Zero would stay zero; a multiplication takes neighbouring seeds apart.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1
    for (let i = 0; i < 8; i++) this.next()
  }

  /** 32 bits, not negative. */
  next(): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return Math.imul(x, 0x2c1b3c6d) >>> 0
  }

  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit)
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() / 2 ** 32 < probability
  }
}
