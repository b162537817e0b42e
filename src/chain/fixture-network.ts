import { InputError } from '../errors.js'
import { Fork } from '../types/fork.js'
import type { BlobSchedule } from './blob-fee.js'
import type { BlobActivation, BlockActivation, ChainConfig, TimeActivation } from './config.js'
import { BPO1_BLOBS, BPO2_BLOBS, CANCUN_BLOBS, MAINNET_DEPOSIT_CONTRACT, PRAGUE_BLOBS } from './networks.js'

/** One step of the history that the official fixtures know by name, oldest first. */
interface Step {
  names: readonly string[]
  /** Undefined where only blob parameters change. */
  fork?: Fork
  blobs?: BlobSchedule
}

const STEPS: readonly Step[] = [
  { names: ['Frontier'], fork: Fork.Frontier },
  { names: ['Homestead'], fork: Fork.Homestead },
  { names: ['EIP150', 'TangerineWhistle'], fork: Fork.TangerineWhistle },
  { names: ['EIP158', 'SpuriousDragon'], fork: Fork.SpuriousDragon },
  { names: ['Byzantium'], fork: Fork.Byzantium },
  { names: ['Constantinople'], fork: Fork.Constantinople },
  { names: ['ConstantinopleFix', 'Petersburg'], fork: Fork.Petersburg },
  { names: ['Istanbul'], fork: Fork.Istanbul },
  { names: ['MuirGlacier', 'EIP2384'], fork: Fork.MuirGlacier },
  { names: ['Berlin'], fork: Fork.Berlin },
  { names: ['London'], fork: Fork.London },
  { names: ['ArrowGlacier'], fork: Fork.ArrowGlacier },
  { names: ['GrayGlacier'], fork: Fork.GrayGlacier },
  { names: ['Paris', 'Merge'], fork: Fork.Paris },
  { names: ['Shanghai'], fork: Fork.Shanghai },
  { names: ['Cancun'], fork: Fork.Cancun, blobs: CANCUN_BLOBS },
  { names: ['Prague'], fork: Fork.Prague, blobs: PRAGUE_BLOBS },
  { names: ['Osaka'], fork: Fork.Osaka, blobs: PRAGUE_BLOBS },
  { names: ['BPO1'], blobs: BPO1_BLOBS },
  { names: ['BPO2'], blobs: BPO2_BLOBS },
  // No public network has these two; the fixtures do.
  { names: ['BPO3'], blobs: { target: 21, max: 32, baseFeeUpdateFraction: 20_609_697n } },
  { names: ['BPO4'], blobs: { target: 14, max: 21, baseFeeUpdateFraction: 13_739_630n } },
]

type TransitionKind = '5' | 'Time15k' | 'DiffC0000'

const TRANSITION = /^(.+)To(.+)At(5|Time15k|DiffC0000)$/
const TRANSITION_BLOCK = 5n
const TRANSITION_TIME = 15_000n
const TRANSITION_TOTAL_DIFFICULTY = 0xc0000n

/** A fixture may bring the blob schedules that it was filled with, by fork name. */
export interface FixtureNetworkOptions {
  chainId?: bigint
  blobSchedules?: Readonly<Record<string, BlobSchedule>>
}

/** Every name of one step; transitions between two of them have names as well. */
export function fixtureForkNames(): string[] {
  return STEPS.flatMap(({ names }) => names)
}

/** The chain that a fixture's `network` (or a state test's fork) names. */
export function fixtureNetwork(name: string, options: FixtureNetworkOptions = {}): ChainConfig {
  const plain = stepIndex(name)
  if (plain !== undefined) return history(plain, plain, {}, options)
  const match = TRANSITION.exec(name)
  if (match === null) throw unknownNetwork(name)
  const [, from, to, at] = match
  if (from === 'Homestead' && to === 'Dao' && at === '5') {
    return { ...fixtureNetwork('Homestead', options), daoForkBlock: TRANSITION_BLOCK }
  }
  const before = stepIndex(from!)
  const after = stepIndex(to!)
  if (before === undefined || after === undefined || after <= before) throw unknownNetwork(name)
  const kind = transitionKind(before, after)
  if (kind === undefined || kind !== at) throw unknownNetwork(name)
  return history(before, after, transitionPoint(kind), options)
}

/** Undefined where Paris would have to begin by time. */
function transitionKind(before: number, after: number): TransitionKind | undefined {
  if (isByBlock(STEPS[after]!)) return '5'
  if (STEPS[after]!.fork === Fork.Paris) return 'DiffC0000'
  return isByBlock(STEPS[before]!) ? undefined : 'Time15k'
}

interface Activation {
  block?: bigint
  time?: bigint
  totalDifficulty?: bigint
}

function transitionPoint(kind: TransitionKind): Activation {
  if (kind === '5') return { block: TRANSITION_BLOCK }
  return kind === 'Time15k' ? { time: TRANSITION_TIME } : { totalDifficulty: TRANSITION_TOTAL_DIFFICULTY }
}

/** Everything up to step `before` from genesis on, and the steps after it up to `after` at one point. */
function history(before: number, after: number, point: Activation, options: FixtureNetworkOptions): ChainConfig {
  const blockForks: BlockActivation[] = []
  const timeForks: TimeActivation[] = []
  const blobSchedules: BlobActivation[] = []
  let terminalTotalDifficulty: bigint | undefined
  for (const [index, step] of STEPS.slice(0, after + 1).entries()) {
    const isNew = index > before
    const time = isNew ? (point.time ?? 0n) : 0n
    const schedule = step.names.map((name) => options.blobSchedules?.[name]).find(Boolean) ?? step.blobs
    if (schedule !== undefined) blobSchedules.push({ time, schedule })
    if (step.fork === undefined) continue
    if (step.fork === Fork.Paris) terminalTotalDifficulty = isNew ? point.totalDifficulty! : 0n
    else if (!isByBlock(step)) timeForks.push({ fork: step.fork, time })
    else if (!isNew) blockForks.push({ fork: step.fork, block: 0n })
    // A proof-of-work fork between the two names of a later transition never was (GrayGlacier in ArrowGlacierToParis).
    else if (point.block !== undefined) blockForks.push({ fork: step.fork, block: point.block })
  }
  return {
    chainId: options.chainId ?? 1n,
    blockForks,
    ...(terminalTotalDifficulty === undefined ? {} : { terminalTotalDifficulty }),
    timeForks,
    blobSchedules,
    depositContract: MAINNET_DEPOSIT_CONTRACT,
  }
}

function stepIndex(name: string): number | undefined {
  const index = STEPS.findIndex(({ names }) => names.includes(name))
  return index < 0 ? undefined : index
}

function isByBlock(step: Step): boolean {
  return step.fork !== undefined && step.fork < Fork.Paris
}

function unknownNetwork(name: string): InputError {
  const expected = STEPS.map(({ names }) => names[0]).join(', ')
  const message = `Network: expected one of ${expected}, or a transition between two of them, got ${JSON.stringify(name)}`
  return new InputError('UnknownNetwork', message, { expected, got: name })
}
