import type { SystemContracts } from '../chain/config.js'
import { hexToBytes } from '../codec/hex.js'
import { Fork } from '../types/fork.js'
import type { BlockHeader } from '../types/header.js'
import type { Message } from '../types/transaction.js'
import { CONSOLIDATION_REQUEST, WITHDRAWAL_REQUEST } from './requests.js'

/** The caller that no key controls; its nonce and balance do not change, and it pays nothing. */
export const SYSTEM_ADDRESS: Uint8Array = hexToBytes('0xfffffffffffffffffffffffffffffffffffffffe')
/** Given to each call; it counts neither against the block's gas limit nor as gas used. */
export const SYSTEM_CALL_GAS = 30_000_000n

export const BEACON_ROOTS_ADDRESS: Uint8Array = hexToBytes('0x000f3df6d732807ef1319fb7b8bb8522d0beac02')
export const HISTORY_STORAGE_ADDRESS: Uint8Array = hexToBytes('0x0000f90827f1c53a10cb7a02335b175320002935')
export const WITHDRAWAL_REQUEST_ADDRESS: Uint8Array = hexToBytes('0x00000961ef480eb55e80d19ad83579a64c007002')
export const CONSOLIDATION_REQUEST_ADDRESS: Uint8Array = hexToBytes('0x0000bbddc7ce488642fb579f8b00f3a590007251')

const SYSTEM_CONTRACTS: SystemContracts = {
  history: HISTORY_STORAGE_ADDRESS,
  withdrawalRequests: WITHDRAWAL_REQUEST_ADDRESS,
  consolidationRequests: CONSOLIDATION_REQUEST_ADDRESS,
}

export interface SystemCall {
  address: Uint8Array
  input: Uint8Array
}

/** A call after the last transaction, whose output is a request of `type`. */
export interface RequestCall extends SystemCall {
  type: number
}

/** The calls before the first transaction, in order. A contract that is not there, or fails, is passed over. */
export function openingCalls(
  fork: Fork,
  header: BlockHeader,
  { history }: SystemContracts = SYSTEM_CONTRACTS,
): SystemCall[] {
  const calls: SystemCall[] = []
  // Genesis has no parent to record.
  if (header.number === 0n) return calls
  if (fork >= Fork.Cancun) calls.push({ address: BEACON_ROOTS_ADDRESS, input: header.parentBeaconBlockRoot! })
  if (fork >= Fork.Prague) calls.push({ address: history, input: header.parentHash })
  return calls
}

/** The calls after withdrawals are credited, in order of type. A contract that is not there, or fails, invalidates the block. */
export function closingCalls(fork: Fork, contracts: SystemContracts = SYSTEM_CONTRACTS): RequestCall[] {
  if (fork < Fork.Prague) return []
  const input = new Uint8Array(0)
  return [
    { type: WITHDRAWAL_REQUEST, address: contracts.withdrawalRequests, input },
    { type: CONSOLIDATION_REQUEST, address: contracts.consolidationRequests, input },
  ]
}

/** The call as the core executes it: free, and of no type that would matter. */
export function systemMessage({ address, input }: SystemCall): Message {
  return {
    type: 0,
    sender: SYSTEM_ADDRESS,
    nonce: 0n,
    gasLimit: SYSTEM_CALL_GAS,
    to: address,
    value: 0n,
    data: input,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    accessList: [],
    maxFeePerBlobGas: 0n,
    blobVersionedHashes: [],
    authorizations: [],
  }
}
