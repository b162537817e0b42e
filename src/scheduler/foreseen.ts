import type { StateBackend } from '../types/state.js'
import type { MessageList } from './block-messages.js'

/** What transactions say that they will ask a state for. */
export function* foreseenQuestions(messages: MessageList, state: StateBackend): Generator<() => unknown> {
  for (let index = 0; index < messages.length; index++) {
    const message = messages.at(index)
    if (message === undefined) continue
    const { sender, to, accessList } = message
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
