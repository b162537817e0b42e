import { count, figure } from './html.js'

const WIDTH = 560
const HEIGHT = 170
const LEFT = 40
const BOTTOM = 20

interface Axis {
  label: string
  max: number
}

function frame(x: Axis, y: Axis & { ticks: number[]; place: (value: number) => number }, body: string): string {
  const lines = y.ticks.map((tick) => {
    const at = y.place(tick).toFixed(1)
    return `<line class="axis" x1="${LEFT}" x2="${WIDTH}" y1="${at}" y2="${at}"/><text x="${LEFT - 6}" y="${at}" dy="4" text-anchor="end">${count(tick)}</text>`
  })
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 6}" role="img" aria-label="${y.label} by ${x.label}">${lines.join('')}${body}
<text x="${LEFT}" y="${HEIGHT}">0</text>
<text x="${WIDTH}" y="${HEIGHT}" text-anchor="end">${figure(x.max)} ${x.label}</text></svg>`
}

/** Workers at work over time, in equal parts of it. */
export function usedChart(busy: readonly number[], workers: number, elapsed: number): string {
  const place = (value: number) => HEIGHT - BOTTOM - (value / workers) * (HEIGHT - BOTTOM - 8)
  const x = (part: number) => LEFT + (part / busy.length) * (WIDTH - LEFT)
  const steps = busy.map((value, part) => `H${x(part).toFixed(1)}V${place(Math.min(workers, value)).toFixed(1)}`)
  const path = `M${LEFT} ${place(0)}${steps.join('')}H${WIDTH}V${place(0)}Z`
  const ticks = Array.from({ length: Math.min(workers, 8) + 1 }, (_, i) =>
    Math.round((i * workers) / Math.min(workers, 8)),
  )
  const axis = { label: 'workers at work', max: workers, ticks, place }
  return frame({ label: 'ms', max: elapsed }, axis, `<path d="${path}" fill="var(--used)"/>`)
}

const MOST_BARS = 260

/** How many transactions are ready at each step, if everybody waits only for whom it reads from; the scale is logarithmic. */
export function availableChart(widths: readonly number[]): string {
  const most = Math.max(1, ...widths)
  const scale = Math.log10(most * 1.1 + 1)
  const place = (value: number) => HEIGHT - BOTTOM - (Math.log10(value + 1) / scale) * (HEIGHT - BOTTOM - 8)
  const perBar = Math.ceil(widths.length / MOST_BARS)
  const bars: string[] = []
  const barWidth = (WIDTH - LEFT) / Math.ceil(widths.length / perBar)
  for (let first = 0; first < widths.length; first += perBar) {
    const some = widths.slice(first, first + perBar)
    const mean = some.reduce((sum, each) => sum + each, 0) / some.length
    const top = place(mean)
    const left = LEFT + (first / perBar) * barWidth
    const steps = some.length === 1 ? `step ${first + 1}` : `steps ${first + 1} to ${first + some.length}`
    const title = `${steps}: ${figure(mean)} transactions${some.length === 1 ? '' : ' each'}`
    const shape = `x="${left.toFixed(2)}" width="${Math.max(0.6, barWidth - (barWidth > 4 ? 1 : 0)).toFixed(2)}"`
    bars.push(
      `<rect ${shape} y="${top.toFixed(1)}" height="${(place(0) - top).toFixed(1)}" fill="var(--free)"><title>${title}</title></rect>`,
    )
  }
  const ticks = [0, 1, 10, 100, 1000, 10_000, 100_000].filter((tick) => tick <= most)
  return frame(
    { label: 'steps', max: widths.length },
    { label: 'transactions', max: most, ticks, place },
    bars.join(''),
  )
}
