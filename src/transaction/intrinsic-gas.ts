import { Fork } from '../types/fork.js'
import type { Transaction } from '../types/transaction.js'

// The core charges by assembly/transaction; this is for those who judge a transaction without executing it.
const BASE_COST = 21_000
const CREATE_COST = 32_000
const ZERO_BYTE_COST = 4
const NONZERO_BYTE_COST = 16
const NONZERO_BYTE_COST_BEFORE_ISTANBUL = 68
const INITCODE_WORD_COST = 2
const ACCESS_LIST_ADDRESS_COST = 2_400
const ACCESS_LIST_KEY_COST = 1_900
const AUTHORIZATION_COST = 25_000
const FLOOR_TOKEN_COST = 10
const TOKENS_PER_NONZERO_BYTE = 4

function countZeros(data: Uint8Array): number {
  let zeros = 0
  for (const byte of data) if (byte === 0) zeros++
  return zeros
}

/** What a transaction costs before its first instruction. */
export function intrinsicGas(transaction: Transaction, fork: Fork): bigint {
  const { data } = transaction
  const zeros = countZeros(data)
  const nonzeroCost = fork >= Fork.Istanbul ? NONZERO_BYTE_COST : NONZERO_BYTE_COST_BEFORE_ISTANBUL
  let gas = BASE_COST + zeros * ZERO_BYTE_COST + (data.length - zeros) * nonzeroCost
  if (transaction.to === undefined) {
    if (fork >= Fork.Homestead) gas += CREATE_COST
    if (fork >= Fork.Shanghai) gas += Math.ceil(data.length / 32) * INITCODE_WORD_COST
  }
  if (transaction.type !== 0) {
    for (const entry of transaction.accessList) {
      gas += ACCESS_LIST_ADDRESS_COST + entry.storageKeys.length * ACCESS_LIST_KEY_COST
    }
  }
  if (transaction.type === 4) gas += transaction.authorizationList.length * AUTHORIZATION_COST
  return BigInt(gas)
}

/** From Prague on the least that a transaction pays, whatever it executes; 0 before. */
export function floorGas(transaction: Transaction, fork: Fork): bigint {
  if (fork < Fork.Prague) return 0n
  const zeros = countZeros(transaction.data)
  const tokens = zeros + (transaction.data.length - zeros) * TOKENS_PER_NONZERO_BYTE
  return BigInt(BASE_COST + tokens * FLOOR_TOKEN_COST)
}
