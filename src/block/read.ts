import { InvalidTransactionError, ResourceLimitError } from '../errors.js'
import { inTurns } from '../scheduler/attempt.js'
import { BlockMessages } from '../scheduler/block-messages.js'
import type { Message } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'

/** Where a block's transactions come from. Reading one may refuse it, and with it those behind it. */
export interface TransactionSource {
  readonly count: number
  read(index: number): Message
}

interface Read<Messages> {
  /** Up to the first that is refused. They are executed all the same: one of them may be worse. */
  messages: Messages
  /** Why the transaction after the last message must not be in the block. */
  refusal?: InvalidTransactionError
}

export type ReadMessages = Read<Message[]>
export type ReadTransactions = Read<BlockMessages>

export function readMessages(source: TransactionSource): ReadMessages {
  const messages: Message[] = []
  try {
    for (let index = 0; index < source.count; index++) messages.push(source.read(index))
  } catch (refusal) {
    if (refusal instanceof InvalidTransactionError) return { messages, refusal }
    throw refusal
  }
  return { messages }
}

/** Reads the transactions of the machine's running block into its memory; the caller's event loop can breathe meanwhile. */
export async function readTransactions(
  machine: Machine,
  source: TransactionSource | Promise<TransactionSource>,
  signal?: AbortSignal,
): Promise<ReadTransactions> {
  const messages = new BlockMessages(machine)
  try {
    const opened = await source
    await inTurns(opened.count, (index) => messages.add(opened.read(index)), signal)
  } catch (refusal) {
    if (refusal instanceof InvalidTransactionError) return { messages, refusal }
    // The block has not touched any state: what earlier ones have read of it is still so. But it may be what took the room.
    if (!(refusal instanceof ResourceLimitError)) machine.settle()
    throw refusal
  }
  return { messages }
}
