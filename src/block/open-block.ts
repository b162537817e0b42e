import type { ChainConfig } from '../chain/config.js'
import type { Fork } from '../types/fork.js'
import type { BlockHeader } from '../types/header.js'
import type { TransactionResult } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'
import { DAO_ACCOUNTS, DAO_REFUND_CONTRACT, drainsDao } from './dao.js'
import { type Steps, step } from './steps.js'
import { openingCalls, type SystemCall, systemMessage } from './system-calls.js'

/** What happens to the state before the first transaction of a block. */
export function* openBlock(machine: Machine, config: ChainConfig, fork: Fork, header: BlockHeader): Steps<void> {
  yield* openDaoFork(machine, config, header.number)
  for (const call of openingCalls(fork, header, config.systemContracts)) {
    yield* step(() => executeSystemCall(machine, call))
  }
}

/** Every account of the list is touched: one that was not there exists from then on. */
export function* openDaoFork(machine: Machine, config: ChainConfig, number: bigint): Steps<void> {
  if (!drainsDao(config, number)) return
  yield* step(() => machine.credit(DAO_REFUND_CONTRACT, 0n))
  for (const account of DAO_ACCOUNTS) {
    yield* step(() => machine.credit(account, 0n))
    yield* step(() => machine.drain(account, DAO_REFUND_CONTRACT))
  }
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
