import { blockHash } from '../host'
import {
  BLOCK_BASE_FEE,
  BLOCK_BLOB_BASE_FEE,
  BLOCK_CHAIN_ID,
  BLOCK_COINBASE,
  BLOCK_GAS_CEILING,
  BLOCK_HASH_LOADED,
  BLOCK_HASHES,
  BLOCK_NUMBER,
  BLOCK_RANDOMNESS,
  BLOCK_TIMESTAMP,
  TX_BLOB_HASHES,
  TX_BLOBS,
} from '../layout'
import { transaction } from '../transaction/context'
import * as u256 from '../u256'

export function blockhash(sp: usize): void {
  const current = load<u64>(BLOCK_NUMBER)
  const asked = load<u64>(sp)
  if (!u256.fitsU64(sp) || asked >= current || current - asked > 256) {
    u256.zero(sp)
    return
  }
  const at = <usize>(asked & 255)
  const hash = BLOCK_HASHES + (at << 5)
  // Two workers may ask at the same time: both write the same hash before either sets the flag.
  if (!atomic.load<u8>(BLOCK_HASH_LOADED + at)) {
    blockHash(asked, hash)
    atomic.store<u8>(BLOCK_HASH_LOADED + at, 1)
  }
  u256.loadBytes(sp, hash, 32)
}

export function coinbase(sp: usize): void {
  u256.copy(sp, BLOCK_COINBASE)
}

export function timestamp(sp: usize): void {
  u256.copy(sp, BLOCK_TIMESTAMP)
}

export function number(sp: usize): void {
  u256.copy(sp, BLOCK_NUMBER)
}

/** The difficulty before Paris; the host writes whichever holds. */
export function prevrandao(sp: usize): void {
  u256.copy(sp, BLOCK_RANDOMNESS)
}

export function gaslimit(sp: usize): void {
  u256.copy(sp, BLOCK_GAS_CEILING)
}

export function chainid(sp: usize): void {
  u256.copy(sp, BLOCK_CHAIN_ID)
}

export function basefee(sp: usize): void {
  u256.copy(sp, BLOCK_BASE_FEE)
}

export function blobbasefee(sp: usize): void {
  u256.copy(sp, BLOCK_BLOB_BASE_FEE)
}

export function blobhash(sp: usize): void {
  const index = load<u64>(sp)
  if (!u256.fitsU64(sp) || index >= <u64>load<u32>(transaction, TX_BLOBS)) u256.zero(sp)
  else u256.loadBytes(sp, <usize>load<u32>(transaction, TX_BLOB_HASHES) + ((<usize>index) << 5), 32)
}
