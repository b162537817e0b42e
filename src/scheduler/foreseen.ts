import type { StateBackend } from '../types/state.js'
import type { Message } from '../types/transaction.js'

/** What transactions say that they will ask a state for. */
export function* foreseenQuestions(messages: Iterable<Message>, state: StateBackend): Generator<() => unknown> {
  for (const { sender, to, accessList } of messages) {
    yield () => state.account(sender)
    if (to !== undefined) {
      yield () => {
        const account = state.account(to)
        if (account !== undefined) state.code(account.codeHash)
      }
    }
    for (const { address, storageKeys } of accessList) {
      yield () => state.account(address)
      for (const key of storageKeys) {
        yield () => {
          if (state.account(address)?.hasStorage === true) state.slot(address, key)
        }
      }
    }
  }
}
