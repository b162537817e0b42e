import {
  ACCESS_LIST_ADDRESS_COST,
  ACCESS_LIST_KEY_COST,
  AUTHORIZATION_NEW_ACCOUNT_COST,
  FLOOR_TOKEN_COST,
  INITCODE_WORD_COST,
  TOKENS_PER_NONZERO_BYTE,
  TRANSACTION_COST,
  TRANSACTION_CREATE_COST,
  TRANSACTION_ZERO_BYTE_COST,
} from '../fork/costs'
import { Fork } from '../fork/fork'
import { chargesTransactionCreation, limitsInitcode, transactionByteCost } from '../fork/rules'
import { wordCost } from '../interpreter/gas'
import {
  TX_ACCESS_ADDRESSES,
  TX_ACCESS_KEYS,
  TX_AUTHORIZATION_COUNT,
  TX_DATA,
  TX_DATA_SIZE,
  TX_HAS_TO,
} from '../layout'

/** How many of the data's bytes are zero. */
function zeroBytes(transaction: usize): i64 {
  let at = <usize>load<u32>(transaction, TX_DATA)
  const end = at + load<u32>(transaction, TX_DATA_SIZE)
  let zeros: i64 = 0
  while (at + 16 <= end) {
    zeros += popcnt<u32>(i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0))))
    at += 16
  }
  while (at < end) zeros += load<u8>(at++) ? 0 : 1
  return zeros
}

/** What a transaction costs before it does anything. */
export function intrinsicGas(transaction: usize, fork: Fork): i64 {
  const size = load<u32>(transaction, TX_DATA_SIZE)
  const zeros = zeroBytes(transaction)
  let gas = TRANSACTION_COST
  gas += zeros * TRANSACTION_ZERO_BYTE_COST + (<i64>size - zeros) * transactionByteCost(fork)
  if (!load<u32>(transaction, TX_HAS_TO)) {
    if (chargesTransactionCreation(fork)) gas += TRANSACTION_CREATE_COST
    if (limitsInitcode(fork)) gas += wordCost(size, INITCODE_WORD_COST)
  }
  gas += <i64>load<u32>(transaction, TX_ACCESS_ADDRESSES) * ACCESS_LIST_ADDRESS_COST
  gas += <i64>load<u32>(transaction, TX_ACCESS_KEYS) * ACCESS_LIST_KEY_COST
  gas += <i64>load<u32>(transaction, TX_AUTHORIZATION_COUNT) * AUTHORIZATION_NEW_ACCOUNT_COST
  return gas
}

/** EIP-7623: what a transaction costs at least, however little it executes. */
export function floorGas(transaction: usize): i64 {
  const zeros = zeroBytes(transaction)
  const tokens = zeros + (<i64>load<u32>(transaction, TX_DATA_SIZE) - zeros) * TOKENS_PER_NONZERO_BYTE
  return TRANSACTION_COST + tokens * FLOOR_TOKEN_COST
}
