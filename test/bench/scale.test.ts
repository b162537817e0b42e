import * as assert from 'uvu/assert'
import { CacheLines } from '../../bench/scale/cache-lines.js'
import { coreConstant } from '../../bench/scale/read-trace.js'
import { simulate } from '../../bench/scale/simulate.js'
import type { SimulationOptions } from '../../bench/scale/simulation.js'
import { criticalPath, type TracedTransaction, type WriteKind } from '../../bench/scale/trace.js'
import { layout } from '../../src/wasm/layout.js'
import { suite } from '../support/suite.js'

const test = suite('bench/scale')

/** A scheduler that costs nothing. */
function options(workers: number, more: Partial<SimulationOptions> = {}): SimulationOptions {
  const hints = { fineConflicts: 2, coarseConflicts: 6, coarseShare: 8 }
  const runs = { run: 16, runGas: 1_000_000, runShare: 8, longGas: Number.POSITIVE_INFINITY }
  const rules = { window: 1024, round: 16, patience: 128, row: 16, chunk: 64, ...runs, hints }
  const free = { commit: 0, fold: 0, between: 0, validateRead: 0, line: 0 }
  const prompt = { startup: 0, stagger: 0, crowding: 1, wake: 0, nap: 0.5 }
  return { workers, rules, ...free, ...prompt, ...more }
}

/** A place of its own (src/wasm/read-accesses.ts), where cache lines matter. */
const slot = (record: number) => (2 * record * layout.FIELDS + 1) * layout.PART_SLOT

interface Sketch {
  cost?: number
  reads?: number[]
  data?: number[]
  credits?: number[]
  after?: number
  key?: number
  keyAfter?: number
}

function transaction({ cost = 1, reads = [], data = [], credits = [], after, key, keyAfter }: Sketch) {
  const write = (kind: WriteKind) => (location: number) => ({ location, kind })
  const traced: TracedTransaction = {
    cost,
    reads,
    writes: [...data.map(write('data')), ...credits.map(write('credit'))],
    gasLimit: 30_000_000,
    fineKey: key ?? 0,
    coarseKey: 0,
  }
  if (after !== undefined) traced.after = after
  if (keyAfter !== undefined) traced.fineAfter = keyAfter
  return traced
}

const block = (count: number, sketch: (index: number) => Sketch) =>
  Array.from({ length: count }, (_, index) => transaction(sketch(index)))

test('independent transactions: n workers are n times as fast', () => {
  const independent = block(64, (index) => ({ reads: [index], data: [index] }))
  assert.is(criticalPath(independent), 1)
  for (const workers of [1, 2, 4, 8, 16, 32, 64]) {
    const { elapsed, repeated, utilisation } = simulate(independent, options(workers))
    assert.is(elapsed, 64 / workers)
    assert.is(repeated, 0)
    assert.is(utilisation, 1)
  }
})

test('one sender: any number of workers takes as long as one, and repeats nothing', () => {
  const chain = block(20, (index) => ({ reads: [7], data: [7], ...(index === 0 ? {} : { after: index - 1 }) }))
  assert.is(criticalPath(chain), 20)
  for (const workers of [1, 2, 32]) {
    const { elapsed, executions, repeated } = simulate(chain, options(workers))
    assert.is(elapsed, 20)
    assert.equal([executions, repeated], [20, 0])
  }
})

test('a worker that is alone saves something of each short transaction, until another one comes or a transaction may be long', () => {
  const short = block(4, (index) => ({ reads: [index], data: [index] })).map((each) => ({ ...each, gasLimit: 21_000 }))
  const saving = (workers: number, transactions: TracedTransaction[], stagger = 0) =>
    simulate(transactions, options(workers, { aloneSaves: 0.25, stagger }))
  assert.is(saving(1, short).elapsed, 3)
  assert.is(saving(1, [transaction({}), ...short]).elapsed, 5)
  // The second comes in the middle of the third transaction, and waits for its end.
  const { elapsed, repeated } = saving(2, short, 1.6)
  assert.ok(elapsed >= 3.25 && elapsed < 3.26, `${elapsed}`)
  assert.is(repeated, 0)
})

test('a conflict is one repetition', () => {
  const conflict = block(2, () => ({ reads: [7], data: [7] }))
  assert.is(criticalPath(conflict), 2)
  assert.equal(simulate(conflict, options(1)), { elapsed: 2, executions: 2, repeated: 0, utilisation: 1, lines: 0 })
  const { elapsed, executions, repeated } = simulate(conflict, options(2))
  assert.equal([elapsed, executions, repeated], [2, 3, 1])
})

test('who looks after the writer is done conflicts with nobody', () => {
  const late = [transaction({ cost: 1, data: [7] }), transaction({ cost: 4, reads: [7] })]
  const { elapsed, repeated, utilisation } = simulate(late, options(2))
  assert.equal([elapsed, repeated, utilisation], [4, 0, 5 / 8])
})

test('credits do not conflict; who reads their sum depends on all of them', () => {
  const credits = block(4, () => ({ credits: [7] }))
  assert.is(simulate(credits, options(4)).elapsed, 1)
  const reader = transaction({ reads: [7] })
  assert.is(criticalPath([...credits, reader]), 2)
  assert.is(simulate([...credits, reader], options(5)).repeated, 1)
})

test('what an execution on wrong values wrote is wrong', () => {
  const spoilt = [
    transaction({ cost: 10, data: [1] }),
    transaction({ cost: 1, reads: [1], data: [2] }),
    transaction({ cost: 4, reads: [2] }),
  ]
  const { elapsed, repeated } = simulate(spoilt, options(3))
  assert.equal([elapsed, repeated], [15, 2])
  assert.is(criticalPath(spoilt), 15)
})

test('calls whose key has conflicted twice wait for the one before', () => {
  const pool = block(40, (index) => ({
    reads: [7],
    data: [7],
    key: 5,
    ...(index === 0 ? {} : { keyAfter: index - 1 }),
  }))
  const { elapsed, repeated } = simulate(pool, options(4))
  // The first is done in time. Three each time are in vain: of the first four, and twice until the second conflict is known.
  assert.is(repeated, 9)
  assert.is(elapsed, 41)
})

test('who meets an estimate is put behind the transaction that it stands for', () => {
  const block = [
    transaction({ cost: 2, data: [1] }),
    transaction({ cost: 2, reads: [1], data: [2] }),
    transaction({ cost: 1, data: [] }),
    transaction({ cost: 3, reads: [2] }),
  ]
  // The second is repeated from 2 to 4. The last looks at 2.5, in vain, and runs again from 4 on.
  const { elapsed, repeated } = simulate(block, options(3))
  assert.equal([elapsed, repeated], [7, 2])
})

test('commits are one after the other, and validation costs time for each read', () => {
  const independent = block(8, (index) => ({ reads: [index, 100 + index], data: [index] }))
  assert.is(simulate(independent, options(8, { commit: 0.5 })).elapsed, 5)
  assert.is(simulate(independent, options(8, { commit: 0.5, validateRead: 0.25 })).elapsed, 5 + 7 * 0.5)
})

test('fold: what is committed becomes the base chunk by chunk, on all workers', () => {
  const independent = block(256, (index) => ({ data: [index] }))
  assert.is(simulate(independent, options(1, { fold: 0.125 })).elapsed, 256 + 32)
  assert.is(simulate(independent, options(4, { fold: 0.125 })).elapsed, 64 + 8)
  // Workers have chunks of their own: that of a worker with 32 entries is not full.
  assert.is(simulate(independent, options(8, { fold: 0.125 })).elapsed, 32 + 4)
  const few = block(2, (index) => ({ data: [index, 100 + index, 200 + index, 300 + index] }))
  // Both worked; a chunk is one worker's at a time.
  assert.is(simulate(few, options(8, { fold: 0.125 })).elapsed, 1 + 0.5)
})

test('one worker never fetches a cache line from another one', () => {
  const pool = block(40, (index) => ({
    reads: [7],
    data: [7],
    credits: [8],
    ...(index < 2 ? {} : { after: index - 2 }),
  }))
  const { elapsed, lines } = simulate(pool, options(1, { line: 1 }))
  assert.equal([elapsed, lines], [40, 0])
})

test('two workers that write in turn pay for each line of the other', () => {
  const apart = block(40, (index) => ({ reads: [slot(index)], data: [slot(index)] }))
  const credits = block(40, (index) => ({ reads: [slot(index)], data: [slot(index)], credits: [slot(100)] }))
  const free = simulate(credits, options(2))
  assert.is(free.elapsed, 20)
  const line = 1 / 1024
  const paid = simulate(credits, options(2, { line }))
  // Each transaction but the first meets the list that the other worker was the last to write to.
  assert.ok(paid.lines >= simulate(apart, options(2, { line })).lines + 39)
  // Two workers share what is fetched.
  assert.ok(paid.elapsed >= 20 + (paid.lines * line) / 3, `${paid.lines} lines, ${paid.elapsed}`)
  assert.ok(paid.elapsed <= 20 + paid.lines * line, `${paid.lines} lines, ${paid.elapsed}`)
})

type CacheStep = [worker: number, touch: 'read' | 'write', line: number, fetched: number, why: string]

function take(lines: CacheLines, steps: readonly CacheStep[]): void {
  for (const [step, [worker, touch, line, fetched, why]] of steps.entries()) {
    lines[touch](worker, line)
    assert.is(lines.takeFetched(worker), fetched, `${step}: ${why}`)
  }
}

test('cache lines: many readers or one writer', () => {
  const lines = new CacheLines(4, 64, 8)
  take(lines, [
    [0, 'read', 1, 0, 'the first one'],
    [40, 'read', 1, 1, 'another core has it'],
    [40, 'read', 1, 0, 'has it too'],
    [40, 'write', 1, 0, 'asked for it to write at once'],
    [0, 'write', 1, 1, 'has lost it'],
    [40, 'write', 1, 1, 'has lost it, long after its last look'],
    [0, 'read', 1, 1, 'has lost it again'],
    [40, 'read', 2, 0, 'the first one'],
    [40, 'write', 1, 1, 'shares it'],
    [40, 'write', 1, 0, 'has it alone'],
  ])
  assert.is(lines.total, 5)
})

test("cache lines: what a core got longest ago gives way, and is nobody's then", () => {
  const lines = new CacheLines(4, 2, 2)
  take(lines, [
    [0, 'write', 0, 0, 'the first one'],
    [0, 'write', 1, 0, 'the first one'],
    [0, 'write', 0, 0, 'has it'],
    [0, 'write', 2, 0, 'line 0 gives way'],
    [1, 'read', 1, 1, 'another core has it'],
    [1, 'read', 0, 0, 'nobody has it any more'],
    [0, 'read', 0, 1, 'another core has it now'],
  ])
})

test('cache lines: who asks for several at once waits for one', () => {
  const lines = new CacheLines(8, 2, 8)
  for (const line of [1, 2, 3]) lines.write(0, line)
  lines.readTogether(1, [1, 2, 3])
  assert.is(lines.takeFetched(1), 1)
  lines.readTogether(1, [1, 2, 3, 4])
  assert.is(lines.takeFetched(1), 0)
  assert.is(lines.total, 1)
})

test('nobody executes what the host has not written yet, or what is too far ahead', () => {
  const independent = block(8, () => ({}))
  const announcements = [
    { time: 3, available: 4 },
    { time: 10, available: 8 },
  ]
  assert.is(simulate(independent, options(4, { announcements })).elapsed, 11)
  assert.is(simulate(independent, options(4, { announcements, wake: 0.25 })).elapsed, 11.25)
  assert.is(simulate(independent, options(2, { rules: { ...options(2).rules, window: 1 }, nap: 4 })).elapsed, 8)
})

test('spoilt executions are repeated below the head, all at a time', () => {
  // One long head; behind it eight chains, each of which begins with two that conflict.
  const chains = block(16, (index) => ({ reads: [1 + (index >> 1)], data: [1 + (index >> 1)] }))
  const { elapsed, repeated } = simulate([transaction({ cost: 10 }), ...chains], options(17))
  // Nobody finds a conflict before the head is committed: the committer repeats the first, and all look at those behind it.
  assert.is(repeated, 8)
  assert.ok(elapsed < 13, `expected less than 13, got ${elapsed}`)
})

test('a host that has no processor of its own takes from the workers what it needs', () => {
  const announcements = [{ time: 2, available: 8 }]
  const independent = block(8, () => ({}))
  assert.is(simulate(independent, options(2, { announcements, crowding: 1.5 })).elapsed, 3 + 4)
  const early = [{ time: 0, available: 8 }, ...announcements]
  // Three units of time are worth two.
  assert.is(simulate(independent, options(2, { announcements: early, crowding: 1.5 })).elapsed, 3 + 2)
})

test('who is not called before all is written begins after that, and the host is sooner there', () => {
  const announcements = [
    { time: 0, available: 4 },
    { time: 2, available: 9 },
  ]
  const independent = block(9, () => ({}))
  const late = { announcements, startup: 1, early: 1 }
  // One worker executes from 1 on, the other from 2 + 1 on, the host from 2 on.
  assert.is(simulate(independent, options(2, late)).elapsed, 7)
  assert.is(simulate(independent, options(2, { ...late, hostJoins: 0 })).elapsed, 6)
  // What may be long the host leaves to the worker: here that is everything.
  const { rules } = options(2)
  const elapsed = simulate(independent, options(2, { ...late, hostJoins: 0, rules: { ...rules, longGas: 1 } })).elapsed
  assert.is(elapsed, 10)
})

test('what precedes the block precedes the simulated one', () => {
  assert.is(
    simulate(
      block(4, () => ({})),
      options(2, { startup: 5 }),
    ).elapsed,
    7,
  )
  assert.equal(simulate([], options(2)), { elapsed: 0, executions: 0, repeated: 0, utilisation: 0, lines: 0 })
})

test('the core tells the constants that rules are made of', () => {
  assert.equal(['WINDOW', 'RUN', 'RUN_GAS', 'LONG_GAS'].map(coreConstant), [1024, 16, 400_000, 3_000_000])
})

test.run()
