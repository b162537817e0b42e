import type { BlockStatistics, Conflict, RecordedRun } from '../scheduler/statistics.js'

/** What is known of a transaction beside its runs. */
export interface ReportedTransaction {
  /** The address of the contract that it calls; or what it is instead: a transfer, a creation. */
  callee: string
  gasUsed: number
}

/** What the dependencies of a block's transactions allowed, and what was made of it. Times in milliseconds. */
export interface Analysis {
  /** From the first start to the last end. */
  elapsed: number
  /** Of the last run of each transaction. */
  cost: Float64Array
  /** How many transactions must follow one another up to this one, itself included. */
  depth: Uint32Array
  /** The sum of all costs. */
  work: number
  /** The dearest chain of transactions, in order, and what it costs. */
  criticalPath: number[]
  criticalCost: number
  /** What was spent on runs that had to be repeated. */
  wasted: number
}

export function analyse(statistics: BlockStatistics): Analysis {
  const { transactions: count, schedule, dependencies } = statistics
  const cost = new Float64Array(count)
  let wasted = 0
  // A transaction's later runs come later in the schedule.
  for (const run of schedule) {
    wasted += cost[run.transaction]!
    cost[run.transaction] = run.end - run.start
  }
  const depth = new Uint32Array(count).fill(1)
  const finish = Float64Array.from(cost)
  const before = new Int32Array(count).fill(-1)
  // Dependencies come in the order of their transactions, and writers before readers.
  for (const { transaction, writer } of dependencies) {
    depth[transaction] = Math.max(depth[transaction]!, depth[writer]! + 1)
    const end = finish[writer]! + cost[transaction]!
    if (end <= finish[transaction]!) continue
    finish[transaction] = end
    before[transaction] = writer
  }
  const { start, end } = spanOf(schedule)
  let last = count - 1
  for (let index = 0; index < count; index++) if (finish[index]! > finish[last]!) last = index
  const criticalPath: number[] = []
  for (let index = last; index >= 0; index = before[index]!) criticalPath.push(index)
  return {
    elapsed: end - start,
    cost,
    depth,
    work: cost.reduce((sum, each) => sum + each, 0),
    criticalPath: criticalPath.reverse(),
    criticalCost: last < 0 ? 0 : finish[last]!,
    wasted,
  }
}

export function spanOf(schedule: readonly RecordedRun[]): { start: number; end: number } {
  let start = Number.POSITIVE_INFINITY
  let end = 0
  for (const run of schedule) {
    start = Math.min(start, run.start)
    end = Math.max(end, run.end)
  }
  return schedule.length === 0 ? { start: 0, end: 0 } : { start, end }
}

/** How many transactions have each depth: index 0 is depth 1. */
export function widths(depth: Uint32Array): number[] {
  const count: number[] = []
  for (const each of depth) {
    while (count.length < each) count.push(0)
    count[each - 1]!++
  }
  return count
}

/** How many workers were at work on average, in each of so many equal parts of the time. */
export function workersOverTime(schedule: readonly RecordedRun[], parts: number): number[] {
  const { start, end } = spanOf(schedule)
  const length = (end - start) / parts
  const busy = new Array<number>(parts).fill(0)
  if (length === 0) return busy
  for (const run of schedule) {
    const from = (run.start - start) / length
    const to = (run.end - start) / length
    for (let part = Math.floor(from); part < parts && part < to; part++) {
      busy[part]! += Math.min(to, part + 1) - Math.max(from, part)
    }
  }
  return busy
}

export interface ConflictGroup {
  address: string
  slot?: string
  field?: string
  count: number
  /** The first of them. */
  example: { transaction: number; writer?: number }
}

/** Conflicts by account and slot or field, most first. */
export function groupConflicts(conflicts: readonly Conflict[]): ConflictGroup[] {
  const groups = new Map<string, ConflictGroup>()
  for (const { address, slot, field, transaction, writer } of conflicts) {
    const key = `${address} ${slot ?? field ?? ''}`
    const group = groups.get(key)
    if (group !== undefined) group.count++
    else {
      const example = { transaction, ...(writer === undefined ? {} : { writer }) }
      const place = { ...(slot === undefined ? {} : { slot }), ...(field === undefined ? {} : { field }) }
      groups.set(key, { address, ...place, count: 1, example })
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}

export interface ContractCost {
  callee: string
  transactions: number
  gas: number
  milliseconds: number
  /** Runs beyond the first of each transaction. */
  repeated: number
}

/** Costs by what transactions call, dearest first. */
export function costByContract(
  transactions: readonly ReportedTransaction[],
  statistics: BlockStatistics,
  { cost }: Analysis,
): ContractCost[] {
  const costs = new Map<string, ContractCost>()
  const rows = transactions.map(({ callee, gasUsed }, index) => {
    let row = costs.get(callee)
    if (row === undefined) {
      row = { callee, transactions: 0, gas: 0, milliseconds: 0, repeated: 0 }
      costs.set(callee, row)
    }
    row.transactions++
    row.gas += gasUsed
    row.milliseconds += cost[index]!
    return row
  })
  for (const { transaction, incarnation } of statistics.schedule) if (incarnation > 1) rows[transaction]!.repeated++
  return [...costs.values()].sort((a, b) => b.milliseconds - a.milliseconds)
}
