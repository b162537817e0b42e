/** Tasks between two looks at what else is to be done: that many of short ones, and fewer of long ones. */
const LARGEST = 16
const FIRST = 1
/** A slice that takes longer, in milliseconds, is followed by a shorter one. */
const TIME = 1

/** How many tasks a thread does at a stretch. */
export class Slices {
  readonly #largest: number
  size: number

  constructor(largest: number = LARGEST) {
    this.#largest = largest
    this.size = Math.min(largest, FIRST)
  }

  /** After a slice that took so many milliseconds. */
  next(elapsed: number): void {
    this.size = elapsed > TIME ? this.size >> 1 : Math.min(this.#largest, 2 * this.size + 1)
  }
}
