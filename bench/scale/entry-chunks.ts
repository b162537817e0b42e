/** The entries that workers leave, as numbers of writes, in chunks of their own, as assembly/version/entries.ts has them; and which are folded. */
export class EntryChunks {
  readonly #size: number
  /** By worker: the one that is being filled. */
  readonly #own: number[][]
  /** The newest is the last. */
  readonly #all: number[][] = []
  #taken = 0
  #folded = 0

  constructor(workers: number, size: number) {
    this.#size = size
    this.#own = Array.from({ length: workers }, () => [])
  }

  keep(worker: number, writes: readonly number[]): void {
    for (const write of writes) {
      if (this.#own[worker]!.length % this.#size === 0) {
        this.#own[worker] = []
        this.#all.push(this.#own[worker]!)
      }
      this.#own[worker]!.push(write)
    }
  }

  /** What is to be folded next: first the fee recipient, which has no entries, then the chunks, the newest first. Undefined behind the last. */
  take(): { isRecipient: boolean; writes: readonly number[] } | undefined {
    const taken = this.#taken++
    if (taken > this.#all.length) return undefined
    return { isRecipient: taken === 0, writes: taken === 0 ? [] : this.#all.at(-taken)! }
  }

  noteFolded(): void {
    this.#folded++
  }

  get isFolded(): boolean {
    return this.#folded > this.#all.length
  }
}
