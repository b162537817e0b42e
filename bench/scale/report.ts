import { figure, table } from '../micro/report.js'
import type { Prediction } from './predict.js'

/** How many times as fast as the sequential run as many workers would be. */
export function scaleTable(predictions: readonly Prediction[]): string {
  const counts = predictions[0]?.simulated.map(({ workers }) => workers) ?? []
  const head = [
    'block',
    'txs',
    'sequential ms',
    'critical path ms',
    'work / path',
    ...counts.map((count) => `×${count}`),
  ]
  const lines = predictions.map(({ workload, transactions, sequential, work, criticalPath, simulated }) => [
    workload,
    transactions.toLocaleString('en'),
    figure(sequential),
    figure(criticalPath),
    criticalPath === 0 ? '' : figure(work / criticalPath),
    ...simulated.map(({ speedUp }) => figure(speedUp)),
  ])
  return `Speed-up over the sequential run, simulated\n${table(head, lines)}\n`
}

/** How far the simulation is from what happened on this machine. */
export function errorTable(predictions: readonly Prediction[]): string {
  const head = [
    'block',
    'workers',
    'real ms',
    'error',
    'at own costs',
    'repeated',
    'simulated',
    'lines',
    'ns/line',
    'slowdown',
    'own',
  ]
  const lines = predictions.flatMap(({ workload, real, slowdown, ownSlowdown, line }) =>
    real.map(({ workers, ms, error, errorAtOwnCosts, repeated, simulatedRepeated, simulatedLines }) => [
      workload,
      workers,
      figure(ms),
      percent(error),
      percent(errorAtOwnCosts),
      repeated,
      simulatedRepeated,
      workers === 1 ? '' : figure(simulatedLines),
      workers === 1 ? '' : figure(line * 1e6),
      workers === 1 ? '' : slowdown.toFixed(2),
      workers === 1 ? '' : ownSlowdown.toFixed(2),
    ]),
  )
  return [
    'Simulated against real time (negative: too optimistic)',
    table(head, lines),
    'error: by what executions cost one worker alone, times the slowdown that threads cause each other which share nothing.',
    "Beyond that each transaction pays for the cache lines that workers fetch from each other: so many of them are 'lines'.",
    "'at own costs': by what executions cost with as many workers at it, which is 'own' times as much, and no lines.",
  ].join('\n')
}

function percent(part: number): string {
  return `${part < 0 ? '' : '+'}${(100 * part).toFixed(1)}%`
}
