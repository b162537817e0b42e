import { snapshotBuffer } from '../memory/snapshot.js'
import type { Log, Message } from '../types/transaction.js'
import { layout } from '../wasm/layout.js'
import { unpackLogsOf } from '../wasm/logs.js'
import { readType } from '../wasm/read-message.js'
import type { Words } from '../wasm/words.js'
import type { BlockResults } from './block-results.js'
import { TaskResult } from './task-result.js'

// Named one by one: see block-tasks.ts.
const { TASK_CREATED, TASK_CUMULATIVE_GAS, TASK_GAS_USED, TASK_LOGS, TASK_SIZE, TASK_STATUS, TASK_TRANSACTION } = layout

/** Before a task's logs stands their size, a multiple of 8. */
export const LOGS_HEADER = 8
export const ADDRESS_SIZE = 20

/**
 * What the committed tasks of a block came to, copied from shared memory into columns. A result becomes an object when somebody asks
 * for it: thousands of them for each block would live just long enough to be moved among the old ones, and every other block V8 would
 * collect those with threads that take the cores from the workers.
 */
export class TaskResults implements BlockResults {
  /** See BlockMessages. */
  static readonly kept: TaskResults = new TaskResults(undefined as never, 0, 0)

  readonly length: number
  readonly gasUsed: bigint
  readonly #types: Uint8Array
  /** Those of committed transactions are below 0x40. */
  readonly #statuses: Uint8Array
  readonly #gasUsed: BigUint64Array
  /** The same in halves, to be written: each bigint would be an object. */
  readonly #gasHalves: Uint32Array
  /** Where the logs of each begin among all logs; the last entry is where these end. */
  readonly #starts: Uint32Array
  readonly #logs: Uint32Array
  /** Few transactions create a contract. */
  readonly #created = new Map<number, Uint8Array>()

  /** Of the first `length` of the tasks that stand at `tasks`. */
  constructor(words: Words, tasks: number, length: number) {
    this.length = length
    this.gasUsed = length === 0 ? 0n : gasOf(words, tasks, tasks + (length - 1) * TASK_SIZE)
    const buffer = snapshotBuffer(14 * length + 4)
    this.#gasUsed = new BigUint64Array(buffer, 0, length)
    this.#gasHalves = new Uint32Array(buffer, 0, 2 * length)
    this.#starts = new Uint32Array(buffer, 8 * length, length + 1)
    this.#types = new Uint8Array(buffer, 12 * length + 4, length)
    this.#statuses = new Uint8Array(buffer, 13 * length + 4, length)
    // Methods, because what V8 has compiled of a loop that is entered once a block is not what it enters the next time.
    for (let index = 0; index < length; index++) this.#copyTask(words, tasks + index * TASK_SIZE, index)
    this.#logs = new Uint32Array(snapshotBuffer(this.#starts[length]!))
    for (let index = 0; index < length; index++) this.#copyLogs(words, tasks + index * TASK_SIZE, index)
  }

  at(index: number): TaskResult {
    const logs = this.#logs.slice(this.#starts[index]! >>> 2, this.#starts[index + 1]! >>> 2)
    const packed = logs.length === 0 ? undefined : new Uint8Array(logs.buffer)
    return new TaskResult(this.#statuses[index]!, this.#gasUsed[index]!, packed, this.#created.get(index))
  }

  typeOf(index: number): Message['type'] {
    return this.#types[index] as Message['type']
  }

  logsOf(address: Uint8Array): Log[] {
    return unpackLogsOf(address, new Uint8Array(this.#logs.buffer))
  }

  *[Symbol.iterator](): Generator<TaskResult> {
    for (let index = 0; index < this.length; index++) yield this.at(index)
  }

  #copyTask(words: Words, task: number, index: number): void {
    this.#types[index] = readType(words, words.u32(task + TASK_TRANSACTION))
    this.#statuses[index] = words.u32(task + TASK_STATUS)
    this.#gasHalves[2 * index] = words.u32(task + TASK_GAS_USED)
    this.#gasHalves[2 * index + 1] = words.u32(task + TASK_GAS_USED + 4)
    const logs = words.u32(task + TASK_LOGS)
    this.#starts[index + 1] = this.#starts[index]! + (logs === 0 ? 0 : words.u32(logs))
    const created = words.u32(task + TASK_CREATED)
    if (created !== 0) this.#created.set(index, words.wordBytes(created, ADDRESS_SIZE))
  }

  #copyLogs(words: Words, task: number, index: number): void {
    const start = this.#starts[index]!
    const end = this.#starts[index + 1]!
    if (start === end) return
    words.readWords(words.u32(task + TASK_LOGS) + LOGS_HEADER, this.#logs, start >>> 2, end >>> 2)
  }
}

/** Of tasks one behind the other. They need not be the first of their block. */
function gasOf(words: Words, first: number, last: number): bigint {
  const before = words.u64(first + TASK_CUMULATIVE_GAS) - words.u64(first + TASK_GAS_USED)
  return words.u64(last + TASK_CUMULATIVE_GAS) - before
}
