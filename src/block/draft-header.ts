import { nextBaseFee } from '../chain/base-fee.js'
import { headerHash } from '../codec/header.js'
import { hexToBytes } from '../codec/hex.js'
import type { BlockHeader } from '../types/header.js'
import type { Hex } from './draft.js'

/** What a block that is being built says of itself; what is left out follows from its parent, or is zero. */
export interface DraftHeader {
  number?: bigint
  timestamp?: bigint
  gasLimit?: bigint
  baseFee?: bigint
  coinbase?: Hex
  prevRandao?: Hex
  difficulty?: bigint
  excessBlobGas?: bigint
  parentBeaconBlockRoot?: Hex
}

const DEFAULT_GAS_LIMIT = 60_000_000n
const SLOT_SECONDS = 12n

export function draftHeader(draft: DraftHeader, parent?: BlockHeader): BlockHeader {
  const zeros = (length: number) => new Uint8Array(length)
  return {
    parentHash: parent === undefined ? zeros(32) : headerHash(parent),
    unclesHash: zeros(32),
    coinbase: draft.coinbase === undefined ? zeros(20) : hexToBytes(draft.coinbase, 'coinbase', 20),
    stateRoot: zeros(32),
    transactionsRoot: zeros(32),
    receiptsRoot: zeros(32),
    logsBloom: zeros(256),
    difficulty: draft.difficulty ?? 0n,
    number: draft.number ?? (parent?.number ?? 0n) + 1n,
    gasLimit: draft.gasLimit ?? parent?.gasLimit ?? DEFAULT_GAS_LIMIT,
    gasUsed: 0n,
    timestamp: draft.timestamp ?? (parent?.timestamp ?? 0n) + SLOT_SECONDS,
    extraData: zeros(0),
    mixHash: draft.prevRandao === undefined ? zeros(32) : hexToBytes(draft.prevRandao, 'prevRandao', 32),
    nonce: zeros(8),
    baseFee: draft.baseFee ?? (parent?.baseFee === undefined ? 0n : nextBaseFee(parent)),
    // With all fields of a fork, so that it has a hash.
    withdrawalsRoot: zeros(32),
    blobGasUsed: 0n,
    excessBlobGas: draft.excessBlobGas ?? 0n,
    parentBeaconBlockRoot:
      draft.parentBeaconBlockRoot === undefined
        ? zeros(32)
        : hexToBytes(draft.parentBeaconBlockRoot, 'parentBeaconBlockRoot', 32),
  }
}
