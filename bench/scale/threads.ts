import { EventQueue } from './event-queue.js'

export interface ThreadOptions {
  workers: number
  /** How long after it was called a worker begins, and how much later each further one does. */
  startup: number
  stagger: number
  /** So many are called at once, the others when the host has written all; without it: all. */
  early?: number
  /** The first of those is the host itself, which needs so long for that. */
  hostJoins?: number
  /** When the host has written so many transactions; the last one has them all. Without it: all are there. */
  announcements?: readonly { time: number; available: number }[]
  /** How much longer everything takes while the host still writes, where it and the workers are more than the processors. */
  crowding: number
  /** From the call that wakes a sleeping worker until it runs. */
  wake: number
  /** How long one sleeps that nobody wakes. */
  nap: number
}

/** What a worker does between two moments: it is busy for a time, or sleeps unless somebody has been woken since. */
export type Pause = { busy: number } | { sleepSince: number }
export type Life<T = void> = Generator<Pause, T, void>

interface Thread {
  readonly life: Life
  isIdle: boolean
  /** A new one for each sleep, so that an alarm that is out of date is known. */
  sleep: number
}

/** Who is at work when: the threads of simulated workers, and the time that passes. */
export class Threads {
  readonly #options: ThreadOptions
  readonly #events = new EventQueue()
  readonly #threads: readonly Thread[]
  /** What else a worker has been busy with since it was last asked. */
  readonly #extra: (worker: number) => number
  readonly #crowdedUntil: number
  #wakes = 0
  #busy = 0

  constructor(options: ThreadOptions, lives: readonly Life[], extra: (worker: number) => number) {
    const { announcements = [], crowding } = options
    this.#options = options
    this.#extra = extra
    this.#crowdedUntil = (announcements.at(-1)?.time ?? 0) * crowding
    this.#threads = lives.map((life) => ({ life, isIdle: false, sleep: 0 }))
    for (const number of lives.keys()) this.#events.plan(this.#beginning(number), () => this.#live(number))
  }

  #beginning(number: number): number {
    const { startup, stagger, early = number + 1, hostJoins } = this.#options
    if (number < early) return startup + number * stagger
    if (number === early && hostJoins !== undefined) return this.#crowdedUntil + hostJoins
    return this.#crowdedUntil + startup + (number - early) * stagger
  }

  get time(): number {
    return this.#events.time
  }

  /** The part of the time that workers were busy. */
  get utilisation(): number {
    return this.time === 0 ? 0 : this.#busy / (this.time * this.#threads.length)
  }

  /** How often somebody was to be woken so far. */
  get wakes(): number {
    return this.#wakes
  }

  /** The host does something at a time of its own, which is later where it has no processor for itself. */
  planHost(time: number, action: () => void): void {
    this.#events.plan(time * this.#options.crowding, action)
  }

  step(): boolean {
    return this.#events.step()
  }

  wake(count: number): void {
    this.#wakes++
    let left = count
    for (const [number, thread] of this.#threads.entries()) {
      if (!thread.isIdle || left-- <= 0) continue
      thread.isIdle = false
      this.#awake(number, this.#options.wake)
    }
  }

  /** Takes a worker on to its next pause, and plans the end of that. */
  #live(number: number): void {
    const thread = this.#threads[number]!
    const { done, value } = thread.life.next()
    if (done === true) return
    if ('busy' in value) {
      const time = this.#stretched(value.busy + this.#extra(number))
      this.#busy += time
      this.#events.plan(this.time + time, () => this.#live(number))
    } else if (this.#wakes !== value.sleepSince) {
      this.#live(number)
    } else {
      thread.isIdle = true
      this.#awake(number, this.#options.nap)
    }
  }

  #stretched(time: number): number {
    const { crowding } = this.#options
    const left = this.#crowdedUntil - this.time
    if (left <= 0) return time
    return time * crowding <= left ? time * crowding : left + (time - left / crowding)
  }

  #awake(number: number, after: number): void {
    const thread = this.#threads[number]!
    const sleep = ++thread.sleep
    this.#events.plan(this.time + after, () => {
      if (thread.sleep !== sleep) return
      thread.isIdle = false
      this.#live(number)
    })
  }
}
