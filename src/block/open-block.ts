import type { ChainConfig } from '../chain/config.js'
import type { Fork } from '../types/fork.js'
import type { BlockHeader } from '../types/header.js'
import type { TransactionResult } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'
import { DAO_ACCOUNTS, DAO_REFUND_CONTRACT, drainsDao } from './dao.js'
import { openingCalls, type SystemCall, systemMessage } from './system-calls.js'

/** What happens to the state before the first transaction of a block. */
export function openBlock(machine: Machine, config: ChainConfig, fork: Fork, header: BlockHeader): void {
  if (drainsDao(config, header.number)) {
    for (const account of DAO_ACCOUNTS) machine.drain(account, DAO_REFUND_CONTRACT)
  }
  for (const call of openingCalls(fork, header, config.systemContracts)) executeSystemCall(machine, call)
}

/** Traces show what transactions do, and leave this out. */
export function executeSystemCall(machine: Machine, call: SystemCall): TransactionResult {
  const { tracer } = machine
  delete machine.tracer
  try {
    return machine.call(systemMessage(call))
  } finally {
    if (tracer !== undefined) machine.tracer = tracer
  }
}
