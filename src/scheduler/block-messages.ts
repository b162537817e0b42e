import { ResourceLimitError } from '../errors.js'
import type { Message } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'
import { readMessage, readType } from '../wasm/read-message.js'
import { messageRoom, writeMessage } from '../wasm/write-block.js'

const PIECE = 1 << 20

/** The messages of the machine's running block, in shared memory, where every thread reads them without asking. */
export class BlockMessages {
  readonly #machine: Machine
  readonly #places: number[] = []
  /** Where the next one is written, and how far there is room. */
  #next = 0
  #end = 0

  constructor(machine: Machine, messages: Iterable<Message> = []) {
    this.#machine = machine
    for (const message of messages) this.add(message)
  }

  get length(): number {
    return this.#places.length
  }

  /** Keeps nothing of it but what is written: objects that die young cost next to nothing. */
  add(message: Message): void {
    const room = messageRoom(message)
    if (this.#next + room > this.#end) this.#reserve(room)
    writeMessage(this.#machine.words, this.#next, message, 0)
    this.#places.push(this.#next)
    this.#next += room
  }

  /** Where one of them is written. */
  place(index: number): number {
    return this.#places[index]!
  }

  at(index: number): Message {
    return readMessage(this.#machine.words, this.place(index))
  }

  *[Symbol.iterator](): Generator<Message> {
    for (let index = 0; index < this.length; index++) yield this.at(index)
  }

  typeOf(index: number): Message['type'] {
    return readType(this.#machine.words, this.place(index))
  }

  /** All but the first ones. */
  after(count: number): BlockMessages {
    const rest = new BlockMessages(this.#machine)
    for (let index = count; index < this.length; index++) rest.#places.push(this.place(index))
    return rest
  }

  #reserve(room: number): void {
    const piece = Math.max(room, PIECE)
    const at = this.#machine.core.allocate(piece) >>> 0
    if (at === 0) {
      const transaction = this.length
      const message = `Block: expected to fit in memory, got more at transaction ${transaction}: give the engine more memory`
      throw new ResourceLimitError('HeapLimit', message, { transaction })
    }
    this.#next = at
    this.#end = at + piece
  }
}
