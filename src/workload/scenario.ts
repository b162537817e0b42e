import { PART_NAMES, type PartName, type Pick } from './part.js'
import type { Random } from './random.js'

/** A kind of block: what its transactions are about. */
export interface Scenario {
  about: string
  picks(random: Random, transactions: number): Pick[]
}

const POOLS_V2 = 128
const POOLS_V3 = 64
/** More than are ever executed at once, so that each swap has its pool to itself. */
const SEPARATE_POOLS = 1024
const ASSETS = 8
const HOT_TARGETS = 4
const HOT_SENDERS = 4
const HOT_SHARE = 0.3

/** How many targets each part has in a block of so many transactions, where targets are found by chance. */
function targetsOf(part: PartName, transactions: number): number {
  switch (part) {
    case 'swap-v2':
      return POOLS_V2
    case 'swap-v3':
      return POOLS_V3
    case 'lending':
      return ASSETS
    case 'transfer':
    case 'erc20':
      return transactions
    case 'mint':
    case 'game':
      return 1
  }
}

/** Out of a hundred transactions. */
const MIX: Readonly<Record<PartName, number>> = {
  transfer: 30,
  erc20: 25,
  'swap-v2': 18,
  'swap-v3': 10,
  mint: 5,
  lending: 7,
  game: 5,
}

/** Every transaction is of this part, has a sender of its own, and finds a target by chance. */
function uniform(part: PartName, about: string): Scenario {
  return {
    about,
    picks: (random, transactions) =>
      Array.from({ length: transactions }, (_, user) => ({
        part,
        user,
        target: random.below(targetsOf(part, transactions)),
        dice: random.next(),
      })),
  }
}

/** As `uniform`, but that nobody receives twice. */
function independent(part: PartName, about: string): Scenario {
  return {
    about,
    picks: (random, transactions) =>
      Array.from({ length: transactions }, (_, user) => ({ part, user, target: user, dice: random.next() })),
  }
}

/** Swaps of senders of their own, whose pools take turns. */
function separate(part: PartName, about: string): Scenario {
  return {
    about,
    picks: (random, transactions) =>
      Array.from({ length: transactions }, (_, user) => ({
        part,
        user,
        target: user % SEPARATE_POOLS,
        dice: random.next(),
      })),
  }
}

function mixed(hotShare: number, about: string): Scenario {
  return {
    about,
    picks: (random, transactions) =>
      Array.from({ length: transactions }, (_, index) => {
        const part = drawPart(random)
        const targets = targetsOf(part, transactions)
        const isHot = random.chance(hotShare)
        const target = random.below(isHot ? Math.min(HOT_TARGETS, targets) : targets)
        // Who pays out for many has many transactions in a block, too.
        const isBusy = isHot && part === 'transfer' && random.chance(0.5)
        const user = isBusy ? transactions + random.below(HOT_SENDERS) : index
        return { part, user, target, dice: random.next() }
      }),
  }
}

function drawPart(random: Random): PartName {
  let left = random.below(100)
  for (const part of PART_NAMES) {
    left -= MIX[part]
    if (left < 0) return part
  }
  throw new Error('BUG: the mix does not add up to a hundred')
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  transfers: independent('transfer', 'transfers between accounts of their own'),
  erc20: independent('erc20', 'transfers of one OpenZeppelin ERC-20 between holders of their own'),
  'uniswap-v2': uniform('swap-v2', `swaps through the router of Uniswap V2, in ${POOLS_V2} pairs`),
  'uniswap-v3': uniform('swap-v3', `swaps in ${POOLS_V3} pools of Uniswap V3`),
  'uniswap-v2-pools': separate('swap-v2', `the same in ${SEPARATE_POOLS} pairs that take turns: none is busy twice`),
  'uniswap-v3-pools': separate('swap-v3', `the same in ${SEPARATE_POOLS} pools of V3 that take turns`),
  nft: uniform('mint', 'a mint rush: one collection that numbers its tokens'),
  lending: uniform('lending', `supplying, borrowing, withdrawing, repaying ${ASSETS} assets at Aave V3`),
  game: uniform('game', 'turns of a game: 25 steps of computation on a map of a million fields'),
  mixed: mixed(0, 'all of the above, as in a busy block'),
  'mixed-hot': mixed(HOT_SHARE, `the same with 30% on ${HOT_TARGETS} hot accounts, pools or assets`),
  'serial-sender': {
    about: 'transfers of one sender, each of which must follow the one before',
    picks: (random, transactions) =>
      Array.from({ length: transactions }, (_, target) => ({ part: 'transfer', user: 0, target, dice: random.next() })),
  },
  'serial-pool': {
    about: 'swaps in one pair of Uniswap V2',
    picks: (random, transactions) =>
      Array.from({ length: transactions }, (_, user) => ({ part: 'swap-v2', user, target: 0, dice: random.next() })),
  },
}
