import { Fork } from '../types/fork.js'

/** What the difficulty of a proof-of-work block is computed from. */
export interface DifficultyInput {
  number: bigint
  timestamp: bigint
  parentDifficulty: bigint
  parentTimestamp: bigint
  parentHasUncles: boolean
}

const MINIMUM_DIFFICULTY = 131_072n
const BOUND_DIVISOR = 2048n
const FRONTIER_DURATION_LIMIT = 13n
const LOWEST_FACTOR = -99n
const BOMB_PERIOD = 100_000n

/** By how many blocks each fork pushed the bomb back, newest first; before Byzantium it was not. */
const BOMB_DELAY: readonly [fork: Fork, blocks: bigint][] = [
  [Fork.GrayGlacier, 11_400_000n],
  [Fork.ArrowGlacier, 10_700_000n],
  [Fork.London, 9_700_000n],
  [Fork.MuirGlacier, 9_000_000n],
  [Fork.Constantinople, 5_000_000n],
  [Fork.Byzantium, 3_000_000n],
]

/** The only difficulty that a block may have before Paris. */
export function expectedDifficulty(fork: Fork, input: DifficultyInput): bigint {
  const step = input.parentDifficulty / BOUND_DIVISOR
  const difficulty = input.parentDifficulty + step * adjustmentFactor(fork, input) + bomb(fork, input.number)
  // The minimum comes last, as the Yellow Paper has it. Some clients raise the difficulty to it before they add the bomb;
  // no public chain was ever so low that it mattered.
  return difficulty < MINIMUM_DIFFICULTY ? MINIMUM_DIFFICULTY : difficulty
}

function adjustmentFactor(fork: Fork, input: DifficultyInput): bigint {
  const elapsed = input.timestamp - input.parentTimestamp
  if (fork < Fork.Homestead) return elapsed < FRONTIER_DURATION_LIMIT ? 1n : -1n
  const factor = fork < Fork.Byzantium ? 1n - elapsed / 10n : (input.parentHasUncles ? 2n : 1n) - elapsed / 9n
  return factor < LOWEST_FACTOR ? LOWEST_FACTOR : factor
}

function bomb(fork: Fork, number: bigint): bigint {
  const delay = BOMB_DELAY.find(([since]) => fork >= since)?.[1] ?? 0n
  const periods = (number - delay) / BOMB_PERIOD
  return periods > 1n ? 1n << (periods - 2n) : 0n
}
