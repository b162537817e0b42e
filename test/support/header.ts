import { nextBaseFee } from '../../src/chain/base-fee.js'
import { nextExcessBlobGas } from '../../src/chain/blob-fee.js'
import { blobScheduleAt } from '../../src/chain/config.js'
import { expectedDifficulty } from '../../src/chain/difficulty.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { headerHash } from '../../src/codec/header.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { keccak256 } from '../../src/codec/keccak.js'
import { encodeRlp } from '../../src/codec/rlp.js'
import { Fork, forkName } from '../../src/types/fork.js'
import type { BlockHeader } from '../../src/types/header.js'

const NO_UNCLES = keccak256(encodeRlp([]))

/** Block 10 of a chain that has been in `fork` from genesis on. */
export function headerAt(fork: Fork): BlockHeader {
  const word = (fill: number) => new Uint8Array(32).fill(fill)
  return {
    parentHash: word(1),
    unclesHash: NO_UNCLES,
    coinbase: new Uint8Array(20).fill(2),
    stateRoot: word(3),
    transactionsRoot: word(4),
    receiptsRoot: word(5),
    logsBloom: new Uint8Array(256),
    difficulty: fork < Fork.Paris ? 1_000_000n : 0n,
    number: 10n,
    gasLimit: 30_000_000n,
    gasUsed: 15_000_000n,
    timestamp: 1000n,
    extraData: Uint8Array.of(1, 2, 3),
    mixHash: word(6),
    nonce: new Uint8Array(8),
    ...(fork < Fork.London ? {} : { baseFee: 1_000_000_000n }),
    ...(fork < Fork.Shanghai ? {} : { withdrawalsRoot: word(7) }),
    ...(fork < Fork.Cancun ? {} : { blobGasUsed: 0n, excessBlobGas: 0n, parentBeaconBlockRoot: word(8) }),
    ...(fork < Fork.Prague ? {} : { requestsHash: word(9) }),
  }
}

/** A valid header on top of `parent`, which is of the same fork and twelve seconds older. */
export function childOf(parent: BlockHeader, fork: Fork): BlockHeader {
  const timestamp = parent.timestamp + 12n
  const child: BlockHeader = {
    ...parent,
    parentHash: headerHash(parent),
    unclesHash: NO_UNCLES,
    number: parent.number + 1n,
    timestamp,
  }
  if (fork >= Fork.London) child.baseFee = nextBaseFee(parent)
  if (fork >= Fork.Cancun) {
    const schedule = blobScheduleAt(fixtureNetwork(forkName(fork)), timestamp)!
    child.excessBlobGas = nextExcessBlobGas(fork, schedule, parent)
    child.blobGasUsed = 0n
  }
  if (fork < Fork.Paris) {
    child.difficulty = expectedDifficulty(fork, {
      number: child.number,
      timestamp,
      parentDifficulty: parent.difficulty,
      parentTimestamp: parent.timestamp,
      parentHasUncles: bytesToHex(parent.unclesHash) !== bytesToHex(NO_UNCLES),
    })
  }
  return child
}
