import { MAX_BLOBS_PER_TRANSACTION, TRANSACTION_BYTE_COST, TRANSACTION_BYTE_COST_FRONTIER } from './costs'
import { Fork } from './fork'

/** One predicate per behaviour that a fork changed, so that code asks what it means and never which fork it is. */

/** EIP-2: a creation costs 32000 more, and fails when its code cannot be paid for. */
@inline
export function chargesTransactionCreation(fork: Fork): bool {
  return fork >= Fork.Homestead
}


@inline
export function failsUnpaidCode(fork: Fork): bool {
  return fork >= Fork.Homestead
}

/** EIP-150: a call keeps a 64th of the gas back instead of failing when it asks for too much. */
@inline
export function keepsSixtyFourth(fork: Fork): bool {
  return fork >= Fork.TangerineWhistle
}

/** EIP-150: SELFDESTRUCT pays for an account that it brings into being. */
@inline
export function chargesDestructBeneficiary(fork: Fork): bool {
  return fork >= Fork.TangerineWhistle
}

/** EIP-161: touched empty accounts are removed, contracts start with nonce 1, "new" means dead and receiving value. */
@inline
export function removesEmptyAccounts(fork: Fork): bool {
  return fork >= Fork.SpuriousDragon
}

/** EIP-170. */
@inline
export function limitsCodeSize(fork: Fork): bool {
  return fork >= Fork.SpuriousDragon
}

/** EIP-160. */
@inline
export function expByteCost(fork: Fork): i64 {
  return fork >= Fork.SpuriousDragon ? 50 : 10
}

/** EIP-1884 aside, EIP-2200 needs more gas left than the stipend. */
@inline
export function storesNeedSentryGas(fork: Fork): bool {
  return fork >= Fork.Istanbul
}

/** EIP-2929: the first access in a transaction is cold. */
@inline
export function chargesColdAccess(fork: Fork): bool {
  return fork >= Fork.Berlin
}

/** EIP-2028. */
@inline
export function transactionByteCost(fork: Fork): i64 {
  return fork >= Fork.Istanbul ? TRANSACTION_BYTE_COST : TRANSACTION_BYTE_COST_FRONTIER
}

/** EIP-2930. */
@inline
export function hasAccessLists(fork: Fork): bool {
  return fork >= Fork.Berlin
}

/** EIP-1559. */
@inline
export function hasBaseFee(fork: Fork): bool {
  return fork >= Fork.London
}

/** EIP-3529: no refund for self-destruction, a fifth instead of a half. */
@inline
export function refundsSelfdestruct(fork: Fork): bool {
  return fork < Fork.London
}


@inline
export function refundQuotient(fork: Fork): i64 {
  return fork >= Fork.London ? 5 : 2
}

/** EIP-3541: deployed code may not start with 0xef. */
@inline
export function reservesCodePrefix(fork: Fork): bool {
  return fork >= Fork.London
}

/** EIP-4399: instruction 0x44 gives randomness instead of difficulty. */
@inline
export function givesRandomness(fork: Fork): bool {
  return fork >= Fork.Paris
}

/** EIP-3651. */
@inline
export function warmsCoinbase(fork: Fork): bool {
  return fork >= Fork.Shanghai
}

/** EIP-3860. */
@inline
export function limitsInitcode(fork: Fork): bool {
  return fork >= Fork.Shanghai
}

/** EIP-6780: only what was created in this transaction is destroyed. */
@inline
export function destroysOnlyCreated(fork: Fork): bool {
  return fork >= Fork.Cancun
}

/** EIP-4844. */
@inline
export function hasBlobs(fork: Fork): bool {
  return fork >= Fork.Cancun
}

/** EIP-7594. */
@inline
export function maxBlobsPerTransaction(fork: Fork, maxPerBlock: u32): u32 {
  return fork >= Fork.Osaka ? min(MAX_BLOBS_PER_TRANSACTION, maxPerBlock) : maxPerBlock
}

/** EIP-7702. */
@inline
export function hasDelegations(fork: Fork): bool {
  return fork >= Fork.Prague
}

/** EIP-7623. */
@inline
export function hasCalldataFloor(fork: Fork): bool {
  return fork >= Fork.Prague
}

/** EIP-7825. */
@inline
export function capsTransactionGas(fork: Fork): bool {
  return fork >= Fork.Osaka
}
