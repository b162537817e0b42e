import { openBackend as openShared } from '../../src/state/shared-reader.js'
import type { Account, BackendDescriptor, StateBackend } from '../../src/types/state.js'

/** What a backend may do wrong; each is done to the accounts, slots and codes that a block asks for first, or only to contracts. */
export type Fault =
  | { kind: 'account'; fields: Record<string, unknown> }
  | { kind: 'answer'; of: 'account' | 'slot' | 'code'; answer: unknown }
  | { kind: 'throw'; of: 'account' | 'slot' | 'code' }
  | { kind: 'throw-at'; question: number }
  /** Two threads that ask for the same one of these are told different things; `meeting` has one word, a zero. */
  | { kind: 'contradict'; of: 'account' | 'slot'; meeting: Int32Array }

export const REASON = 'the disk is on fire'

const PATIENCE = 20_000

/** Waits until another thread has come, too; gives 1 to the first and 2 to the second. */
function meet(meeting: Int32Array): number {
  const number = Atomics.add(meeting, 0, 1) + 1
  Atomics.notify(meeting, 0)
  if (number === 1) Atomics.wait(meeting, 0, 1, PATIENCE)
  return number
}

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
        if (account === undefined || !account.hasStorage) return account
        if (fault?.kind === 'contradict' && fault.of === 'account') {
          return { ...account, balance: BigInt(meet(fault.meeting)) }
        }
        return fault?.kind === 'account' ? ({ ...account, ...fault.fields } as Account) : account
      }),
    slot: (address, key) =>
      ask('slot', () => {
        const isShared = key.every((byte) => byte === 0)
        if (fault?.kind !== 'contradict' || fault.of !== 'slot' || !isShared) return state.slot(address, key)
        return new Uint8Array(32).fill(meet(fault.meeting))
      }),
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
