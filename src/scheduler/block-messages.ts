import { ResourceLimitError } from '../errors.js'
import type { Message, MessageSource } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'
import { readMessage } from '../wasm/read-message.js'
import { messageRoom, writeMessage } from '../wasm/write-block.js'

const PIECE = 1 << 20

/** Messages to look at, some of them or all. */
export interface MessageList {
  readonly length: number
  at(index: number): Message | undefined
}

/**
 * The messages of the machine's running block. They are read from their source when their turn comes, and stand in shared memory from
 * then on, where every thread finds them without asking.
 */
export class BlockMessages {
  /**
   * V8 forgets what it has compiled for objects of a class when it collects the last of them. Between two blocks none would be left, and
   * the first thousands of transactions of each block would be read by slow code. This one is never used.
   */
  static readonly kept: BlockMessages = new BlockMessages(undefined as never, { count: 0, read: undefined as never })

  readonly #machine: Machine
  readonly #source: MessageSource
  /** In the source. */
  readonly #first: number
  readonly #places: number[]
  #failure: Error | undefined
  /** Where the next one is written, and how far there is room. */
  #next = 0
  #end = 0

  constructor(machine: Machine, source: MessageSource, first = 0, places: number[] = []) {
    this.#machine = machine
    this.#source = source
    this.#first = first
    this.#places = places
  }

  static of(machine: Machine, messages: readonly Message[]): BlockMessages {
    return new BlockMessages(machine, { count: messages.length, read: (index) => messages[index]! })
  }

  /** Once one of them could not be read: how many there are before it. */
  get length(): number {
    return this.#failure === undefined ? this.#source.count - this.#first : this.#places.length
  }

  /** Why the message after the last could not be read. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /**
   * Reads until `count` of them are in memory, or as far as there are any, and gives how many are. Keeps nothing of a message but what
   * it writes: objects that die young cost next to nothing.
   */
  read(count: number): number {
    const places = this.#places
    for (let index = places.length; index < Math.min(count, this.length); index++) {
      const message = this.#message(index)
      if (message !== undefined) this.#write(message)
    }
    return places.length
  }

  /** Where one that has been read is written. */
  place(index: number): number {
    return this.#places[index]!
  }

  /** One that has been read. Who wants to look at others, too, takes `foreseen`. */
  written(index: number): Message {
    return readMessage(this.#machine.words, this.place(index))
  }

  /** To look at beforehand, whether they have been read or not. One that cannot be is undefined: why, its own turn will tell. */
  foreseen(): MessageList {
    const at = (index: number) => {
      try {
        return this.#source.read(this.#first + index)
      } catch {
        return undefined
      }
    }
    return { length: this.length, at }
  }

  /** All but the first ones. */
  after(count: number): BlockMessages {
    return new BlockMessages(this.#machine, this.#source, this.#first + count, this.#places.slice(count))
  }

  #message(index: number): Message | undefined {
    const source = this.#source
    const place = this.#first + index
    try {
      return source.lend === undefined ? source.read(place) : source.lend(place)
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
      return undefined
    }
  }

  #write(message: Message): void {
    const room = messageRoom(message)
    if (this.#next + room > this.#end) this.#reserve(room)
    writeMessage(this.#machine.words, this.#next, message, 0)
    this.#places.push(this.#next)
    this.#next += room
  }

  #reserve(room: number): void {
    const piece = Math.max(room, PIECE)
    const at = this.#machine.core.allocate(piece) >>> 0
    if (at === 0) {
      const transaction = this.#places.length
      const message = `Block: expected to fit in memory, got more at transaction ${transaction}: give the engine more memory`
      throw new ResourceLimitError('HeapLimit', message, { transaction })
    }
    this.#next = at
    this.#end = at + piece
  }
}
