import type { HintRules } from './hints.js'
import type { ThreadOptions } from './threads.js'

/** Numbers of assembly/schedule (work.ts, check.ts, commit.ts) and of assembly/version/entries.ts. */
export interface SchedulerRules {
  /** How far ahead of the last commit work may run. */
  window: number
  /** How many executions are looked at before a worker sees to the head of the block again. */
  round: number
  /** How far behind the newest task commits may be before the committer validates what others have executed. */
  patience: number
  /** Commits in a row before the others are told. */
  row: number
  /** Entries that a worker writes side by side, and that one worker makes the base. */
  chunk: number
  /** Transactions that a worker takes at once: at most so many, of about so much gas, and so small a part of what there is. */
  run: number
  runGas: number
  runShare: number
  /** More than this the calling thread leaves to the others. */
  longGas: number
  hints: HintRules
}

/** How the machine and the scheduler behave; times in milliseconds. */
export interface SimulationOptions extends ThreadOptions {
  rules: SchedulerRules
  /** Of committing one transaction, by whoever holds the lock, and of making a base value of one entry, by anybody. */
  commit: number
  fold: number
  /** Of what else lies between two executions of a worker: finding the next task, above all. */
  between: number
  /** Of comparing one read with what it would see now. */
  validateRead: number
  /** What an execution by a worker that is alone in the block saves of all that; without it nobody is alone. */
  aloneSaves?: number
  /** Of fetching a cache line that another worker holds; on top of all the others, which are costs of one worker alone. */
  line: number
}

export interface Simulation {
  /** Until all that was committed is the base. */
  elapsed: number
  executions: number
  /** Executions beyond the first of a transaction, those that met an estimate among them. */
  repeated: number
  /** The part of the time that workers executed, validated, committed or folded. */
  utilisation: number
  /** Cache lines that workers fetched from each other. */
  lines: number
}
