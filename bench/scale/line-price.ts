import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { median, quantile } from '../block/statistics.js'

/** Lines lie this far apart, in words of four bytes: neighbours come along by themselves. */
const STRIDE = 112
const LINES = 512
const ROUNDS = 40
/** Fewer say nothing. */
const LEAST_ROUNDS = 10
/** How long the other thread takes for a round at most, and how long all of them: milliseconds. */
const PROMPT = 0.1
const PATIENCE = 100
const WARM_UPS = 1000

/** In `turn`: who is to act. */
export const ASLEEP = 0
export const OWN = 1
export const OTHER = 2

/** Whose turn it is, and the lines. */
export interface Playground {
  turn: Int32Array
  lines: Int32Array
}

export function playgroundOn(memory: SharedArrayBuffer): Playground {
  return { turn: new Int32Array(memory, 0, 1), lines: new Int32Array(memory, 64) }
}

/** Writes every line; the link in its first word stays. */
export function writeLines({ lines }: Playground): void {
  for (let line = 0; line < LINES; line++) lines[line * STRIDE + 1]!++
}

/**
 * What it costs to fetch a cache line that a thread on another core has written: each line says which one is next, so that one is
 * fetched after the other, and the same once more without the other thread is taken off. To be measured as often as what it is
 * compared with: on a virtual machine it changes, with where the processors happen to be.
 */
export class LinePrice {
  readonly #playground: Playground
  readonly #other: Worker | undefined
  readonly #prices: number[] = []

  constructor() {
    const memory = new SharedArrayBuffer(64 + 4 * STRIDE * LINES)
    this.#playground = playgroundOn(memory)
    linkAtRandom(this.#playground.lines)
    if (availableParallelism() < 2) return
    this.#other = new Worker(new URL('./line-price-thread.js', import.meta.url), { workerData: memory })
    // Until the optimiser has seen it.
    for (let round = 0; round < WARM_UPS; round++) follow(this.#playground)
  }

  /** In milliseconds. Undefined where two threads have never had two processors. */
  get value(): number | undefined {
    return this.#prices.length === 0 ? undefined : median(this.#prices)
  }

  /** What it is just now; undefined where the other thread had no processor of its own. */
  measure(): number | undefined {
    if (this.#other === undefined) return undefined
    const { turn } = this.#playground
    const prices: number[] = []
    const giveUp = performance.now() + PATIENCE
    while (prices.length < ROUNDS && performance.now() < giveUp) {
      const price = fetchAll(this.#playground)
      if (price !== undefined) prices.push(price)
    }
    Atomics.store(turn, 0, ASLEEP)
    if (prices.length < LEAST_ROUNDS) return undefined
    const price = Math.max(0, quantile(prices, 0.25))
    this.#prices.push(price)
    return price
  }

  async close(): Promise<void> {
    await this.#other?.terminate()
  }
}

/** Undefined when the other thread had to wait for a processor: perhaps it got this one's, and the lines are in its caches. */
function fetchAll(playground: Playground): number | undefined {
  const { turn } = playground
  const start = performance.now()
  Atomics.store(turn, 0, OTHER)
  Atomics.notify(turn, 0)
  // Ends: the other thread answers; if it has no processor, this one's time runs out in between.
  while (Atomics.load(turn, 0) === OTHER);
  const isPrompt = performance.now() - start < PROMPT
  const price = (follow(playground) - follow(playground)) / LINES
  writeLines(playground)
  return isPrompt ? price : undefined
}

/** One round through all lines, in an order that no prefetcher guesses. */
function linkAtRandom(lines: Int32Array): void {
  const order = Array.from({ length: LINES }, (_, line) => line)
  for (let last = LINES - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    const line = order[last]!
    order[last] = order[other]!
    order[other] = line
  }
  for (const [at, line] of order.entries()) lines[line * STRIDE] = order[(at + 1) % LINES]! * STRIDE
}

function follow({ lines }: Playground): number {
  const start = performance.now()
  let at = 0
  for (let line = 0; line < LINES; line++) at = lines[at]!
  if (at !== 0) throw new Error(`BUG: expected to be at the first line again, got ${at}`)
  return performance.now() - start
}
