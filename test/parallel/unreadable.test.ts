import * as assert from 'uvu/assert'
import type { DraftTransaction } from '../../src/block/draft.js'
import { createEngine, type Engine, type EngineOptions } from '../../src/engine.js'
import type { HeddleError } from '../../src/errors.js'
import { blockOf, CHAIN, count, engineState, transfer, USERS } from '../support/engine-blocks.js'
import { suite } from '../support/suite.js'

const test = suite('parallel/unreadable')

const WAYS: readonly Pick<EngineOptions, 'workers' | 'mode'>[] = [
  { workers: 0 },
  { workers: 1, mode: 'parallel' },
  { workers: 2, mode: 'parallel' },
  { workers: 4, mode: 'parallel' },
  { workers: 2 },
]

const UNREADABLE: DraftTransaction = { ...transfer(0), to: '0x12' }
/** Readable, but nobody has as much gas. */
const REFUSED: DraftTransaction = { ...transfer(0), gasLimit: 20_999n }

/** In each way the same outcome of a block with these at their places; then the engine executes another block as ever. */
async function failing(size: number, places: readonly (readonly [number, DraftTransaction])[]): Promise<string> {
  const outcomes: string[] = []
  for (const way of WAYS) {
    const engine = createEngine({ chain: CHAIN, state: engineState(), ...way })
    const drafts = Array.from({ length: size }, (_, index) => (index % 3 === 0 ? count : transfer)(index % USERS))
    for (const [index, draft] of places) drafts[index] = draft
    // On threads those who have done little may find a block that has ended: again, in other turns of theirs.
    for (let time = 0; time < 3; time++) outcomes.push(await failureOf(engine, drafts))
    await requireUsable(engine)
    await engine.close()
  }
  assert.is(new Set(outcomes).size, 1, outcomes.join('\n'))
  return outcomes[0]!
}

async function failureOf(engine: Engine, drafts: DraftTransaction[]): Promise<string> {
  const committed: number[] = []
  const onCommit = ({ index }: { index: number }) => void committed.push(index)
  try {
    await engine.executeBlock(blockOf(drafts), { onCommit })
  } catch (error) {
    const first = committed.every((index, place) => index === place)
    return `${(error as HeddleError).code}: ${(error as Error).message}${first ? '' : ' (receipts out of order)'}`
  }
  return 'no error'
}

async function requireUsable(engine: Engine): Promise<void> {
  const executed = await engine.executeBlock(blockOf([transfer(1), count(2), transfer(3)]))
  assert.is(executed.receipts.length, 3)
  assert.is(executed.gasUsed > 63_000n, true)
  executed.discard()
}

for (const place of [0, 1, 31, 32, 1000, 2999]) {
  test(`a draft that cannot be read fails the block: number ${place} of 3000`, async () => {
    const expected = `InvalidHex: transactions[${place}].to: expected 20 bytes of hex, got "0x12"`
    assert.is(await failing(3000, [[place, UNREADABLE]]), expected)
  })
}

test('of two that are wrong the first counts, wherever the second is and whatever is wrong with it', async () => {
  for (const [first, second] of [
    [3, 4],
    [3, 2000],
    [1500, 1501],
  ] as const) {
    const unreadable = `InvalidHex: transactions[${first}].to: expected 20 bytes of hex, got "0x12"`
    assert.is(
      await failing(2500, [
        [first, UNREADABLE],
        [second, REFUSED],
      ]),
      unreadable,
    )
    assert.match(
      await failing(2500, [
        [first, REFUSED],
        [second, UNREADABLE],
      ]),
      new RegExp(`transaction ${first}: expected a valid one, got `),
    )
  }
})

test('a block that does not fit says at which transaction, and the engine goes on', async () => {
  for (const way of WAYS) {
    const engine = createEngine({ chain: CHAIN, state: engineState(), memory: 1 << 30, ...way })
    await requireUsable(engine)
    const data = new Uint8Array(8 << 20)
    const large = Array.from({ length: 200 }, (_, user): DraftTransaction => ({ ...transfer(user), data }))
    assert.match(
      await failureOf(engine, large),
      /^HeapLimit: Block: expected to fit in memory, got more at transaction \d+:/,
    )
    await requireUsable(engine)
    await engine.close()
  }
})

test.run()
