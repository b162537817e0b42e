import { setRefund } from '../interpreter/frame'
import { clearReturnData, setOutput } from '../interpreter/return-data'
import { resetAccounts } from './account'
import { resetJournal } from './journal'
import { clearLimit } from './limit'
import { resetLogs } from './log'
import { resetSlots } from './storage'

/** Everything that a transaction leaves in its worker, however it ended, goes: the next one begins from nothing. */
export function forgetTransaction(): void {
  clearLimit()
  resetAccounts()
  resetSlots()
  resetJournal()
  resetLogs()
  setRefund(0)
  clearReturnData()
  setOutput(0, 0)
}
