import { BLOOM_SIZE } from '../codec/logs.js'
import { ResourceLimitError } from '../errors.js'
import { layout } from '../wasm/layout.js'
import type { Machine } from '../wasm/machine.js'
import { BlockMessages } from './block-messages.js'
import { TaskResult } from './task-result.js'
import { ADDRESS_SIZE, LOGS_HEADER, TaskResults } from './task-results.js'

// Named one by one: a constant of the module is a constant to the optimiser, a property of `layout` is a look-up.
const {
  BLOCK_ALONE,
  BLOCK_COMMITTED,
  BLOCK_COUNT,
  BLOCK_ERROR,
  BLOCK_ERROR_INDEX,
  BLOCK_KEEPS_VERSIONS,
  BLOCK_TASKS,
  SHARED,
  TASK_CREATED,
  TASK_GAS_USED,
  TASK_LOGS,
  TASK_SIZE,
  TASK_STATUS,
  TASK_TRANSACTION,
} = layout

/** The transaction that must not be in the block, and the error that says why. */
export interface Refused {
  index: number
  error: Error
}

export interface ReceiptCommitments {
  receiptsRoot: Uint8Array
  /** Of all logs. */
  logsBloom: Uint8Array
}

/** The transactions of a block as tasks in the shared memory: assembly/schedule/task.ts. */
export class BlockTasks {
  /** See BlockMessages. */
  static readonly kept: BlockTasks = new BlockTasks(undefined as never, BlockMessages.kept, 0)

  readonly messages: BlockMessages
  readonly #machine: Machine
  readonly #tasks: number
  #announced = 0

  private constructor(machine: Machine, messages: BlockMessages, tasks: number) {
    this.#machine = machine
    this.messages = messages
    this.#tasks = tasks
  }

  /** With `records`, as many executions can be recorded. */
  static open(machine: Machine, messages: BlockMessages, records = 0): BlockTasks {
    if (!machine.core.openBlock(messages.length, records)) {
      const message = `Block: expected room for its transactions, got ${messages.length} of them: give the engine more memory`
      throw new ResourceLimitError('HeapLimit', message, { transactions: messages.length })
    }
    return new BlockTasks(machine, messages, machine.words.u32(BLOCK_TASKS))
  }

  get announced(): number {
    return this.#announced
  }

  /**
   * Reads the next `count` transactions, as far as there are any, and lets workers have them. Who executes them in order needs no
   * hints whom they had better wait for.
   */
  announce(count: number, order: 'any' | 'given' = 'any'): void {
    const { core, words } = this.#machine
    const { messages } = this
    const from = this.#announced
    const until = Math.min(messages.read(from + count), from + count)
    // With one that cannot be read the block ends before it. No worker has come as far.
    if (messages.failure !== undefined) words.setU32(BLOCK_COUNT, messages.length)
    for (let index = from; index < until; index++)
      words.setU32(this.at(index) + TASK_TRANSACTION, messages.place(index))
    if (order === 'any') core.prepareTasks(from, until)
    this.#announced = until
    core.announce(until)
  }

  /** What transactions wrote is to be read before the block is closed: workers leave the closing to `close`. */
  keepVersions(): void {
    this.#machine.words.setU32(BLOCK_KEEPS_VERSIONS, 1)
    this.share()
  }

  /** No worker is to have the block for itself, not even at first. */
  share(): void {
    this.#machine.words.setU32(BLOCK_ALONE, SHARED)
  }

  /** The address of a task. */
  at(index: number): number {
    return this.#tasks + index * TASK_SIZE
  }

  get committed(): number {
    return this.#machine.words.u32(BLOCK_COMMITTED)
  }

  /** What became of a committed transaction, while others are not. */
  result(index: number): TaskResult {
    const { words } = this.#machine
    const task = this.at(index)
    const logs = words.u32(task + TASK_LOGS)
    const created = words.u32(task + TASK_CREATED)
    return new TaskResult(
      words.u32(task + TASK_STATUS),
      words.u64(task + TASK_GAS_USED),
      logs === 0 ? undefined : words.copy(logs + LOGS_HEADER, words.u32(logs)),
      created === 0 ? undefined : words.wordBytes(created, ADDRESS_SIZE),
    )
  }

  /** What became of all that is committed. */
  results(): TaskResults {
    return new TaskResults(this.#machine.words, this.#tasks, this.committed)
  }

  /** What the block's header says of the receipts of all its transactions, if they are from Byzantium on. */
  receiptCommitments(): ReceiptCommitments {
    const { core, words } = this.#machine
    core.receiptsRoot(this.committed)
    const at = (core.exchange.value as number) >>> 0
    return { receiptsRoot: words.copy(at, 32), logsBloom: words.copy(at + 32, BLOOM_SIZE) }
  }

  /** Why the block ended early: what could not be read comes after all that could be. */
  refused(): Refused | undefined {
    const { words } = this.#machine
    const { messages } = this
    const status = words.u32(BLOCK_ERROR)
    if (status === 0) return messages.failure && { index: messages.length, error: messages.failure }
    const index = words.u32(BLOCK_ERROR_INDEX)
    return { index, error: this.#machine.refusal(status, messages.place(index), messages.written(index)) }
  }

  /** What was committed becomes the state of the machine; results can be read until its next block. */
  close(): void {
    this.#machine.core.closeBlock()
  }
}
