import type { DraftBlock } from '../engine.js'
import type { MemoryState } from '../state/memory-state.js'
import { erc20Part, gamePart, mintPart, transferPart } from './basic-parts.js'
import { lendingPart } from './lending.js'
import { PART_NAMES, type Part, type PartFactory, type PartName } from './part.js'
import { Random } from './random.js'
import type { Scenario } from './scenario.js'
import { Stage } from './stage.js'
import { swapV2Part, swapV3Part } from './uniswap.js'
import { createWorld } from './world.js'

const FACTORIES: Readonly<Record<PartName, PartFactory>> = {
  transfer: transferPart,
  erc20: erc20Part,
  'swap-v2': swapV2Part,
  'swap-v3': swapV3Part,
  mint: mintPart,
  lending: lendingPart,
  game: gamePart,
}

/** A state, and a block for it. */
export interface Workload {
  state: MemoryState
  block: DraftBlock
  /** The part that each transaction belongs to. */
  parts: PartName[]
  /** Of contracts, by address in lower case. */
  names: ReadonlyMap<string, string>
}

export interface PrepareOptions {
  transactions: number
  seed?: number
  /** Called with what is done of the preparation, from 0 to 1. */
  onProgress?: (share: number) => void
}

/** Deploys, mints, approves and deposits what the block needs, in blocks before it; the same for the same seed. */
export async function prepareWorkload(scenario: Scenario, options: PrepareOptions): Promise<Workload> {
  const { transactions, seed = 1, onProgress } = options
  const picks = scenario.picks(new Random(seed), transactions)
  const users = picks.reduce((most, { user }) => Math.max(most, user + 1), 0)
  const stage = new Stage(createWorld(users, transactions), onProgress)
  const parts = new Map<PartName, Part>()
  // In the order of the names, so that addresses do not depend on what the block begins with.
  for (const name of PART_NAMES) {
    const own = picks.filter(({ part }) => part === name)
    if (own.length === 0) continue
    const targets = own.reduce((most, { target }) => Math.max(most, target + 1), 0)
    const part = await FACTORIES[name](stage, targets)
    parts.set(name, part)
    for (const pick of own) part.enable?.(pick)
  }
  const state = await stage.finish()
  return {
    state,
    block: stage.block(picks.map((pick) => parts.get(pick.part)!.transaction(pick))),
    parts: picks.map(({ part }) => part),
    names: stage.names,
  }
}
