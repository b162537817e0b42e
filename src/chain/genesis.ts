import { hexToBytes, parseQuantity } from '../codec/hex.js'
import { InputError } from '../errors.js'
import { Fork } from '../types/fork.js'
import type { BlobSchedule } from './blob-fee.js'
import type { BlobActivation, BlockActivation, ChainConfig, TimeActivation } from './config.js'
import { BPO1_BLOBS, BPO2_BLOBS, CANCUN_BLOBS, MAINNET_DEPOSIT_CONTRACT, PRAGUE_BLOBS } from './networks.js'

type Json = Readonly<Record<string, unknown>>

/** Forks by block, oldest first. An optional fork only moves the difficulty bomb: a chain may leave it out. */
const BLOCK_KEYS: readonly { key: string; fork: Fork; isOptional?: true }[] = [
  { key: 'homesteadBlock', fork: Fork.Homestead },
  { key: 'eip150Block', fork: Fork.TangerineWhistle },
  { key: 'eip155Block', fork: Fork.SpuriousDragon },
  { key: 'eip158Block', fork: Fork.SpuriousDragon },
  { key: 'byzantiumBlock', fork: Fork.Byzantium },
  { key: 'constantinopleBlock', fork: Fork.Constantinople },
  { key: 'petersburgBlock', fork: Fork.Petersburg },
  { key: 'istanbulBlock', fork: Fork.Istanbul },
  { key: 'muirGlacierBlock', fork: Fork.MuirGlacier, isOptional: true },
  { key: 'berlinBlock', fork: Fork.Berlin },
  { key: 'londonBlock', fork: Fork.London },
  { key: 'arrowGlacierBlock', fork: Fork.ArrowGlacier, isOptional: true },
  { key: 'grayGlacierBlock', fork: Fork.GrayGlacier, isOptional: true },
]

const TIME_KEYS: readonly { key: string; fork: Fork }[] = [
  { key: 'shanghaiTime', fork: Fork.Shanghai },
  { key: 'cancunTime', fork: Fork.Cancun },
  { key: 'pragueTime', fork: Fork.Prague },
  { key: 'osakaTime', fork: Fork.Osaka },
]

/** Where blob schedules begin, oldest first; `usual` serves a genesis file from before `blobSchedule` was part of it. */
const BLOB_KEYS: readonly { name: string; usual?: BlobSchedule }[] = [
  { name: 'cancun', usual: CANCUN_BLOBS },
  { name: 'prague', usual: PRAGUE_BLOBS },
  { name: 'osaka', usual: PRAGUE_BLOBS },
  { name: 'bpo1', usual: BPO1_BLOBS },
  { name: 'bpo2', usual: BPO2_BLOBS },
  { name: 'bpo3' },
  { name: 'bpo4' },
  { name: 'bpo5' },
]

const KNOWN_ACTIVATIONS: ReadonlySet<string> = new Set([
  ...BLOCK_KEYS.map(({ key }) => key),
  ...TIME_KEYS.map(({ key }) => key),
  ...BLOB_KEYS.map(({ name }) => `${name}Time`),
  'daoForkBlock',
  // Only splits the network of nodes; the rules are those of the terminal total difficulty.
  'mergeNetsplitBlock',
  'mergeForkBlock',
])

/**
 * The chain that a geth-style genesis file describes. Give the text rather than what JSON.parse made of it when the
 * terminal total difficulty is a number of more than 15 digits: JSON.parse rounds it.
 */
export function genesisConfig(genesis: string | object): ChainConfig {
  const file = typeof genesis === 'string' ? parseExactly(genesis) : genesis
  if (!isObject(file) || !isObject(file.config)) {
    throw invalid('GenesisConfig', 'config', 'an object', isObject(file) ? file.config : file)
  }
  const { config } = file
  refuseUnsupported(config)
  const terminal = quantity(config, 'terminalTotalDifficulty', 256)
  const daoForkBlock = config.daoForkSupport === true ? quantity(config, 'daoForkBlock') : undefined
  const timeForks = readTimeForks(config)
  if (timeForks.length > 0 && terminal === undefined) {
    throw invalid('GenesisForkOrder', 'terminalTotalDifficulty', 'a number, for a chain with forks by time', undefined)
  }
  return {
    chainId: quantity(config, 'chainId') ?? missing('chainId'),
    blockForks: readBlockForks(config),
    ...(daoForkBlock === undefined ? {} : { daoForkBlock }),
    ...(terminal === undefined ? {} : { terminalTotalDifficulty: terminal }),
    timeForks,
    blobSchedules: readBlobSchedules(config),
    depositContract: readDepositContract(config),
  }
}

/** A rule that we do not know must not be passed over: the chain would be executed wrongly without a word. */
function refuseUnsupported(config: Json): void {
  for (const [key, value] of Object.entries(config)) {
    if (value === null || !/(Block|Time)$/.test(key) || KNOWN_ACTIVATIONS.has(key)) continue
    throw invalid('UnsupportedFork', `config.${key}`, 'a fork up to Osaka', value)
  }
  if (isObject(config.clique) && quantity(config, 'terminalTotalDifficulty', 256) !== 0n) {
    throw invalid('UnsupportedConsensus', 'config.clique', 'proof of work or proof of stake', 'clique')
  }
}

function readBlockForks(config: Json): BlockActivation[] {
  const forks: BlockActivation[] = []
  let previous = { key: 'genesis', block: 0n as bigint | undefined }
  for (const { key, fork, isOptional } of BLOCK_KEYS) {
    const block = activationBlock(config, key)
    if (block === undefined && isOptional) continue
    if (block !== undefined && (previous.block === undefined || block < previous.block)) {
      throw invalid('GenesisForkOrder', `config.${key}`, `${previous.key} at or before it`, previous.block ?? 'never')
    }
    const last = forks.at(-1)
    if (last?.fork === fork && last.block !== block) {
      throw invalid('UnsupportedFork', `config.${key}`, `the block of ${previous.key}, ${last.block}`, block ?? 'never')
    }
    if (block !== undefined && last?.fork !== fork) forks.push({ fork, block })
    previous = { key, block }
  }
  return forks
}

/** A chain that names Constantinople alone never ran without the repair that Petersburg is. */
function activationBlock(config: Json, key: string): bigint | undefined {
  const block = quantity(config, key)
  return block === undefined && key === 'petersburgBlock' ? quantity(config, 'constantinopleBlock') : block
}

function readTimeForks(config: Json): TimeActivation[] {
  const forks: TimeActivation[] = []
  let previous = { key: 'genesis', time: 0n as bigint | undefined }
  for (const { key, fork } of TIME_KEYS) {
    const time = quantity(config, key)
    if (time !== undefined && (previous.time === undefined || time < previous.time)) {
      throw invalid('GenesisForkOrder', `config.${key}`, `${previous.key} at or before it`, previous.time ?? 'never')
    }
    if (time !== undefined) forks.push({ fork, time })
    previous = { key, time }
  }
  return forks
}

function readBlobSchedules(config: Json): BlobActivation[] {
  const schedules: BlobActivation[] = []
  for (const { name, usual } of BLOB_KEYS) {
    const time = quantity(config, `${name}Time`)
    if (time === undefined) continue
    const last = schedules.at(-1)
    if (last !== undefined && time < last.time) {
      throw invalid('GenesisForkOrder', `config.${name}Time`, `${last.time} or later`, time)
    }
    schedules.push({ time, schedule: readBlobSchedule(config, name) ?? usual ?? missing(`blobSchedule.${name}`) })
  }
  return schedules
}

function readBlobSchedule(config: Json, name: string): BlobSchedule | undefined {
  const all = config.blobSchedule
  if (all === undefined || all === null) return undefined
  if (!isObject(all)) throw invalid('GenesisConfig', 'config.blobSchedule', 'an object', all)
  return all[name] === undefined ? undefined : parseBlobSchedule(all[name], `config.blobSchedule.${name}`)
}

/** A schedule as genesis files and fixtures write it: numbers or hex. */
export function parseBlobSchedule(json: unknown, field: string): BlobSchedule {
  if (!isObject(json)) throw invalid('GenesisConfig', field, 'an object', json)
  const fraction = parseQuantity(json.baseFeeUpdateFraction, `${field}.baseFeeUpdateFraction`, 64)
  if (fraction === 0n) throw invalid('GenesisConfig', `${field}.baseFeeUpdateFraction`, 'more than 0', fraction)
  const target = Number(parseQuantity(json.target, `${field}.target`, 16))
  const max = Number(parseQuantity(json.max, `${field}.max`, 16))
  if (max < target) throw invalid('GenesisConfig', `${field}.max`, `at least the target, ${target}`, max)
  return { target, max, baseFeeUpdateFraction: fraction }
}

function readDepositContract(config: Json): Uint8Array {
  const address = config.depositContractAddress
  if (address === undefined || address === null) return MAINNET_DEPOSIT_CONTRACT
  return hexToBytes(String(address), 'config.depositContractAddress', 20)
}

function quantity(config: Json, key: string, bits = 64): bigint | undefined {
  const value = config[key]
  return value === undefined || value === null ? undefined : parseQuantity(value, `config.${key}`, bits)
}

/** JSON.parse, with integers that a double cannot hold as strings of their digits. */
function parseExactly(text: string): unknown {
  const exact = text.replace(/"(?:[^"\\]|\\.)*"|\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
  try {
    return JSON.parse(exact)
  } catch (cause) {
    throw new InputError('InvalidJson', `Genesis: expected JSON, got ${(cause as Error).message}`, {}, cause)
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function missing(key: string): never {
  throw invalid('GenesisConfig', `config.${key}`, 'a value', undefined)
}

function invalid(code: string, field: string, expected: string, got: unknown): InputError {
  const shown = typeof got === 'object' && got !== null ? 'an object' : String(got)
  return new InputError(code, `Genesis ${field}: expected ${expected}, got ${shown}`, { field, expected, got })
}
