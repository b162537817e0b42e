import { Fork } from '../fork/fork'

const PAIR_SIZE: u32 = 192

const ADD_COST: u64 = 500
const MULTIPLY_COST: u64 = 40_000
const PAIRING_BASE_COST: u64 = 100_000
const PAIRING_PAIR_COST: u64 = 80_000

/** EIP-1108 */
const ADD_COST_ISTANBUL: u64 = 150
const MULTIPLY_COST_ISTANBUL: u64 = 6000
const PAIRING_BASE_COST_ISTANBUL: u64 = 45_000
const PAIRING_PAIR_COST_ISTANBUL: u64 = 34_000

export function addCost(fork: Fork): u64 {
  return fork >= Fork.Istanbul ? ADD_COST_ISTANBUL : ADD_COST
}

export function multiplyCost(fork: Fork): u64 {
  return fork >= Fork.Istanbul ? MULTIPLY_COST_ISTANBUL : MULTIPLY_COST
}

export function pairingCost(fork: Fork, length: u32): u64 {
  const pairs: u64 = length / PAIR_SIZE
  return fork >= Fork.Istanbul
    ? PAIRING_BASE_COST_ISTANBUL + PAIRING_PAIR_COST_ISTANBUL * pairs
    : PAIRING_BASE_COST + PAIRING_PAIR_COST * pairs
}
