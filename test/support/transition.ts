import type { ChainConfig } from '../../src/chain/config.js'
import { parseAlloc } from '../../src/fixture/alloc.js'
import type { InMemoryState } from '../../src/state/in-memory.js'
import { completeBlock } from '../../src/transition/complete.js'
import { parseBlock } from '../../src/transition/environment.js'
import { executeTransition, type TransactionTraces } from '../../src/transition/execute.js'
import { resultToJson } from '../../src/transition/result.js'
import { type Candidate, transactionsFromJson } from '../../src/transition/transactions.js'
import type { Machine } from '../../src/wasm/machine.js'

export type Json = Record<string, unknown>

interface TransitionFields {
  config: ChainConfig
  alloc: Json | InMemoryState
  env: Json
  /** Undefined: nobody is rewarded. */
  reward?: bigint
  traces?: TransactionTraces
}

/** Transactions may have been read already. */
export type TransitionJson = TransitionFields & ({ txs: readonly Json[] } | { transactions: readonly Candidate[] })

export interface TransitionResultJson {
  stateRoot: string
  logsHash: string
  receipts: Json[]
  rejected?: { index: number; error: string }[]
  [field: string]: unknown
}

/** What `heddle t8n` does between reading JSON and writing it, without a process for each block. */
export function transitionJson(
  machine: Machine,
  input: TransitionJson,
): { result: TransitionResultJson; post: InMemoryState } {
  const { config, alloc, env, reward, traces } = input
  const block = completeBlock(parseBlock(env), config)
  const outcome = executeTransition(machine, {
    config,
    block,
    pre: isState(alloc) ? alloc : parseAlloc(alloc, 'alloc'),
    transactions: 'transactions' in input ? input.transactions : transactionsFromJson(input.txs, config.chainId),
    ...(reward === undefined ? {} : { reward }),
    ...(traces === undefined ? {} : { traces }),
  })
  return { result: resultToJson(block, outcome) as TransitionResultJson, post: outcome.post }
}

function isState(alloc: Json | InMemoryState): alloc is InMemoryState {
  return typeof alloc.root === 'function'
}
