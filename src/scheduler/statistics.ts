import { bytesToHex } from '../codec/hex.js'
import { layout } from '../wasm/layout.js'
import { readLocation, type StateLocation } from '../wasm/read-location.js'
import type { Words } from '../wasm/words.js'
import type { BlockTasks } from './block-tasks.js'
import { type Dependency, readDependencies } from './dependencies.js'

/** An execution that saw what turned out not to be so. */
export interface Conflict {
  transaction: number
  /** The transaction that changed it; absent when the value went back to the base. */
  writer?: number
  /** The account, and which slot or field of it. */
  address: string
  slot?: string
  field?: StateLocation['field']
}

/** One execution of one transaction, as it happened; times in milliseconds on the clock of all threads. */
export interface RecordedRun {
  transaction: number
  incarnation: number
  worker: number
  start: number
  end: number
}

export interface BlockStatistics {
  transactions: number
  executions: number
  conflicts: Conflict[]
  deaths: number
  /** Milliseconds from first to last. */
  elapsed: number
  /** Per worker: the part of the time that it was at work. */
  utilisation: number[]
  /** Empty unless the run was recorded. */
  schedule: RecordedRun[]
  /** Who read what from whom. Empty unless the run was recorded. */
  dependencies: Dependency[]
}

interface Measured {
  busy: readonly number[]
  elapsed: number
  deaths: number
}

const RECORD_SIZE = 32

export function readStatistics(words: Words, tasks: BlockTasks, { busy, elapsed, deaths }: Measured): BlockStatistics {
  const count = tasks.messages.length
  const conflicts: Conflict[] = []
  let executions = 0
  for (let index = 0; index < count; index++) {
    const task = tasks.at(index)
    executions += words.u32(task + layout.TASK_EXECUTIONS)
    const location = words.u32(task + layout.TASK_CONFLICT)
    if (location === 0) continue
    const writer = words.u32(task + layout.TASK_CONFLICT_WRITER)
    conflicts.push({
      transaction: index,
      ...(writer === 0 ? {} : { writer: writer - 1 }),
      ...describeLocation(readLocation(words, location, words.u32(task + layout.TASK_CONFLICT_PART))),
    })
  }
  const utilisation = busy.map((time) => Math.min(1, time / elapsed))
  const schedule = readSchedule(words)
  const dependencies = schedule.length === 0 ? [] : readDependencies(words, tasks)
  return { transactions: count, executions, conflicts, deaths, elapsed, utilisation, schedule, dependencies }
}

function describeLocation({ address, slot, field }: StateLocation): Pick<Conflict, 'address' | 'slot' | 'field'> {
  return {
    address: bytesToHex(address),
    ...(slot === undefined ? {} : { slot: bytesToHex(slot) }),
    ...(field === undefined ? {} : { field }),
  }
}

function readSchedule(words: Words): RecordedRun[] {
  const count = Math.min(words.u32(layout.RECORD_COUNT), words.u32(layout.RECORD_CAPACITY))
  const records = words.u32(layout.RECORDS)
  const schedule: RecordedRun[] = []
  for (let i = 0; i < count; i++) {
    const at = records + i * RECORD_SIZE
    schedule.push({
      transaction: words.u32(at),
      incarnation: words.u32(at + 4),
      worker: words.u32(at + 8),
      start: words.view.getFloat64(at + 16, true),
      end: words.view.getFloat64(at + 24, true),
    })
  }
  return schedule.sort((a, b) => a.start - b.start)
}
