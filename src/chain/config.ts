import { Fork } from '../types/fork.js'
import type { BlobSchedule } from './blob-fee.js'

export interface BlockActivation {
  fork: Fork
  block: bigint
}

export interface TimeActivation {
  fork: Fork
  time: bigint
}

/** A schedule and when it began: with a fork, or with a change of blob parameters alone (BPO1, BPO2…). */
export interface BlobActivation {
  time: bigint
  schedule: BlobSchedule
}

/** Where the contracts of Prague's system calls are. */
export interface SystemContracts {
  history: Uint8Array
  withdrawalRequests: Uint8Array
  consolidationRequests: Uint8Array
}

/** What makes a chain differ from another. Every list is in the order of activation. */
export interface ChainConfig {
  chainId: bigint
  /** Homestead to GrayGlacier. A fork that is not listed never was; Frontier needs no entry. */
  blockForks: readonly BlockActivation[]
  /** Where the irregular state change of the DAO fork takes place; absent on chains that never had or refused it. */
  daoForkBlock?: bigint
  /** Paris begins after the first block whose total difficulty reaches this; absent: never. */
  terminalTotalDifficulty?: bigint
  /** The first block of Paris, once it is history: with it nobody has to know total difficulties. */
  parisBlock?: bigint
  /** Shanghai and later. */
  timeForks: readonly TimeActivation[]
  blobSchedules: readonly BlobActivation[]
  depositContract: Uint8Array
  /** Absent where they are at the addresses that EIPs 2935, 7002 and 7251 ended up with: everywhere but on old devnets. */
  systemContracts?: SystemContracts
}

export interface BlockPosition {
  number: bigint
  timestamp: bigint
  /** The total difficulty of the parent. */
  totalDifficulty?: bigint
  /** Takes precedence over everything that the configuration says about Paris. */
  isPostMerge?: boolean
}

/** The fork whose rules hold for the block at this position. */
export function forkAt(config: ChainConfig, position: BlockPosition): Fork {
  if (!isPostMerge(config, position)) {
    return config.blockForks.findLast(({ block }) => block <= position.number)?.fork ?? Fork.Frontier
  }
  return config.timeForks.findLast(({ time }) => time <= position.timestamp)?.fork ?? Fork.Paris
}

function isPostMerge(config: ChainConfig, position: BlockPosition): boolean {
  if (position.isPostMerge !== undefined) return position.isPostMerge
  const terminal = config.terminalTotalDifficulty
  if (terminal === undefined) return false
  if (terminal === 0n) return true
  if (config.parisBlock !== undefined) return position.number >= config.parisBlock
  return position.totalDifficulty !== undefined && position.totalDifficulty >= terminal
}

/** The schedule that holds at `timestamp`; undefined before the chain had blobs. */
export function blobScheduleAt(config: ChainConfig, timestamp: bigint): BlobSchedule | undefined {
  return config.blobSchedules.findLast(({ time }) => time <= timestamp)?.schedule
}
