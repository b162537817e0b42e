import type { EngineState } from '../state/backend.js'
import { SourcedState } from '../state/sourced-state.js'
import type { StateBackend } from '../types/state.js'
import { attemptAll } from './attempt.js'
import type { MessageList } from './block-messages.js'

/** Asks a source beforehand: many questions wait together, and those of an execution one after the other. */
export async function foresee(messages: MessageList, state: EngineState, signal: AbortSignal): Promise<void> {
  const isSlow = state instanceof SourcedState && state.share() === undefined
  if (isSlow) await attemptAll(foreseenQuestions(messages, state), signal)
}

/** What transactions say that they will ask a state for. */
function* foreseenQuestions(messages: MessageList, state: StateBackend): Generator<() => unknown> {
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
