import type { MessageList } from './block-messages.js'
import { type Description, describe } from './describe.js'

export type Mode = 'sequential' | 'parallel'

/** What became of a block; times in milliseconds. */
export interface Ran {
  mode: Mode
  elapsed: number
  /** Of all threads. */
  cpu: number
  /** At least one for each transaction. */
  executions: number
}

/**
 * Sharing out a block costs about this much time, and this much work: waking threads, writing ahead for them, hearing from them,
 * caches that each of them has to fill. On two threads that keeps blocks of less than 7.5 ms in order where they are: real ones of
 * 3 to 7 ms lost or gained nothing, 10,000 transfers of 12 ms are worth 1.45, and their estimate comes down to 8 in fast moments.
 */
const SHARING_TIME = 2.7
const SHARING_WORK = 0.7
/** Below so many milliseconds the work of the threads is mostly waking and calling, and says little of the block. */
const LONG = 10
/** What an execution costs more when its reads and writes are kept and compared. */
const SHARING_FACTOR = 1.1
/** What each thread is worth when several are at it. */
const WORTH = 0.85
/** Below this gain it is not worth the processors. */
const LEAST_GAIN = 0.05
/** What looks like a chain has to show more than what a busy machine can make of it. */
const LEAST_GAIN_OF_CHAIN = 0.35
/** Milliseconds for a million gas of limits, before anything was learnt: between transfers (0.07) and contracts that compute (0.12). */
const FIRST_RATE = 0.1
/**
 * What is left of an estimate when a block says something lower, or higher: a power of their ratio. The cores of a guest change
 * their speed by half for tenths of a second, and one block in which garbage was collected took 35 ms in place of 5: low values are
 * about the block, high ones mostly about the machine.
 */
const LOWER_MEMORY = 0.25
const HIGHER_MEMORY = 0.9
/** Transactions of one sender, or calls about the same thing: from this part of the block on there is nothing to share out. */
const LONGEST_CHAIN = 0.7
/** So many blocks on threads are not judged: V8 still compiles what runs there, and they take up to three times as long as later ones. */
const COLD = 3
/** Blocks of a kind that run the way that seems best before one runs the other way: at first, and at most. */
const CHECKS = {
  parallel: { first: 5, most: 64 },
  sequential: { first: 8, most: 256 },
} as const
/** Then so many times as many; of what looks like a chain more. */
const PATIENCE = 2
const CHAIN_PATIENCE = 8
/**
 * A block that ran the other way is compared with those before and after it. So many comparisons are remembered, and when most of
 * them are against the way it changes, but not before there are two checks: one garbage collection spoils both comparisons of one.
 */
const COMPARISONS = 9
const FEWEST = 4
/** When more than this part of them is against the way, the next check comes after so many blocks. */
const DOUBT = 1 / 3
const SOON = 2
/** Kinds of blocks that are remembered. */
const MOST_KINDS = 64

/** Milliseconds for a million gas of limits, by mode. */
type Rates = { [mode in Mode]?: number }

/** What is known of blocks that are mainly about one thing. */
interface Kind {
  /** How they run; how many did so since one ran the other way, and after how many the next one does. */
  mode: Mode
  run: number
  patience: number
  /** Of the last block that could be judged, in its own mode alone. */
  last: Rates
  /** Which of two neighbours that ran in different modes was better, newest last. */
  comparisons: Mode[]
  /** Estimates, from all of them that could be judged. */
  rates: Rates
}

/**
 * Decides how a block runs: from how many transactions it has, their gas, how much of it is one sender's or about one thing, and
 * what the last blocks of this chain were like.
 */
export class Policy {
  readonly #kinds = new Map<number, Kind>()
  /** Milliseconds in order for a million gas of limits, whatever the kind of block. */
  #rate: number | undefined
  #block: Description | undefined
  /** Whether it could have run either way. */
  #isOpen = false
  /** Blocks that ran on threads. */
  #onThreads = 0

  choose(messages: MessageList, workers: number): Mode {
    const block = describe(messages)
    this.#block = block
    this.#isOpen = this.#mayGain(block, workers)
    if (!this.#isOpen) return 'sequential'
    const kind = this.#kindOf(block)
    return kind.run < waitOf(kind, block) ? kind.mode : other(kind.mode)
  }

  /** To be told of each block that it has chosen for. */
  learn({ mode, elapsed, cpu, executions }: Ran): void {
    const block = this.#block
    if (block === undefined || block.gasLimits === 0) return
    const kind = this.#kindOf(block)
    const { rates } = kind
    const rate = elapsed / block.gasLimits
    let isCold = false
    if (mode === 'sequential') {
      rates.sequential = blend(rates.sequential, rate)
      this.#rate = blend(this.#rate, rate)
    } else {
      const useful = (cpu * block.transactions) / Math.max(block.transactions, executions)
      const work = Math.max(0, useful - SHARING_WORK) / SHARING_FACTOR
      // It is no less than what the block would have taken in order.
      const most = work / block.gasLimits
      if (rates.sequential !== undefined && most < rates.sequential) rates.sequential = blend(rates.sequential, most)
      if (work >= LONG) this.#rate = blend(this.#rate, most)
      isCold = this.#onThreads++ < COLD
      if (!isCold) rates.parallel = blend(rates.parallel, rate)
    }
    if (!this.#isOpen) return
    compare(kind, isCold ? {} : { [mode]: rate }, block)
    decide(kind, mode, block)
  }

  /** Whether there is something to share out, and it takes long enough. */
  #mayGain(block: Description, workers: number): boolean {
    if (workers < 2 || block.transactions < 2 || block.senderShare > LONGEST_CHAIN) return false
    const rate = this.#kindOf(block).rates.sequential ?? this.#rate
    const time = (rate ?? FIRST_RATE) * block.gasLimits
    if (rate === undefined && time < LONG) return false
    const speedUp = Math.min(workers * WORTH, 1 / block.senderShare)
    return time - time / speedUp - SHARING_TIME >= LEAST_GAIN * time
  }

  /** Calls that are all about the same thing are taken for a chain until they have been tried. */
  #kindOf(block: Description): Kind {
    const known = this.#kinds.get(block.subject)
    if (known !== undefined) return known
    const mode = isSuspect(block) ? 'sequential' : 'parallel'
    const kind: Kind = { mode, run: 0, patience: CHECKS[mode].first, last: {}, comparisons: [], rates: {} }
    this.#kinds.set(block.subject, kind)
    // The one that was remembered first is forgotten for the newest.
    if (this.#kinds.size > MOST_KINDS) this.#kinds.delete(this.#kinds.keys().next().value!)
    return kind
  }
}

function other(mode: Mode): Mode {
  return mode === 'parallel' ? 'sequential' : 'parallel'
}

function isSuspect({ subjectShare }: Description): boolean {
  return subjectShare > LONGEST_CHAIN
}

/** Where both rates are known. */
function better({ sequential, parallel }: Rates, block: Description): Mode | undefined {
  if (sequential === undefined || parallel === undefined) return undefined
  const least = isSuspect(block) ? LEAST_GAIN_OF_CHAIN : LEAST_GAIN
  return sequential > parallel * (1 + least) ? 'parallel' : 'sequential'
}

/** A block with the one before it: what a moment of the machine does to both, it does not do to their ratio. */
function compare(kind: Kind, rates: Rates, block: Description): void {
  const { last, comparisons } = kind
  kind.last = rates
  const won = better({ ...last, ...rates }, block)
  if (won === undefined) return
  comparisons.push(won)
  if (comparisons.length > COMPARISONS) comparisons.shift()
}

/** The part of the comparisons that was lost by how these blocks run. */
function lostPart({ mode, comparisons }: Kind): number {
  return comparisons.filter((won) => won !== mode).length / Math.max(1, comparisons.length)
}

/** How many blocks run as their kind does before one runs the other way. */
function waitOf(kind: Kind, block: Description): number {
  if (lostPart(kind) > DOUBT) return SOON
  // Estimates do not change the way: they are a reason to check it.
  return better(kind.rates, block) === other(kind.mode) ? CHECKS[kind.mode].first : kind.patience
}

/** After a block that ran in this mode. */
function decide(kind: Kind, mode: Mode, block: Description): void {
  if (kind.comparisons.length >= FEWEST && lostPart(kind) > 1 / 2) {
    kind.mode = other(kind.mode)
    kind.run = 0
    kind.patience = CHECKS[kind.mode].first
  } else if (mode === kind.mode) {
    kind.run++
  } else {
    if (kind.run >= kind.patience && lostPart(kind) <= DOUBT) {
      // While threads are cold nothing has been seen.
      const growth = isSuspect(block) && kind.rates.parallel !== undefined ? CHAIN_PATIENCE : PATIENCE
      kind.patience = Math.min(CHECKS[kind.mode].most, growth * kind.patience)
    }
    kind.run = 0
  }
}

/**
 * By ratios: a block of expensive precompiles takes a hundred times as long for its gas as one of transfers. A lower rate
 * says more than a higher one: the first blocks are compiled while they run.
 */
function blend(before: number | undefined, rate: number): number {
  if (before === undefined || rate === 0) return before ?? rate
  return rate * (before / rate) ** (rate < before ? LOWER_MEMORY : HIGHER_MEMORY)
}
