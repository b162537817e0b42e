import { hexToBytes, parseQuantity } from '../codec/hex.js'
import { withdrawalFromJson } from '../codec/withdrawal.js'
import { parseAddress } from '../fixture/alloc.js'
import { at, readList, readObject, readWord, unexpected } from '../fixture/json.js'
import type { Withdrawal } from '../types/header.js'

export interface Ommer {
  /** How many generations it is older than the block. */
  delta: bigint
  address: Uint8Array
}

/** A block as the caller describes it; what is absent may follow from its parent. */
export interface DescribedBlock {
  coinbase: Uint8Array
  gasLimit: bigint
  number: bigint
  timestamp: bigint
  difficulty?: bigint
  random?: Uint8Array
  baseFee?: bigint
  excessBlobGas?: bigint
  parentBeaconBlockRoot?: Uint8Array
  blockHashes?: ReadonlyMap<bigint, Uint8Array>
  ommers: readonly Ommer[]
  withdrawals?: readonly Withdrawal[]
  parent: DescribedParent
}

export interface DescribedParent {
  timestamp: bigint
  gasUsed: bigint
  gasLimit: bigint
  difficulty?: bigint
  unclesHash?: Uint8Array
  baseFee?: bigint
  excessBlobGas?: bigint
  blobGasUsed?: bigint
}

/** The reward of an older ommer would be negative. */
const OLDEST_OMMER = 8n

/** Null is as good as absent, and unknown fields are passed over: other tools have more of them. */
export function parseBlock(json: unknown, path = 'env'): DescribedBlock {
  const fields = readObject(json, path)
  const read = <T>(key: string, parse: (value: unknown, path: string) => T): T | undefined => {
    const value = fields[key]
    return value === undefined || value === null ? undefined : parse(value, at(path, key))
  }
  const optional = (key: string, bits: number) => read(key, (value, where) => parseQuantity(value, where, bits))
  const required = (key: string) => parseQuantity(fields[key], at(path, key), 64)
  return withoutUndefined({
    coinbase: parseAddress(fields.currentCoinbase, at(path, 'currentCoinbase')),
    gasLimit: required('currentGasLimit'),
    number: required('currentNumber'),
    timestamp: required('currentTimestamp'),
    difficulty: optional('currentDifficulty', 256),
    random: read('currentRandom', readWord),
    baseFee: optional('currentBaseFee', 256),
    excessBlobGas: optional('currentExcessBlobGas', 64),
    parentBeaconBlockRoot: read('parentBeaconBlockRoot', readHash),
    blockHashes: read('blockHashes', parseBlockHashes),
    ommers: read('ommers', parseOmmers) ?? [],
    withdrawals: read('withdrawals', parseWithdrawals),
    parent: withoutUndefined({
      timestamp: optional('parentTimestamp', 64) ?? 0n,
      gasUsed: optional('parentGasUsed', 64) ?? 0n,
      gasLimit: optional('parentGasLimit', 64) ?? 0n,
      difficulty: optional('parentDifficulty', 256),
      unclesHash: read('parentUncleHash', readHash),
      baseFee: optional('parentBaseFee', 256),
      excessBlobGas: optional('parentExcessBlobGas', 64),
      blobGasUsed: optional('parentBlobGasUsed', 64),
    }),
  })
}

type WithoutUndefined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

function withoutUndefined<T extends object>(fields: T): WithoutUndefined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as WithoutUndefined<T>
}

function readHash(value: unknown, path: string): Uint8Array {
  return hexToBytes(value as string, path, 32)
}

function parseBlockHashes(json: unknown, path: string): Map<bigint, Uint8Array> {
  const entries = Object.entries(readObject(json, path))
  return new Map(entries.map(([number, hash]) => [parseQuantity(number, path, 64), readHash(hash, at(path, number))]))
}

function parseOmmers(json: unknown, path: string): Ommer[] {
  return readList(json, path).map((item, index) => {
    const where = at(path, index)
    const { delta, address } = readObject(item, where)
    const generations = parseQuantity(delta, at(where, 'delta'), 64)
    if (generations > OLDEST_OMMER) throw unexpected(at(where, 'delta'), `at most ${OLDEST_OMMER}`, delta)
    return { delta: generations, address: parseAddress(address, at(where, 'address')) }
  })
}

function parseWithdrawals(json: unknown, path: string): Withdrawal[] {
  return readList(json, path).map((item, index) => withdrawalFromJson(item, at(path, index)))
}
