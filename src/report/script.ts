/**
 * What the page runs: it draws the timeline and the graph on canvases, because a block has more transactions than a browser
 * likes elements. Data is text of the element with the id data.
 */
export const SCRIPT: string = String.raw`
'use strict'
const data = JSON.parse(document.getElementById('data').textContent)
const tip = document.getElementById('tip')
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const number = (value) => value.toLocaleString('en')
const time = (ms) => (ms < 1 ? (ms * 1000).toFixed(1) + ' µs' : ms.toFixed(3) + ' ms')
const colourOf = (transaction) => data.callees[data.calleeOf[transaction]].colour

function showTip(event, text) {
  tip.textContent = text
  tip.style.display = 'block'
  const { width, height } = tip.getBoundingClientRect()
  tip.style.left = Math.max(8, Math.min(event.clientX + 14, innerWidth - width - 8)) + 'px'
  tip.style.top = (event.clientY + 18 + height > innerHeight ? event.clientY - height - 12 : event.clientY + 18) + 'px'
}

function describe(transaction) {
  return 'transaction ' + transaction + '\n' + data.callees[data.calleeOf[transaction]].name + '\n' + number(data.gas[transaction]) + ' gas'
}

/** A canvas over [from, to] that is zoomed by the wheel, moved by dragging and reset by a double click. */
function chart(id, height, from, to, margin, draw, find) {
  const canvas = document.getElementById(id)
  const context = canvas.getContext('2d')
  const view = { from, to, width: 0, height, margin, canvas, hovered: undefined }
  view.x = (value) => margin + ((value - view.from) / (view.to - view.from)) * (view.width - margin)
  view.value = (x) => view.from + ((x - margin) / (view.width - margin)) * (view.to - view.from)
  const redraw = () => {
    const scale = devicePixelRatio || 1
    view.width = canvas.clientWidth
    canvas.width = view.width * scale
    canvas.height = height * scale
    canvas.style.height = height + 'px'
    context.setTransform(scale, 0, 0, scale, 0, 0)
    context.clearRect(0, 0, view.width, height)
    draw(context, view)
  }
  const clamp = (a, b) => {
    const span = Math.min(b - a, to - from)
    view.from = Math.min(Math.max(a, from), to - span)
    view.to = view.from + span
    redraw()
  }
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault()
    const at = view.value(Math.max(margin, event.offsetX))
    const factor = Math.exp(event.deltaY * 0.0015)
    const span = Math.max((view.to - view.from) * factor, (to - from) * 1e-4)
    const share = (at - view.from) / (view.to - view.from)
    clamp(at - span * share, at + span * (1 - share))
  }, { passive: false })
  let grip
  canvas.addEventListener('pointerdown', (event) => { grip = { x: event.offsetX, from: view.from, to: view.to }; canvas.setPointerCapture(event.pointerId) })
  canvas.addEventListener('pointerup', () => { grip = undefined })
  canvas.addEventListener('dblclick', () => clamp(from, to))
  canvas.addEventListener('pointermove', (event) => {
    if (grip) {
      const shift = ((grip.x - event.offsetX) / (view.width - margin)) * (grip.to - grip.from)
      clamp(grip.from + shift, grip.to + shift)
      return
    }
    const found = find(event.offsetX, event.offsetY, view)
    if (found) showTip(event, found.text)
    else tip.style.display = 'none'
    if (view.hovered !== (found && found.transaction)) { view.hovered = found && found.transaction; redraw() }
  })
  canvas.addEventListener('pointerleave', () => { tip.style.display = 'none'; if (view.hovered !== undefined) { view.hovered = undefined; redraw() } })
  addEventListener('resize', redraw)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)
  redraw()
}

function axis(context, view, bottom, unit) {
  const rough = (view.to - view.from) / Math.max(2, view.width / 130)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)
  context.font = '11px system-ui, sans-serif'
  context.textAlign = 'center'
  for (let tick = Math.ceil(view.from / step) * step; tick <= view.to; tick += step) {
    const x = view.x(tick)
    context.fillStyle = css('--line')
    context.fillRect(x, 0, 1, bottom)
    context.fillStyle = css('--soft')
    const digits = Math.max(0, -Math.floor(Math.log10(step)))
    context.fillText(Number(tick.toFixed(digits)).toLocaleString('en', { maximumFractionDigits: digits }) + unit, Math.min(x, view.width - 22), bottom + 15)
  }
}

// Timeline: [transaction, incarnation, worker, start, end] by start.
const runs = data.runs
const lane = 46
const gap = 8
const timelineHeight = data.workers * (lane + gap) + 22
const lanes = Array.from({ length: data.workers }, () => [])
for (const run of runs) lanes[run[2]].push(run)

function drawTimeline(context, view) {
  const bottom = view.height - 22
  for (let worker = 0; worker < data.workers; worker++) {
    context.fillStyle = css('--lane')
    context.fillRect(view.margin, worker * (lane + gap), view.width - view.margin, lane)
  }
  axis(context, view, bottom, ' ms')
  const warn = css('--warn')
  const ink = css('--ink')
  context.textAlign = 'left'
  for (let worker = 0; worker < data.workers; worker++) {
    const top = worker * (lane + gap)
    context.fillStyle = ink
    context.font = '12px system-ui, sans-serif'
    context.fillText('worker ' + (worker + 1), 0, top + lane / 2 + 4)
    for (const [transaction, incarnation, , start, end] of lanes[worker]) {
      if (end < view.from || start > view.to) continue
      const left = Math.max(view.margin, view.x(start))
      const width = Math.max(0.5, view.x(end) - left - (view.x(end) - left > 4 ? 1 : 0))
      context.fillStyle = colourOf(transaction)
      context.fillRect(left, top, width, lane)
      if (incarnation > 1) {
        context.fillStyle = warn
        context.fillRect(left, top, Math.max(1.5, width), 8)
      }
      if (view.hovered === transaction) {
        context.strokeStyle = ink
        context.lineWidth = 2
        context.strokeRect(left, top + 1, width, lane - 2)
      }
      if (width > 34) {
        context.fillStyle = '#fff'
        context.font = '11px system-ui, sans-serif'
        context.fillText(transaction, left + 4, top + lane / 2 + 4)
      }
    }
  }
}

function findRun(x, y, view) {
  const worker = Math.floor(y / (lane + gap))
  if (x < view.margin || y - worker * (lane + gap) > lane || !lanes[worker]) return
  const near = (view.to - view.from) / view.width
  const at = view.value(x)
  const run = lanes[worker].find(([, , , start, end]) => at >= start - near && at <= end + near)
  if (!run) return
  const [transaction, incarnation, , start, end] = run
  const again = incarnation > 1 ? '\nrun ' + incarnation + ' of it: the one before saw what was not so' : ''
  return { transaction, text: describe(transaction) + '\nfrom ' + time(start) + ' to ' + time(end) + ', ' + time(end - start) + again }
}

if (runs.length > 0) chart('timeline', timelineHeight, 0, data.elapsed, 74, drawTimeline, findRun)

// Graph: transactions from left to right, one step down for each that they must wait for.
const graphHeight = 380
const parents = Array.from(data.calleeOf, () => [])
const children = Array.from(data.calleeOf, () => [])
for (let i = 0; i < data.dependencies.length; i += 2) {
  parents[data.dependencies[i]].push(data.dependencies[i + 1])
  children[data.dependencies[i + 1]].push(data.dependencies[i])
}
const deepest = data.depth.reduce((most, each) => Math.max(most, each), 1)
const levelY = (depth) => 12 + ((depth - 1) / Math.max(1, deepest - 1)) * (graphHeight - 50)

function reach(transaction, next) {
  const seen = new Set([transaction])
  for (const each of seen) for (const other of next[each]) seen.add(other)
  return seen
}

function edge(context, view, from, to) {
  const x1 = view.x(from), y1 = levelY(data.depth[from]), x2 = view.x(to), y2 = levelY(data.depth[to])
  if ((x1 < view.margin && x2 < view.margin) || (x1 > view.width && x2 > view.width)) return
  context.moveTo(x1, y1)
  context.bezierCurveTo(x1 + (x2 - x1) / 2, y1, x2 - (x2 - x1) / 2, y2, x2, y2)
}

function drawGraph(context, view) {
  const bottom = view.height - 22
  axis(context, view, bottom, '')
  context.fillStyle = css('--soft')
  context.textAlign = 'left'
  const levels = [...new Set([1, Math.round((deepest + 1) / 2), deepest])]
  for (const level of levels) context.fillText('step ' + number(level), 0, levelY(level) + 4)
  context.save()
  context.beginPath()
  context.rect(view.margin - 6, 0, view.width, view.height)
  context.clip()
  const chosen = view.hovered === undefined ? undefined : new Set([...reach(view.hovered, parents), ...reach(view.hovered, children)])
  context.strokeStyle = css('--soft')
  context.globalAlpha = chosen ? 0.06 : Math.max(0.08, Math.min(0.4, 900 / (data.dependencies.length / 2 + 1)))
  context.lineWidth = 1
  context.beginPath()
  for (let i = 0; i < data.dependencies.length; i += 2) edge(context, view, data.dependencies[i + 1], data.dependencies[i])
  context.stroke()
  context.globalAlpha = 1
  context.strokeStyle = css(chosen ? '--accent' : '--warn')
  context.lineWidth = 1.6
  context.beginPath()
  if (chosen) for (const each of chosen) for (const parent of parents[each]) if (chosen.has(parent)) edge(context, view, parent, each)
  if (!chosen) for (let i = 1; i < data.criticalPath.length; i++) edge(context, view, data.criticalPath[i - 1], data.criticalPath[i])
  context.stroke()
  const size = Math.max(2, Math.min(7, (view.width / (view.to - view.from)) * 0.7))
  const first = Math.max(0, Math.floor(view.from) - 1)
  const last = Math.min(data.calleeOf.length - 1, Math.ceil(view.to) + 1)
  for (let transaction = first; transaction <= last; transaction++) {
    context.globalAlpha = chosen && !chosen.has(transaction) ? 0.15 : 1
    context.fillStyle = colourOf(transaction)
    const height = Math.max(size, data.depth[transaction] === 1 ? 8 : 4)
    context.fillRect(view.x(transaction) - size / 2, levelY(data.depth[transaction]) - height / 2, size, height)
  }
  context.restore()
}

function findTransaction(x, y, view) {
  let best
  let least = 144
  const first = Math.max(0, Math.floor(view.value(x - 12)))
  const last = Math.min(data.calleeOf.length - 1, Math.ceil(view.value(x + 12)))
  for (let transaction = first; transaction <= last; transaction++) {
    const distance = (view.x(transaction) - x) ** 2 + (levelY(data.depth[transaction]) - y) ** 2
    if (distance < least) { least = distance; best = transaction }
  }
  if (best === undefined) return
  const list = (title, all) => (all.length === 0 ? '' : '\n' + title + ' ' + all.slice(0, 8).join(', ') + (all.length > 8 ? ' and ' + (all.length - 8) + ' more' : ''))
  return { transaction: best, text: describe(best) + list('reads from', parents[best]) + list('read by', children[best]) }
}

chart('graph', graphHeight, -0.5, Math.max(1, data.calleeOf.length - 0.5), 74, drawGraph, findTransaction)
`
