import { chargesColdAccess } from '../fork/rules'
import { COLD_ACCOUNT_COST, WARM_ACCESS_COST } from '../fork/costs'
import { Fork } from '../fork/fork'
import { precompileAt } from '../precompile/precompile'
import { has, mark, WARM } from './account'

/** The number of a precompile at this address, or 0. */
export function precompileOf(address: usize, fork: Fork): u32 {
  const low = load<u64>(address)
  if (low > 0x1ff || load<u64>(address, 8) || load<u32>(address, 16)) return 0
  return precompileAt(<u32>low, fork) ? <u32>low : 0
}

/** What naming this account costs above the warm price that the instruction has paid already. */
export function coldAccountCost(account: usize, fork: Fork): i64 {
  if (!chargesColdAccess(fork) || has(account, WARM)) return 0
  mark(account, WARM)
  return precompileOf(account, fork) ? 0 : COLD_ACCOUNT_COST - WARM_ACCESS_COST
}
