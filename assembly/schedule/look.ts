import { TASK_CHAIN, TASK_TRANSACTION, TX_GAS_LIMIT, TX_PRIORITY_FEE, TX_SENDER, TX_TO, TX_VALUE } from '../layout'
import { lookAtAccount, record, VERSIONS } from '../version/location'
import { CHAIN, ENTRY_LOCATION } from '../version/versions'
import { taskAt } from './task'

/**
 * What short transactions wait for is memory: each begins with places that nobody has looked at lately, one after the other. To look at
 * those of several transactions first, when nothing depends on what is found, lets a processor wait for all of them at once.
 */
export let looked: u32 = 0

/** Before tasks are executed: first at the transactions, whose cache lines the host has just written, then at the accounts that they name. */
export function lookAtTransactions(from: u32, until: u32): void {
  let seen: u32 = 0
  for (let index = from; index < until; index++) {
    const transaction = <usize>load<u32>(taskAt(index), TASK_TRANSACTION)
    seen += load<u32>(transaction, TX_GAS_LIMIT) + load<u32>(transaction, TX_SENDER)
    seen += load<u32>(transaction, TX_VALUE) + load<u32>(transaction, TX_PRIORITY_FEE)
  }
  for (let index = from; index < until; index++) {
    const transaction = <usize>load<u32>(taskAt(index), TASK_TRANSACTION)
    seen += lookAtAccount(transaction + TX_SENDER) + lookAtAccount(transaction + TX_TO)
  }
  looked = seen
}

/** Before what tasks have written becomes the base. */
export function lookAtWrites(from: u32, until: u32): void {
  let seen: u32 = 0
  for (let index = from; index < until; index++) {
    for (let entry = <usize>load<u32>(taskAt(index), TASK_CHAIN); entry; entry = <usize>load<u32>(entry, CHAIN)) {
      seen += load<u32>(record(load<u32>(entry, ENTRY_LOCATION)), VERSIONS)
    }
  }
  looked = seen
}
