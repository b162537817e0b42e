import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { layout } from '../../src/wasm/layout.js'
import type { Machine } from '../../src/wasm/machine.js'
import { readsOf } from '../../src/wasm/read-accesses.js'
import type { Words } from '../../src/wasm/words.js'
import { quantile } from '../block/statistics.js'
import type { Subject } from '../block/subject.js'
import { coreConstant } from './read-trace.js'

const { BLOCK_KEEPS_VERSIONS, ENTRY_CHAIN, TASK_CHAIN, TASK_EXECUTIONS, TASK_VALIDATED } = layout
const COMMIT_LOCK = coreConstant('COMMIT_LOCK')
const [FREE, TAKEN] = [0, 99]
const WORKED = 2
const ROUNDS = 31
const FOLDS = 5
/** As many wait for their commit at once; with more of them, lists of versions are longer than they are in real runs. */
const COMMITS = 64
/** Fewer say nothing. */
const LEAST_COMMITS = 16

/** What one worker does for transactions that are executed; milliseconds. */
export interface CommitCost {
  /** Committing it, once it is known to have seen what it would see now. */
  commit: number
  /** Comparing one of its reads. */
  validateRead: number
  /** Making a base value of one of the entries that transactions leave. */
  fold: number
  /** The same of all entries of the block. */
  folding: number
}

interface Fold {
  time: number
  entries: number
}

interface Round {
  time: number
  commits: number
  reads: number
}

/**
 * Measures commits by themselves: the calling thread executes transactions while somebody else seems to have the lock, and then
 * commits all of them in one go. Undefined where too few can be committed without another execution.
 */
export function measureCommit(machine: Machine, subject: Subject): CommitCost | undefined {
  const bareRounds: Round[] = []
  const validatedRounds: Round[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bareRounds.push(commitAtOnce(machine, subject, false))
    validatedRounds.push(commitAtOnce(machine, subject, true))
  }
  const [{ commits, reads }] = bareRounds as [Round]
  const bare = typical(bareRounds.map(({ time }) => time))
  const validated = typical(validatedRounds.map(({ time }) => time))
  const folds = Array.from({ length: FOLDS }, () => foldAll(machine, subject))
  const folding = typical(folds.map(({ time }) => time))
  if (commits < LEAST_COMMITS || Number.isNaN(bare + validated)) return undefined
  return {
    commit: bare / commits,
    validateRead: Math.max(0, validated - bare) / Math.max(1, reads),
    fold: folding / Math.max(1, folds[0]!.entries),
    folding,
  }
}

function typical(times: readonly number[]): number {
  return quantile(times, 0.25)
}

/** Of the whole block: at its end the caches have lost what its first transactions wrote. */
function foldAll(machine: Machine, { environment, state, messages }: Subject): Fold {
  const { core, words } = machine
  machine.startBlock(environment, state)
  const tasks = BlockTasks.open(machine, BlockMessages.of(machine, messages))
  try {
    tasks.keepVersions()
    tasks.announce(messages.length)
    // Ends, as does the next one: each step takes a task or a chunk, and there are finitely many.
    while (core.step() === WORKED);
    words.setU32(BLOCK_KEEPS_VERSIONS, 0)
    const start = performance.now()
    while (core.step() === WORKED);
    const time = performance.now() - start
    return { time, entries: messages.reduce((sum, _, index) => sum + countEntries(words, tasks.at(index)), 0) }
  } finally {
    tasks.close()
  }
}

function countEntries(words: Words, task: number): number {
  let count = 0
  // Ends: an entry is on one chain, once.
  for (let entry = words.u32(task + TASK_CHAIN); entry !== 0; entry = words.u32(entry + ENTRY_CHAIN)) count++
  return count
}

function commitAtOnce(machine: Machine, { environment, state, messages }: Subject, validates: boolean): Round {
  const { core, words } = machine
  const senders = new Set<string>()
  // One of each sender, since the next would wait for it.
  const few = messages
    .slice(0, COMMITS)
    .filter(({ sender }) => senders.size < senders.add(Buffer.from(sender).toString('hex')).size)
  machine.startBlock(environment, state)
  const tasks = BlockTasks.open(machine, BlockMessages.of(machine, few))
  try {
    tasks.keepVersions()
    tasks.announce(few.length)
    words.setU32(COMMIT_LOCK, TAKEN)
    // Ends: each step takes a task, and there are finitely many.
    while (core.step() === WORKED);
    words.setU32(COMMIT_LOCK, FREE)
    const addresses = few.map((_, index) => tasks.at(index))
    if (validates) for (const task of addresses) words.setU32(task + TASK_VALIDATED, 0)
    const start = performance.now()
    core.step()
    const time = performance.now() - start
    const isPure = tasks.committed === few.length && addresses.every((task) => words.u32(task + TASK_EXECUTIONS) === 1)
    const reads = addresses.reduce((sum, task) => sum + readsOf(words, task).length, 0)
    return { time: isPure ? time : Number.NaN, commits: few.length, reads }
  } finally {
    tasks.close()
  }
}
