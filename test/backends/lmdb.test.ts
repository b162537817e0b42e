import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import type { DraftBlock } from '../../src/engine.js'
import type { MemoryState } from '../../src/state/memory-state.js'
import type { SourcedState } from '../../src/state/sourced-state.js'
import type { AsyncStateBackend, StateBackend, StateDiff } from '../../src/types/state.js'
import { prepareWorkload } from '../../src/workload/prepare.js'
import { SCENARIOS } from '../../src/workload/scenario.js'
import { suite } from '../support/suite.js'
import { countingBlock, expectedOutcomes, outcomeOf, soon, WORKERS, withEngine } from './subject.js'

const test = suite('backends/lmdb')

/** examples/lmdb-state.js */
interface Lmdb {
  lmdbSource(path: string): StateBackend & AsyncStateBackend
  applyDiff(path: string, diff: StateDiff): void
  close(path: string): Promise<void>
}

const EXAMPLES = new URL('../../../examples/', import.meta.url)
const { lmdbSource, applyDiff, close } = (await import(new URL('lmdb-state.js', EXAMPLES).href)) as Lmdb

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-test-'))
  const path = join(folder, 'state')
  try {
    await run(path)
  } finally {
    await close(path)
    rmSync(folder, { recursive: true })
  }
}

/** All of a state as what a block changed. */
function contentOf(state: MemoryState): StateDiff {
  return [...state.addresses()].map((address) => {
    const { nonce, balance, codeHash } = state.account(address)!
    const code = state.code(codeHash)
    const slots = state.slots(address).map(([key, value]): [Uint8Array, Uint8Array] => [key, value])
    return { address, exists: true, nonce, balance, codeHash, code, storageCleared: true, slots }
  })
}

/** The ways from a worker thread to the file. */
const WAYS: [name: string, source: (path: string) => AsyncStateBackend][] = [
  ['opened by each thread', lmdbSource],
  ['asked at once, through the engine', (path) => ({ ...lmdbSource(path), share: () => undefined })],
  [
    'asked asynchronously, through the engine',
    (path) => {
      const { account, slot, code } = lmdbSource(path)
      return {
        account: (at) => soon().then(() => account(at)),
        slot: (at, key) => soon().then(() => slot(at, key)),
        code: (hash) => soon().then(() => code(hash)),
      }
    },
  ],
]

/** Executes blocks, and writes what they change to the file between them. */
async function runBlocks(path: string, source: AsyncStateBackend, workers: number, blocks: readonly DraftBlock[]) {
  return withEngine(source, workers, async (engine) => {
    const outcomes: unknown[] = []
    for (const block of blocks) {
      const executed = await engine.executeBlock(block)
      outcomes.push(outcomeOf(executed))
      executed.commit()
      applyDiff(path, executed.diff)
      ;(engine.state as SourcedState).rebase()
    }
    return outcomes
  })
}

for (const [name, sourceOf] of WAYS) {
  for (const workers of WORKERS) {
    test(`${name}, ${workers} workers: three blocks come to what they come to in memory, and so does the file`, async () => {
      const { state, block } = countingBlock()
      const blocks = [block, block, block]
      const expected = await expectedOutcomes(state, blocks)
      await inFolder(async (path) => {
        applyDiff(path, contentOf(state))
        assert.equal(await runBlocks(path, sourceOf(path), workers, blocks), expected)
        const after = state.clone()
        await withEngine(after, 0, async (engine) => {
          for (const each of blocks) (await engine.executeBlock(each)).commit()
        })
        const file = lmdbSource(path)
        for (const address of after.addresses()) {
          assert.equal(plain(file.account(address)), plain(after.account(address)))
          for (const [key, value] of after.slots(address)) {
            assert.equal(Buffer.from(file.slot(address, key)!), Buffer.from(value))
          }
        }
      })
    })
  }
}

function plain(account: ReturnType<StateBackend['account']>): unknown {
  return account && { ...account, codeHash: Buffer.from(account.codeHash).toString('hex') }
}

test('a block of DeFi transactions comes to the same from the file that threads open as from memory', async () => {
  const { state, block } = await prepareWorkload(SCENARIOS['mixed-hot']!, { transactions: 200 })
  const expected = await expectedOutcomes(state, [block, block])
  await inFolder(async (path) => {
    applyDiff(path, contentOf(state))
    const slot = () => {
      throw new Error('the engine was asked for what its threads can read')
    }
    const source: AsyncStateBackend = { ...lmdbSource(path), slot }
    assert.equal(await runBlocks(path, source, 2, [block, block]), expected)
  })
})

test('what is committed and not yet in the file is read from where it is', async () => {
  const { state, block } = countingBlock()
  const expected = await expectedOutcomes(state, [block, block])
  await inFolder(async (path) => {
    applyDiff(path, contentOf(state))
    await withEngine(lmdbSource(path), 2, async (engine) => {
      for (const each of expected) {
        const executed = await engine.executeBlock(block)
        assert.equal(outcomeOf(executed), each)
        executed.commit()
      }
    })
  })
})

test('the example runs to its end', () => {
  const example = fileURLToPath(new URL('lmdb.js', EXAMPLES))
  const output = execFileSync(process.execPath, [example], { timeout: 60_000 }).toString()
  assert.match(output, /^balance: 1500$/m)
})

test.run()
