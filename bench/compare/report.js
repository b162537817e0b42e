// What main.js prints and writes.

/**
 * @typedef {object} Measurement
 * @property {string} program
 * @property {string} engine
 * @property {bigint} gas
 * @property {number[]} times milliseconds, one for each run
 */

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** @param {Measurement[]} measurements */
export function toJson(measurements) {
  const rows = measurements.map(({ program, engine, gas, times }) => {
    const ms = median(times)
    return {
      program,
      engine,
      ms,
      runs: times.length,
      gas: Number(gas),
      gasPerSecond: Math.round(Number(gas) / (ms / 1000)),
    }
  })
  return `${JSON.stringify(rows, null, 2)}\n`
}

/** How one engine's time relates to another's; a row of the table for each program, then the geometric mean. */
const ratios = [
  { title: 'heddle/anvil', over: 'heddle', under: 'anvil' },
  { title: 'ethereumjs/heddle', over: 'ethereumjs', under: 'heddle' },
  { title: 'ethereumjs/anvil', over: 'ethereumjs', under: 'anvil' },
]

/** @param {Measurement[]} measurements @param {string[]} engines */
export function toTable(measurements, engines) {
  const shown = ratios.filter(({ over, under }) => engines.includes(over) && engines.includes(under))
  const header = [
    'program',
    'Mgas',
    ...engines.map((engine) => `${engine} ms (min–max)`),
    ...shown.map(({ title }) => title),
  ]
  const programs = [...new Set(measurements.map(({ program }) => program))]
  const factors = shown.map(() => /** @type {number[]} */ ([]))
  const rows = programs.map((program) => {
    const byEngine = new Map(measurements.filter((one) => one.program === program).map((one) => [one.engine, one]))
    const gas = [...byEngine.values()][0].gas
    const cells = engines.map((engine) => timeCell(byEngine.get(engine)?.times))
    const quotients = shown.map(({ over, under }, index) => {
      const [a, b] = [byEngine.get(over), byEngine.get(under)]
      if (a === undefined || b === undefined) return '–'
      const quotient = median(a.times) / median(b.times)
      factors[index].push(quotient)
      return quotient.toFixed(2)
    })
    return [program, (Number(gas) / 1e6).toFixed(2), ...cells, ...quotients]
  })
  if (shown.length === 0) return layOut([header, ...rows])
  const means = factors.map((values) => (values.length === 0 ? '–' : geometricMean(values).toFixed(2)))
  return layOut([header, ...rows, ['geometric mean', '', ...engines.map(() => ''), ...means]])
}

/** How far the runs of one program lie apart: the median over the programs, and the worst, of (max - min) / median. */
export function noise(measurements, engines) {
  return engines.map((engine) => {
    const spreads = measurements
      .filter((one) => one.engine === engine && one.times.length > 1)
      .map(({ program, times }) => ({ program, spread: (Math.max(...times) - Math.min(...times)) / median(times) }))
      .sort((a, b) => b.spread - a.spread)
    if (spreads.length === 0) return `${engine}: one run of each program, noise unknown`
    const typical = median(spreads.map(({ spread }) => spread))
    return `${engine}: typically ${percent(typical)}, at worst ${percent(spreads[0].spread)} (${spreads[0].program})`
  })
}

function timeCell(times) {
  if (times === undefined) return 'failed'
  const [low, high] = [Math.min(...times), Math.max(...times)]
  return times.length === 1 ? `${ms(low)} (1 run)` : `${ms(median(times))} (${ms(low)}–${ms(high)})`
}

function ms(value) {
  return value.toFixed(value < 100 ? 2 : 0)
}

function percent(value) {
  return `${(value * 100).toFixed(0)} %`
}

function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

/** Columns as wide as their widest cell; the first is flush left. */
function layOut(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '))
    .join('\n')
}
