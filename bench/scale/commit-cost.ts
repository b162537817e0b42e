import { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { layout } from '../../src/wasm/layout.js'
import type { Machine } from '../../src/wasm/machine.js'
import { median } from '../block/statistics.js'
import type { Subject } from '../block/subject.js'
import { coreConstant } from './read-trace.js'

const { BLOCK_EPOCH, TASK_EXECUTIONS, TASK_READ_COUNT } = layout
const COMMIT_LOCK = coreConstant('COMMIT_LOCK')
const [FREE, TAKEN] = [0, 99]
const WORKED = 2
const ROUNDS = 31
/** As many wait for their commit at once; with more of them, lists of versions are longer than they are in real runs. */
const COMMITS = 64
/** Fewer say nothing. */
const LEAST_COMMITS = 16

/** What the holder of the commit lock does for one transaction, and for each read that it compares; milliseconds. */
export interface CommitCost {
  commit: number
  validateRead: number
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
  const bare: Round[] = []
  const validated: Round[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(commitAtOnce(machine, subject, false))
    validated.push(commitAtOnce(machine, subject, true))
  }
  const [{ commits, reads }] = bare as [Round]
  const times = [bare, validated].map((rounds) => median(rounds.map(({ time }) => time)))
  if (commits < LEAST_COMMITS || times.some(Number.isNaN)) return undefined
  const [bareTime, validatedTime] = times as [number, number]
  return { commit: bareTime / commits, validateRead: Math.max(0, validatedTime - bareTime) / Math.max(1, reads) }
}

function commitAtOnce(machine: Machine, { environment, state, messages }: Subject, isValidated: boolean): Round {
  const { core, words } = machine
  const senders = new Set<string>()
  // One of each sender, since the next would wait for it.
  const few = messages
    .slice(0, COMMITS)
    .filter(({ sender }) => senders.size < senders.add(Buffer.from(sender).toString('hex')).size)
  machine.startBlock(environment, state)
  const tasks = new BlockTasks(machine, few)
  try {
    // Of commits alone: what follows them is not done.
    tasks.keepVersions()
    tasks.write(few.length)
    words.setU32(COMMIT_LOCK, TAKEN)
    // Ends: each step takes a task, and there are finitely many.
    while (core.step() === WORKED);
    words.setU32(COMMIT_LOCK, FREE)
    const addresses = few.map((_, index) => tasks.at(index))
    // All are validated, since each began when all before it were executed; but not in another epoch.
    if (isValidated) words.setU32(BLOCK_EPOCH, words.u32(BLOCK_EPOCH) + 1)
    const start = performance.now()
    // Ends: as above.
    while (core.step() === WORKED);
    const time = performance.now() - start
    const isPure = tasks.committed === few.length && addresses.every((task) => words.u32(task + TASK_EXECUTIONS) === 1)
    const reads = addresses.reduce((sum, task) => sum + words.u32(task + TASK_READ_COUNT), 0)
    return { time: isPure ? time : Number.NaN, commits: few.length, reads }
  } finally {
    tasks.close()
  }
}
