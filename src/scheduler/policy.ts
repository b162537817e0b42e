import type { MessageList } from './block-messages.js'
import { senderOf, subjectOf } from './subject.js'

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
 * caches that each of them has to fill. Calling and hearing alone are 1.2 ms when everybody slept, and 0.3 from block to block.
 * On two threads real blocks of 3 to 8 ms in order lost by it, and one of 26 ms won six.
 */
const SHARING_TIME = 4
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
/** A block is known by what more than this part of it is about. */
const MAIN_SUBJECT = 0.5
/**
 * Tells shares of a block well enough. Transactions that nobody has looked at for a while cost 1 µs each here: 256 of them were a
 * tenth of a block of 1,000 mints.
 */
const SAMPLE = 64
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
/** Kinds of blocks that are remembered. */
const MOST_KINDS = 64

/** What is known of blocks that are mainly about one thing. */
interface Kind {
  /** What seems best; how many blocks ran so, and after how many one runs the other way. */
  best: Mode
  run: number
  patience: number
  /** Milliseconds for a million gas of limits, by mode. */
  rates: { [mode in Mode]?: number }
}

interface Block {
  transactions: number
  /** Millions. */
  gasLimits: number
  senderShare: number
  /** What more than half of the block is about, or 0. */
  subject: number
  subjectShare: number
}

/**
 * Decides how a block runs: from how many transactions it has, their gas, how much of it is one sender's or about one thing, and
 * what the last blocks of this chain were like.
 */
export class Policy {
  readonly #kinds = new Map<number, Kind>()
  /** Milliseconds in order for a million gas of limits, whatever the kind of block. */
  #rate: number | undefined
  #block: Block | undefined
  /** Blocks that ran on threads. */
  #onThreads = 0

  choose(messages: MessageList, workers: number): Mode {
    const block = describe(messages)
    this.#block = block
    if (workers < 2 || block.transactions < 2 || block.senderShare > LONGEST_CHAIN) return 'sequential'
    const { best, run, patience, rates } = this.#kindOf(block)
    const rate = rates.sequential ?? this.#rate
    const time = (rate ?? FIRST_RATE) * block.gasLimits
    if (rate === undefined && time < LONG) return 'sequential'
    const speedUp = Math.min(workers * WORTH, 1 / block.senderShare)
    if (time - time / speedUp - SHARING_TIME < LEAST_GAIN * time) return 'sequential'
    return run < patience ? best : other(best)
  }

  /** To be told of each block that it has chosen for. */
  learn({ mode, elapsed, cpu, executions }: Ran): void {
    const block = this.#block
    if (block === undefined || block.gasLimits === 0) return
    const kind = this.#kindOf(block)
    const { rates } = kind
    const rate = elapsed / block.gasLimits
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
      if (this.#onThreads++ >= COLD) rates.parallel = blend(rates.parallel, rate)
    }
    decide(kind, mode, block.subjectShare > LONGEST_CHAIN)
  }

  /** Calls that are all about the same thing are taken for a chain until they have been tried. */
  #kindOf({ subject, subjectShare }: Block): Kind {
    const known = this.#kinds.get(subject)
    if (known !== undefined) return known
    const best = subjectShare > LONGEST_CHAIN ? 'sequential' : 'parallel'
    const kind: Kind = { best, run: 0, patience: CHECKS[best].first, rates: {} }
    this.#kinds.set(subject, kind)
    // The one that was remembered first is forgotten for the newest.
    if (this.#kinds.size > MOST_KINDS) this.#kinds.delete(this.#kinds.keys().next().value!)
    return kind
  }
}

function other(mode: Mode): Mode {
  return mode === 'parallel' ? 'sequential' : 'parallel'
}

/** After a block that ran in this mode. */
function decide(kind: Kind, mode: Mode, isSuspect: boolean): void {
  const { sequential, parallel } = kind.rates
  let { best } = kind
  if (sequential !== undefined && parallel !== undefined) {
    const least = isSuspect ? LEAST_GAIN_OF_CHAIN : LEAST_GAIN
    best = sequential > parallel * (1 + least) ? 'parallel' : 'sequential'
  }
  if (best !== kind.best) {
    kind.best = best
    kind.run = 0
    kind.patience = CHECKS[best].first
  } else if (mode === best) {
    kind.run++
  } else if (kind.run >= kind.patience) {
    kind.run = 0
    // While threads are cold nothing has been seen.
    const growth = isSuspect && parallel !== undefined ? CHAIN_PATIENCE : PATIENCE
    kind.patience = Math.min(CHECKS[best].most, growth * kind.patience)
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

/** By a sample of many transactions, at changing distances, so that a pattern in their order does not show. */
function describe(messages: MessageList): Block {
  const { length } = messages
  const looked = Math.min(length, SAMPLE)
  const senders = new Map<number, number>()
  const subjects = new Map<number, number>()
  let gas = 0
  for (let i = 0; i < looked; i++) {
    const place = looked === length ? i : i + ((i * 0.618) % 1)
    const message = messages.at(Math.floor((place * length) / looked))
    if (message === undefined) continue
    gas += Number(message.gasLimit)
    count(senders, senderOf(message))
    const subject = subjectOf(message)
    if (subject !== 0) count(subjects, subject)
  }
  const [, mostOfSender] = largest(senders)
  const [subject, mostOfSubject] = largest(subjects)
  const subjectShare = looked === 0 ? 0 : mostOfSubject / looked
  return {
    transactions: length,
    gasLimits: looked === 0 ? 0 : (gas / 1e6) * (length / looked),
    senderShare: looked === 0 ? 0 : mostOfSender / looked,
    subject: subjectShare > MAIN_SUBJECT ? subject : 0,
    subjectShare,
  }
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function largest(counts: ReadonlyMap<number, number>): readonly [key: number, count: number] {
  let found: readonly [number, number] = [0, 0]
  for (const entry of counts) if (entry[1] > found[1]) found = entry
  return found
}
