import { TASK_TRANSACTION, TX_GAS_LIMIT, TX_HAS_TO, TX_PRIORITY_FEE, TX_SENDER, TX_TO, TX_VALUE } from '../layout'
import { askFor, loadAsked } from '../version/load'
import { lookAtAccount, record, VERSIONS } from '../version/location'
import { ENTRY_SIZE } from '../version/entries'
import { ENTRY_LOCATION } from '../version/versions'
import { taskAt } from './task'

/**
 * What short transactions wait for is memory: each begins with places that nobody has looked at lately, one after the other. To look at
 * those of several transactions first, when nothing depends on what is found, lets a processor wait for all of them at once.
 */
export let looked: u32 = 0

/**
 * Before tasks are executed: first at the transactions, whose cache lines the host has just written, then at the accounts that they
 * name. Those that the pages do not hold are asked of the host together: it looks for several at once, too.
 */
export function lookAtTransactions(from: u32, until: u32): void {
  let seen: u32 = 0
  for (let index = from; index < until; index++) {
    const transaction = transactionOf(index)
    seen += load<u32>(transaction, TX_GAS_LIMIT) + load<u32>(transaction, TX_SENDER)
    seen += load<u32>(transaction, TX_VALUE) + load<u32>(transaction, TX_PRIORITY_FEE)
  }
  looked = seen
  let missing: u32 = 0
  for (let index = from; index < until; index++) {
    missing |= lookAtAccount(transactionOf(index) + TX_SENDER) | lookAtAccount(transactionOf(index) + TX_TO)
  }
  if (!missing) return
  for (let index = from; index < until; index++) {
    askFor(transactionOf(index) + TX_SENDER)
    if (load<u32>(transactionOf(index), TX_HAS_TO)) askFor(transactionOf(index) + TX_TO)
  }
  loadAsked()
}


@inline
function transactionOf(index: u32): usize {
  return <usize>load<u32>(taskAt(index), TASK_TRANSACTION)
}

/** At the lists that entries are on, before they are dropped. */
export function lookAtLists(from: usize, until: usize): void {
  let seen: u32 = 0
  for (let entry = from; entry < until; entry += ENTRY_SIZE) {
    seen += load<u32>(record(load<u32>(entry, ENTRY_LOCATION)), VERSIONS)
  }
  looked = seen
}
