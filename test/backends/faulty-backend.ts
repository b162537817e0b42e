import { openBackend as openShared } from '../../src/state/shared-reader.js'
import type { Account, BackendDescriptor, StateBackend } from '../../src/types/state.js'

/** What a backend may do wrong; each is done to the accounts, slots and codes that a block asks for first, or only to contracts. */
export type Fault =
  | { kind: 'account'; fields: Record<string, unknown> }
  | { kind: 'answer'; of: 'account' | 'slot' | 'code'; answer: unknown }
  | { kind: 'throw'; of: 'account' | 'slot' | 'code' }
  | { kind: 'throw-at'; question: number }

export const REASON = 'the disk is on fire'

/** The state with a fault. Lies about accounts are about those with code. */
export function faulty(state: StateBackend, fault: Fault | undefined): StateBackend {
  let questions = 0
  const ask = <T>(of: 'account' | 'slot' | 'code', answer: () => T): T => {
    questions++
    if (fault?.kind === 'throw-at' && questions === fault.question) throw new Error(REASON)
    if (fault?.kind === 'throw' && fault.of === of) throw new Error(REASON)
    if (fault?.kind === 'answer' && fault.of === of) return fault.answer as T
    return answer()
  }
  return {
    account: (address) =>
      ask('account', () => {
        const account = state.account(address)
        if (account === undefined || fault?.kind !== 'account' || !account.hasStorage) return account
        return { ...account, ...fault.fields } as Account
      }),
    slot: (address, key) => ask('slot', () => state.slot(address, key)),
    code: (codeHash) => ask('code', () => state.code(codeHash)),
  }
}

interface Opening {
  state: BackendDescriptor
  fault: Fault | undefined
}

/** The same for threads that open it for themselves; `state` is one in shared memory. */
export function shareFaulty(state: BackendDescriptor, fault: Fault | undefined): BackendDescriptor {
  const data: Opening = { state, fault }
  return { module: import.meta.url, data }
}

export function openBackend(data: unknown): StateBackend {
  const { state, fault } = data as Opening
  return faulty(openShared(state.data), fault)
}
