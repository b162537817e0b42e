import { figure, table } from '../micro/report.js'
import type { Row } from './measure.js'

const HEAD = [
  'workload',
  'txs',
  'workers',
  'ms',
  'mean',
  'TPS',
  'Mgas/s',
  '× sequential',
  'ceiling',
  'of it',
  'CPU s',
  'runs/tx',
  'MB',
]

/** One table for all; `× sequential` and what part of the ceiling that is belong to rows with workers. */
export function blockTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const isSequential = row.mode === 'sequential'
    return [
      row.workload,
      row.txs.toLocaleString('en'),
      isSequential ? 'sequential' : `${row.workers}${describeShare(row.threadShare)}`,
      figure(row.ms),
      figure(row.mean),
      figure(row.tps),
      figure(row.mgasPerSecond),
      isSequential ? '' : row.speedUp.toFixed(2),
      row.workers < 2 ? '' : row.ceiling.toFixed(2),
      row.workers < 2 ? '' : row.ofCeiling.toFixed(2),
      figure(row.cpuSeconds),
      (row.executions / row.txs).toFixed(2),
      Math.round(row.peakMemory / 1e6).toLocaleString('en'),
    ]
  })
  return table(HEAD, lines)
}

/** How often the policy had the threads work. */
function describeShare(share: number): string {
  if (share === 1) return ''
  return share === 0 ? ' (not used)' : ` (${Math.round(100 * share)}%)`
}
