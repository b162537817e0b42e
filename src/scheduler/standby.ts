import type { Machine } from '../wasm/machine.js'
import type { Needless } from '../worker/needless.js'
import type { WorkerPool } from '../worker/pool.js'
import { NOT_NEEDED, type WorkOutcome, type WorkTask } from '../worker/protocol.js'

/** How long threads stay, in milliseconds: no longer than somebody would wait for the process to end. */
const STAY = 500

/**
 * The threads that stay with an engine from block to block. To call one by way of the pool takes some tenths of a millisecond, in
 * which hundreds of transfers are executed. They go away when nobody has needed them for a while, when somebody else needs a thread of
 * the pool, and when the next block is on another state than they have opened.
 */
export class Standby {
  readonly #machine: Machine
  readonly #pool: WorkerPool
  /** By arena. */
  readonly #hands = new Map<number, Hand>()
  /** Sends all away who have nothing to do. */
  readonly #dismiss = () => {
    clearTimeout(this.#timer)
    this.#pool.shortage.delete(this.#dismiss)
    for (const hand of this.#hands.values()) if (hand.isWaiting) this.#sendAway(hand)
  }
  #timer: NodeJS.Timeout | undefined

  constructor(machine: Machine, pool: WorkerPool) {
    this.#machine = machine
    this.#pool = pool
  }

  /** How the block ends for a thread that comes in at the task's turn: the one that has stayed, or else one of the pool. */
  call(task: WorkTask, needless: Needless): Promise<WorkOutcome> {
    const hand = this.#hands.get(task.arena)
    if (hand === undefined) return this.#hire(task, needless)
    if (hand.isWaiting && hand.task.backend === task.backend) {
      this.#machine.core.callWorker(task.arena, task.turn)
      return hand.work(task.turn)
    }
    if (hand.isWaiting) this.#sendAway(hand)
    // While one is on its way back no other one stays in its place, or a call would be heard by both.
    return this.#pool.run(task, needless)
  }

  #hire(task: WorkTask, needless: Needless): Promise<WorkOutcome> {
    const hand = new Hand(task)
    this.#hands.set(task.arena, hand)
    const outcome = hand.work(task.turn)
    hand.over = this.#pool
      .run(task, needless, (turn) => this.#onStay(hand, turn))
      .then((last) => hand.end(last))
      .catch((error) => hand.fail(error))
      .finally(() => this.#hands.delete(task.arena))
    return outcome
  }

  /** All have left the block of that turn: those who stay say so, too, but later. */
  settle(turn: number): void {
    for (const hand of this.#hands.values()) {
      if (this.#machine.core.hasStayed(hand.task.arena, turn) !== 0) this.#onStay(hand, turn)
    }
  }

  /** When all threads are the pool's again. No block is running. */
  async empty(): Promise<void> {
    this.#dismiss()
    await Promise.all(Array.from(this.#hands.values(), ({ over }) => over))
  }

  #onStay(hand: Hand, turn: number): void {
    if (!hand.stay(turn)) return
    clearTimeout(this.#timer)
    if (this.#pool.isShort) {
      this.#dismiss()
    } else {
      this.#pool.shortage.add(this.#dismiss)
      this.#timer = setTimeout(this.#dismiss, STAY)
      this.#timer.unref()
    }
  }

  #sendAway(hand: Hand): void {
    hand.leave()
    this.#machine.core.callWorker(hand.task.arena, NOT_NEEDED)
  }
}

/** A thread's task, which lasts for as many blocks as it stays. */
class Hand {
  readonly task: WorkTask
  /** Has stayed, and was not called since. */
  isWaiting = false
  over: Promise<void> | undefined
  #turn = 0
  #resolve: ((outcome: WorkOutcome) => void) | undefined
  #reject: ((error: unknown) => void) | undefined

  constructor(task: WorkTask) {
    this.task = task
  }

  work(turn: number): Promise<WorkOutcome> {
    this.#turn = turn
    this.isWaiting = false
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** What it still has to say of its last block comes too late. */
  leave(): void {
    this.#turn = NOT_NEEDED
    this.isWaiting = false
  }

  /** False when that is known already. */
  stay(turn: number): boolean {
    if (turn !== this.#turn || this.isWaiting) return false
    this.isWaiting = true
    this.#resolve!({ done: true })
    return true
  }

  end(outcome: WorkOutcome): void {
    this.isWaiting = false
    this.#resolve!(outcome)
  }

  fail(error: unknown): void {
    this.isWaiting = false
    this.#reject!(error)
  }
}
