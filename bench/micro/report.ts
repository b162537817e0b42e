import { cpus } from 'node:os'
import type { Measurement } from '../harness.js'
import type { Calibration } from './calibration.js'
import type { OpcodeResult } from './opcode-run.js'
import type { Profile } from './profile.js'
import type { ProgramResult } from './program-run.js'
import type { RecoveryResult } from './recovery.js'

type Row = readonly (string | number)[]

export function machineLine(): string {
  const processors = cpus()
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}, V8 ${process.versions.v8}`
}

/** The first column to the left, numbers to the right. */
export function table(head: Row, rows: readonly Row[]): string {
  const cells = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const line = (row: string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')
  return cells.map(line).join('\n')
}

/** Three digits at least, and no more decimals than they need. */
export function figure(value: number): string {
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(size >= 10 ? 1 : 2)
}

export function opcodeTable(results: readonly OpcodeResult[], title = 'opcode'): string {
  return table(
    [title, 'ns', '±'],
    results.map(({ name, nanoseconds, spread }) => [name, figure(nanoseconds), figure(spread / 2)]),
  )
}

export function functionTable(title: string, results: readonly (Measurement & { name: string })[]): string {
  return table(
    [title, 'ns', '±'],
    results.map(({ name, nanoseconds, noise }) => [name, figure(nanoseconds), figure((nanoseconds * noise) / 2)]),
  )
}

export function recoveryTable(results: readonly RecoveryResult[]): string {
  return table(
    ['signature', 'µs', '±', 'per second'],
    results.map(({ name, nanoseconds, noise }) => [
      name,
      figure(nanoseconds / 1e3),
      figure((nanoseconds * noise) / 2e3),
      figure(1e9 / nanoseconds),
    ]),
  )
}

export function programTable(results: readonly ProgramResult[]): string {
  return table(
    [
      'program',
      'Mgas',
      'instructions',
      'first ms',
      'new machine',
      'steady ms',
      'fastest',
      'slowest',
      'ns/instr',
      'Mgas/s',
    ],
    results.map((result) => [
      result.name,
      (result.gas / 1e6).toFixed(1),
      result.instructions.toLocaleString('en'),
      figure(result.firstInProcess),
      figure(result.firstOnMachine),
      figure(result.steady),
      figure(result.fastest),
      figure(result.slowest),
      figure((result.steady * 1e6) / result.instructions),
      figure(result.gas / result.steady / 1e3),
    ]),
  )
}

export function profileTable({ program, rows, estimated, measured, gas, instructions }: Profile): string {
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)}%`
  const body = rows.map(({ opcode, count, gas: own, time }) => [
    opcode,
    count.toLocaleString('en'),
    share(count, instructions),
    own.toLocaleString('en'),
    share(own, gas),
    time.toFixed(3),
    share(time, estimated),
  ])
  return [
    table([`opcodes of ${program}`, 'count', '', 'gas', '', 'ms', ''], body),
    `all: ${instructions.toLocaleString('en')} instructions, ${gas.toLocaleString('en')} gas; ${figure(estimated)} ms by this table, ${figure(measured)} ms measured`,
    'Counts and gas are exact; the gas of a call is without that of its callee. Time is count × the ns measured for the first',
    'case of the opcode: operands of other sizes, longer data and first accesses are not in it. Decoding makes one step of a',
    'PUSH, its jump and the JUMPDEST: their time stands with the PUSH and the JUMPDEST.',
  ].join('\n')
}

/** Above this share of slow samples the figures are worth little. */
const NOISY = 0.05

export function noiseReport(spreads: ReturnType<Calibration['spreads']>): string {
  const all = Object.entries(spreads)
  const body = all.map(([phase, { samples, min, median, max, slow }]) => [
    phase,
    samples,
    min.toFixed(2),
    median.toFixed(2),
    max.toFixed(2),
    slow,
  ])
  const samples = all.reduce((sum, [, spread]) => sum + spread.samples, 0)
  const slow = all.reduce((sum, [, spread]) => sum + spread.slow, 0)
  const verdict = `${slow / samples > NOISY ? 'NOISY' : 'quiet'}: ${((100 * slow) / samples).toFixed(1)}% of the samples took over a tenth longer than the best`
  return `${table(['noise (ms for the same work)', 'samples', 'min', 'median', 'max', 'slow'], body)}\n${verdict}`
}
