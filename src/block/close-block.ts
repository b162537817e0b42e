import type { ChainConfig } from '../chain/config.js'
import { equalBytes } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { KECCAK_EMPTY } from '../codec/keccak.js'
import { askAccount } from '../state/check-answer.js'
import { Fork } from '../types/fork.js'
import type { Block } from '../types/header.js'
import type { StateBackend } from '../types/state.js'
import { isSuccess, statusName } from '../types/status.js'
import type { Log } from '../types/transaction.js'
import type { Machine } from '../wasm/machine.js'
import { executeSystemCall } from './open-block.js'
import { depositRequest, type Request } from './requests.js'
import { blockRewards } from './rewards.js'
import { invalidBlock } from './rule.js'
import { type Steps, step } from './steps.js'
import { closingCalls, type RequestCall } from './system-calls.js'
import { withdrawalCredits } from './withdrawals.js'

export interface ClosingContext extends RequestContext {
  block: Pick<Block, 'header' | 'uncles' | 'withdrawals'>
}

export interface RequestContext {
  config: ChainConfig
  fork: Fork
  /** All that the block's transactions logged, in order. */
  logs: Iterable<Log>
  /** The state before the block. */
  backend: StateBackend
  /** A draft may run on a state of its own making, without the contracts that a real chain has. */
  isDraft?: boolean
}

/** What happens to the state after the last transaction of a block. Gives what the block asks of the consensus layer. */
export function* closeBlock(machine: Machine, context: ClosingContext): Steps<Request[]> {
  const { fork, block } = context
  const credits = [...blockRewards(fork, block.header, block.uncles), ...withdrawalCredits(block.withdrawals ?? [])]
  for (const { address, amount } of credits) yield* step(() => machine.credit(address, amount))
  return yield* collectRequests(machine, context)
}

/** From Prague on: what the logs and the system contracts have for the consensus layer. */
export function* collectRequests(machine: Machine, context: RequestContext): Steps<Request[]> {
  const { config, fork, logs, backend, isDraft = false } = context
  if (fork < Fork.Prague) return []
  const requests = [depositRequest(logs, config.depositContract)]
  for (const call of closingCalls(fork, config.systemContracts)) {
    if (isDraft && !(yield* step(() => hasCode(machine, call.address, backend)))) continue
    requests.push(yield* step(() => executeRequestCall(machine, call, backend)))
  }
  return requests
}

/** EIP-7002, 7251: without these contracts the consensus layer would wait for requests that nobody can make. */
function executeRequestCall(machine: Machine, call: RequestCall, backend: StateBackend): Request {
  const { type, address } = call
  const contract = bytesToHex(address)
  if (!hasCode(machine, address, backend)) {
    const what = `system contract ${contract}`
    throw invalidBlock('SystemContractMissing', { what, expected: 'code', got: 'none', details: { contract } })
  }
  const { status, output } = executeSystemCall(machine, call)
  if (!isSuccess(status)) {
    const what = `system call to ${contract}`
    throw invalidBlock('SystemCallFailed', {
      what,
      expected: 'success',
      got: statusName(status),
      details: { contract, status },
    })
  }
  return { type, data: output }
}

/** At the end of the block: the contract may have been created in it. */
function hasCode(machine: Machine, address: Uint8Array, backend: StateBackend): boolean {
  const before = askAccount(backend, address)
  if (before !== undefined && !equalBytes(before.codeHash, KECCAK_EMPTY)) return true
  const after = machine.changeOf(address)
  return after?.exists === true && !equalBytes(after.codeHash, KECCAK_EMPTY)
}
