import { PendingError } from '../state/pending.js'
import type { HostImports } from '../wasm/instantiate.js'
import { layout } from '../wasm/layout.js'
import type { Words } from '../wasm/words.js'

/**
 * How a worker without a backend of its own asks the orchestrator, synchronously: it writes a question behind its exchange,
 * rings the doorbell and sleeps until the answer is there. The orchestrator wakes through Atomics.waitAsync, so that its
 * event loop is never blocked; while it waits for a value itself it answers the others. Per worker, as i32:
 *
 *   0  state   IDLE ─▶ ASKED (worker) ─▶ ANSWERED or FAILED (orchestrator) ─▶ IDLE (worker)
 *   1  kind
 *   2  three arguments
 *   5  result
 */
const OFFSET = 2048
const IDLE = 0
const ASKED = 1
const ANSWERED = 2
const FAILED = 3

type Questions = Pick<HostImports, 'account' | 'accounts' | 'slot' | 'codeSize' | 'code' | 'blockHash'>
const KINDS = ['account', 'slot', 'codeSize', 'code', 'blockHash'] as const

function channelOf(words: Words, arena: number): Int32Array {
  return new Int32Array(words.bytes.buffer, layout.EXCHANGE + layout.EXCHANGE_SIZE * arena + OFFSET, 8)
}

function doorbellOf(words: Words): Int32Array {
  return new Int32Array(words.bytes.buffer, layout.HOST_DOORBELL, 1)
}

/** The orchestrator failed to answer; why is known there. */
export class UnansweredError extends Error {}

/** The worker's side. */
export function askingImports(words: Words, arena: number): Questions {
  const channel = channelOf(words, arena)
  const doorbell = doorbellOf(words)
  const ask = (kind: (typeof KINDS)[number], a: number, b = 0, c = 0): number => {
    channel[1] = KINDS.indexOf(kind)
    channel[2] = a
    channel[3] = b
    channel[4] = c
    Atomics.store(channel, 0, ASKED)
    Atomics.add(doorbell, 0, 1)
    Atomics.notify(doorbell, 0)
    // Ends: the orchestrator answers every question until the block's workers have returned.
    while (Atomics.load(channel, 0) === ASKED) Atomics.wait(channel, 0, ASKED)
    const isAnswered = Atomics.load(channel, 0) === ANSWERED
    Atomics.store(channel, 0, IDLE)
    if (!isAnswered) throw new UnansweredError('the state backend did not answer')
    return channel[5]!
  }
  return {
    account: (address, out) => void ask('account', address, out),
    // One that waits for each answer asks for nothing that it may not need.
    accounts: () => 0,
    slot: (address, key, out) => void ask('slot', address, key, out),
    codeSize: (hash) => ask('codeSize', hash),
    code: (hash, out) => void ask('code', hash, out),
    blockHash: (number, out) => void ask('blockHash', Number(BigInt.asIntN(32, number)), Number(number >> 32n), out),
  }
}

/** `Atomics.waitAsync` is in Node 20, and not yet in the library types that we compile against. */
interface WaitAsync {
  waitAsync(
    array: Int32Array,
    index: number,
    value: number,
  ): { async: false; value: string } | { async: true; value: Promise<string> }
}
const { waitAsync } = Atomics as unknown as WaitAsync

export interface Answering {
  /** Forgets what dead workers asked: half of an answer to them could be taken for that to their successors. No worker is at work. */
  forget(): void
  /** From now on no question is answered, so that no worker goes on waiting for a value that nobody needs any more. */
  refuse(): void
  stop(): void
}

/**
 * The orchestrator's side: answers `workers` of them until `stop` is called. Each is an asker of its own, with its own `answers`: between its
 * two questions for a code another one may ask for another code. What an answer throws goes to `onFailure`.
 */
export function answerQuestions(
  words: Words,
  workers: number,
  answers: () => Questions,
  onFailure: (error: unknown) => void,
): Answering {
  const doorbell = doorbellOf(words)
  const askers = Array.from(
    { length: workers },
    (_, worker) => new Asker(answers, channelOf(words, worker + 1), onFailure),
  )
  let isStopped = false

  const serve = async () => {
    while (!isStopped) {
      const rung = Atomics.load(doorbell, 0)
      for (const asker of askers) asker.look()
      const wait = waitAsync(doorbell, 0, rung)
      if (wait.async) await wait.value
    }
  }
  const forget = () => {
    for (const asker of askers) asker.forget()
  }

  forget()
  // To begin waiting takes as long as to read some fifty transactions, and nothing is answered before this turn is over: first the block begins.
  queueMicrotask(serve)

  return {
    forget,
    refuse() {
      for (const asker of askers) asker.refuse()
    },
    stop() {
      isStopped = true
      forget()
      Atomics.add(doorbell, 0, 1)
      Atomics.notify(doorbell, 0)
    },
  }
}

/** One worker as the orchestrator knows it. */
class Asker {
  readonly #open: () => Questions
  /** Most workers of a state that they have opened never ask. */
  #answers: Questions | undefined
  readonly #channel: Int32Array
  readonly #onFailure: (error: unknown) => void
  /** What the question that is being answered waits for: an answer that comes for an earlier one is nobody's. */
  #waitsFor: PendingError | undefined
  #isRefused = false

  constructor(open: () => Questions, channel: Int32Array, onFailure: (error: unknown) => void) {
    this.#open = open
    this.#channel = channel
    this.#onFailure = onFailure
  }

  look(): void {
    if (this.#waitsFor === undefined && Atomics.load(this.#channel, 0) === ASKED) this.#answer()
  }

  forget(): void {
    this.#waitsFor = undefined
    Atomics.store(this.#channel, 0, IDLE)
  }

  refuse(): void {
    this.#isRefused = true
    this.#waitsFor = undefined
    this.look()
  }

  #answer(): void {
    if (this.#isRefused) {
      this.#wake(FAILED)
      return
    }
    const channel = this.#channel
    const [, kind, a, b, c] = channel as unknown as [number, number, number, number, number]
    try {
      this.#answers ??= this.#open()
      channel[5] = answerOne(this.#answers, KINDS[kind]!, a, b, c)
    } catch (error) {
      if (error instanceof PendingError) void this.#answerLater(error)
      else this.#fail(error)
      return
    }
    this.#wake(ANSWERED)
  }

  async #answerLater(pending: PendingError): Promise<void> {
    this.#waitsFor = pending
    const failure = await pending.arrival.then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    if (this.#waitsFor !== pending) return
    this.#waitsFor = undefined
    if (failure === undefined) this.#answer()
    else this.#fail(failure.error)
  }

  #fail(error: unknown): void {
    this.#onFailure(error)
    this.#wake(FAILED)
  }

  #wake(state: typeof ANSWERED | typeof FAILED): void {
    Atomics.store(this.#channel, 0, state)
    Atomics.notify(this.#channel, 0)
  }
}

function answerOne(answers: Questions, kind: (typeof KINDS)[number], a: number, b: number, c: number): number {
  switch (kind) {
    case 'account':
      answers.account(a, b)
      return 0
    case 'slot':
      answers.slot(a, b, c)
      return 0
    case 'codeSize':
      return answers.codeSize(a)
    case 'code':
      answers.code(a, b)
      return 0
    case 'blockHash':
      answers.blockHash((BigInt(b) << 32n) | BigInt.asUintN(32, BigInt(a)), c)
      return 0
  }
}
