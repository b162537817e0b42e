interface Event {
  time: number
  order: number
  action: () => void
}

/** What happens when, of a simulation: a binary heap. Of two events at one time the one that was planned first comes first. */
export class EventQueue {
  #time = 0
  readonly #heap: Event[] = []
  #planned = 0

  get time(): number {
    return this.#time
  }

  plan(time: number, action: () => void): void {
    const heap = this.#heap
    const event = { time, order: this.#planned++, action }
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(event, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = event
  }

  /** Moves on to the next event; false when there is none. */
  step(): boolean {
    const [first] = this.#heap
    if (first === undefined) return false
    const last = this.#heap.pop()!
    if (this.#heap.length > 0) this.#sink(last)
    this.#time = first.time
    first.action()
    return true
  }

  #sink(event: Event): void {
    const heap = this.#heap
    let at = 0
    while (true) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, event)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = event
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}
