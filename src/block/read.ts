import { InvalidTransactionError } from '../errors.js'
import type { Message, MessageSource } from '../types/transaction.js'

export interface ReadMessages {
  /** Up to the first that is refused. They are executed all the same: one of them may be worse. */
  messages: Message[]
  /** Why the transaction after the last message must not be in the block. */
  refusal?: InvalidTransactionError
}

export function readMessages(source: MessageSource): ReadMessages {
  const messages: Message[] = []
  try {
    for (let index = 0; index < source.count; index++) messages.push(source.read(index))
  } catch (refusal) {
    if (refusal instanceof InvalidTransactionError) return { messages, refusal }
    throw refusal
  }
  return { messages }
}
