import type { Message } from '../types/transaction.js'
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
/**
 * Below so many milliseconds the work of the threads is mostly waking and calling, and says little of the block: short blocks on
 * threads are compared with those that ran in order, of which there is one in so many, first and last. So are long ones unless
 * threads have surely won.
 */
const LONG = 10
const FIRST_RUN = 2
const LONGEST_RUN = 32
/** What an execution costs more when its reads and writes are kept and compared. */
const SHARING_FACTOR = 1.1
/**
 * What a transaction costs more at most, in milliseconds, by being written ahead and by caches that it is fetched from: a transfer
 * of 1.1 µs in order is 2.6 of work on two threads. Unless it is taken off, blocks of transfers seem to have won that have lost.
 */
const SHARING_EACH = 0.001
/** What each thread is worth when several are at it. */
const WORTH = 0.85
/** Below this gain it is not worth the processors. */
const LEAST_GAIN = 0.05
/** By the work of the threads alone, which the same transactions cost more when others are at it: from here on they have surely won. */
const SURE_GAIN = 0.35
/** Milliseconds for a million gas of limits, before anything was learnt: between transfers (0.07) and contracts that compute (0.12). */
const FIRST_RATE = 0.1
/** What is left of it when a block has another: a power of their ratio. */
const LOWER_MEMORY = 0.25
const HIGHER_MEMORY = 0.5
/** By so much a block raises it at most: one in which garbage was collected took 35 ms in place of 5, and says nothing of the next. */
const MOST_RAISE = 1.25
/** Transactions of one sender, or calls about the same thing: from this part of the block on there is nothing to share out. */
const LONGEST_CHAIN = 0.7
/** A block is known by what more than this part of it is about. */
const MAIN_SUBJECT = 0.5
/**
 * Tells shares of a block well enough. Transactions that nobody has looked at for a while cost 1 µs each here: 256 of them were a
 * tenth of a block of 1,000 mints.
 */
const SAMPLE = 64
/** What looks like a chain, and lost when it was tried, is left alone for as many times as long as other kinds. */
const CHAIN_PATIENCE = 8
/** Blocks that threads lost in a row before their kind is executed in order; then for how many blocks, at first and at most. */
const STRIKES = 2
const PATIENCE = 8
const MOST_PATIENCE = 256
/** Kinds of blocks that are remembered. */
const MOST_KINDS = 64

/** What is known of blocks that are mainly about one thing. */
interface Kind {
  strikes: number
  patience: number
  /** Blocks until threads are tried once more. */
  wait: number
  /** On threads in a row; how many may be before one runs in order again. */
  run: number
  longestRun: number
  /** Whether threads surely won when they were last at it: there is no need to compare. */
  isSure: boolean
  /** Milliseconds for a million gas of limits, of blocks that ran in order. */
  rate: number | undefined
  /** Of the block on threads that nobody could judge yet. */
  undecided: number | undefined
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

  choose(messages: readonly Message[], workers: number): Mode {
    const block = describe(messages)
    this.#block = block
    if (workers < 2 || block.transactions < 2 || block.senderShare > LONGEST_CHAIN) return 'sequential'
    const kind = this.#kindOf(block)
    const rate = kind.rate ?? this.#rate
    const time = (rate ?? FIRST_RATE) * block.gasLimits
    if (rate === undefined && time < LONG) return 'sequential'
    const speedUp = Math.min(workers * WORTH, 1 / block.senderShare)
    if (time - time / speedUp - SHARING_TIME < LEAST_GAIN * time) return 'sequential'
    if (kind.wait === 0 && kind.undecided === undefined && (kind.isSure || kind.run < kind.longestRun))
      return 'parallel'
    kind.wait = Math.max(0, kind.wait - 1)
    return 'sequential'
  }

  /** To be told of each block that it has chosen for. */
  learn({ mode, elapsed, cpu, executions }: Ran): void {
    const block = this.#block
    if (block === undefined || block.gasLimits === 0) return
    const kind = this.#kindOf(block)
    const rate = elapsed / block.gasLimits
    // What looks like a chain has to show more than what a busy machine can make of it.
    const isSuspect = block.subjectShare > LONGEST_CHAIN
    const least = isSuspect ? SURE_GAIN : LEAST_GAIN
    if (mode === 'sequential') {
      if (kind.run > 0) kind.longestRun = Math.min(LONGEST_RUN, 2 * kind.longestRun)
      kind.run = 0
      kind.rate = blend(kind.rate, rate)
      this.#rate = blend(this.#rate, rate)
      if (kind.undecided !== undefined) judge(kind, kind.rate > kind.undecided * (1 + least))
      kind.undecided = undefined
      return
    }
    kind.run++
    const useful = (cpu * block.transactions) / Math.max(block.transactions, executions)
    const work = Math.max(0, useful - SHARING_WORK) / SHARING_FACTOR
    const surely = work - (SHARING_EACH / SHARING_FACTOR) * block.transactions
    // It is no less than what the block would have taken in order.
    const most = work / block.gasLimits
    if (kind.rate !== undefined && most < kind.rate) kind.rate = blend(kind.rate, most)
    if (work >= LONG) this.#rate = blend(this.#rate, most)
    kind.isSure = surely >= LONG && surely > elapsed * (1 + SURE_GAIN)
    if (work <= elapsed * (1 + least)) judge(kind, false)
    else if (kind.isSure && !isSuspect) judge(kind, true)
    else if (kind.rate !== undefined) judge(kind, kind.rate > rate * (1 + least))
    else kind.undecided = rate
  }

  /** Calls that are all about the same thing are taken for a chain until they have been tried. */
  #kindOf({ subject, subjectShare }: Block): Kind {
    const known = this.#kinds.get(subject)
    if (known !== undefined) return known
    const kind =
      subjectShare > LONGEST_CHAIN
        ? { ...UNKNOWN, strikes: STRIKES, patience: CHAIN_PATIENCE * PATIENCE, wait: PATIENCE }
        : { ...UNKNOWN }
    this.#kinds.set(subject, kind)
    // The one that was remembered first is forgotten for the newest.
    if (this.#kinds.size > MOST_KINDS) this.#kinds.delete(this.#kinds.keys().next().value!)
    return kind
  }
}

const UNKNOWN: Kind = {
  strikes: 0,
  patience: PATIENCE,
  wait: 0,
  run: 0,
  longestRun: FIRST_RUN,
  isSure: false,
  rate: undefined,
  undecided: undefined,
}

/**
 * By ratios: a block of expensive precompiles takes a hundred times as long for its gas as one of transfers. A lower rate
 * says more than a higher one: the first blocks are compiled while they run.
 */
function blend(before: number | undefined, rate: number): number {
  if (before === undefined || rate === 0) return before ?? rate
  if (rate < before) return rate * (before / rate) ** LOWER_MEMORY
  return Math.min(before * MOST_RAISE, rate * (before / rate) ** HIGHER_MEMORY)
}

function judge(kind: Kind, won: boolean): void {
  kind.strikes = won ? 0 : kind.strikes + 1
  if (won) kind.patience = PATIENCE
  if (kind.strikes < STRIKES) return
  kind.wait = kind.patience
  kind.patience = Math.min(MOST_PATIENCE, 2 * kind.patience)
}

/** By a sample of many transactions, at changing distances, so that a pattern in their order does not show. */
function describe(messages: readonly Message[]): Block {
  const { length } = messages
  const looked = Math.min(length, SAMPLE)
  const senders = new Map<number, number>()
  const subjects = new Map<number, number>()
  let gas = 0
  for (let i = 0; i < looked; i++) {
    const place = looked === length ? i : i + ((i * 0.618) % 1)
    const message = messages[Math.floor((place * length) / looked)]!
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
