import { hexToBytes } from '../codec/hex.js'
import { Fork } from '../types/fork.js'
import type { BlobSchedule } from './blob-fee.js'
import type { BlobActivation, BlockActivation, ChainConfig } from './config.js'

export const CANCUN_BLOBS: BlobSchedule = { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477n }
export const PRAGUE_BLOBS: BlobSchedule = { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716n }
export const BPO1_BLOBS: BlobSchedule = { target: 10, max: 15, baseFeeUpdateFraction: 8_346_193n }
export const BPO2_BLOBS: BlobSchedule = { target: 14, max: 21, baseFeeUpdateFraction: 11_684_671n }

/** Where mainnet's deposit contract is, and that of every chain that copies it. */
export const MAINNET_DEPOSIT_CONTRACT: Uint8Array = hexToBytes('0x00000000219ab540356cbb839cbe05303d7705fa')

export const mainnet: ChainConfig = {
  chainId: 1n,
  blockForks: [
    { fork: Fork.Homestead, block: 1_150_000n },
    { fork: Fork.TangerineWhistle, block: 2_463_000n },
    { fork: Fork.SpuriousDragon, block: 2_675_000n },
    { fork: Fork.Byzantium, block: 4_370_000n },
    // Constantinople and the fork that repaired it are one block on mainnet.
    { fork: Fork.Petersburg, block: 7_280_000n },
    { fork: Fork.Istanbul, block: 9_069_000n },
    { fork: Fork.MuirGlacier, block: 9_200_000n },
    { fork: Fork.Berlin, block: 12_244_000n },
    { fork: Fork.London, block: 12_965_000n },
    { fork: Fork.ArrowGlacier, block: 13_773_000n },
    { fork: Fork.GrayGlacier, block: 15_050_000n },
  ],
  daoForkBlock: 1_920_000n,
  terminalTotalDifficulty: 58_750_000_000_000_000_000_000n,
  parisBlock: 15_537_394n,
  timeForks: [
    { fork: Fork.Shanghai, time: 1_681_338_455n },
    { fork: Fork.Cancun, time: 1_710_338_135n },
    { fork: Fork.Prague, time: 1_746_612_311n },
    { fork: Fork.Osaka, time: 1_764_798_551n },
  ],
  blobSchedules: blobHistory(1_710_338_135n, 1_746_612_311n, 1_765_290_071n, 1_767_747_671n),
  depositContract: MAINNET_DEPOSIT_CONTRACT,
}

export const sepolia: ChainConfig = {
  chainId: 11_155_111n,
  blockForks: londonFromGenesis(),
  terminalTotalDifficulty: 17_000_000_000_000_000n,
  parisBlock: 1_450_409n,
  timeForks: [
    { fork: Fork.Shanghai, time: 1_677_557_088n },
    { fork: Fork.Cancun, time: 1_706_655_072n },
    { fork: Fork.Prague, time: 1_741_159_776n },
    { fork: Fork.Osaka, time: 1_760_427_360n },
  ],
  blobSchedules: blobHistory(1_706_655_072n, 1_741_159_776n, 1_761_017_184n, 1_761_607_008n),
  depositContract: hexToBytes('0x7f02c3e3c98b133055b8b348b2ac625669ed295d'),
}

export const holesky: ChainConfig = {
  chainId: 17_000n,
  blockForks: londonFromGenesis(),
  terminalTotalDifficulty: 0n,
  timeForks: [
    { fork: Fork.Shanghai, time: 1_696_000_704n },
    { fork: Fork.Cancun, time: 1_707_305_664n },
    { fork: Fork.Prague, time: 1_740_434_112n },
    { fork: Fork.Osaka, time: 1_759_308_480n },
  ],
  blobSchedules: blobHistory(1_707_305_664n, 1_740_434_112n, 1_759_800_000n, 1_760_389_824n),
  depositContract: hexToBytes('0x4242424242424242424242424242424242424242'),
}

export const hoodi: ChainConfig = {
  chainId: 560_048n,
  blockForks: londonFromGenesis(),
  terminalTotalDifficulty: 0n,
  timeForks: [
    { fork: Fork.Shanghai, time: 0n },
    { fork: Fork.Cancun, time: 0n },
    { fork: Fork.Prague, time: 1_742_999_832n },
    { fork: Fork.Osaka, time: 1_761_677_592n },
  ],
  blobSchedules: blobHistory(0n, 1_742_999_832n, 1_762_365_720n, 1_762_955_544n),
  depositContract: MAINNET_DEPOSIT_CONTRACT,
}

function londonFromGenesis(): BlockActivation[] {
  return [{ fork: Fork.London, block: 0n }]
}

function blobHistory(cancun: bigint, prague: bigint, bpo1: bigint, bpo2: bigint): BlobActivation[] {
  return [
    { time: cancun, schedule: CANCUN_BLOBS },
    { time: prague, schedule: PRAGUE_BLOBS },
    { time: bpo1, schedule: BPO1_BLOBS },
    { time: bpo2, schedule: BPO2_BLOBS },
  ]
}
