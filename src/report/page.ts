import type { BlockStatistics } from '../scheduler/statistics.js'
import {
  type Analysis,
  analyse,
  type ContractCost,
  costByContract,
  groupConflicts,
  type ReportedTransaction,
  spanOf,
  widths,
  workersOverTime,
} from './analysis.js'
import { availableChart, usedChart } from './charts.js'
import { count, embedJson, escapeHtml, figure, shorten } from './html.js'
import { SCRIPT } from './script.js'
import { STYLE } from './style.js'

export interface BlockReportInput {
  title: string
  subtitle?: string
  /** Of a parallel run that was recorded. */
  statistics: BlockStatistics
  transactions: readonly ReportedTransaction[]
  /** Names of contracts, by address in lower case. */
  names?: ReadonlyMap<string, string>
  /** How long the same block takes sequentially, and took in parallel without being recorded, in milliseconds. */
  times?: { sequential: number; parallel: number }
}

/** No red: that says that something was done again. */
const COLOURS = ['#4e79a7', '#f28e2b', '#59a14f', '#b07aa1', '#2a9d9a', '#d4a72c', '#8a6d5c', '#d477a2', '#6b6ecf']
const OTHER_COLOUR = '#9aa3b2'
const MOST_ROWS = 25
const PARTS_OF_TIME = 280

type NameOf = (address: string) => string

/** One page that needs nothing but itself. */
export function renderReport(input: BlockReportInput): string {
  const { title, subtitle, statistics, transactions, names } = input
  const analysis = analyse(statistics)
  const costs = costByContract(transactions, statistics, analysis)
  const nameOf: NameOf = (address) => names?.get(address.toLowerCase()) ?? shorten(address)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${subtitle === undefined ? '' : `<p>${escapeHtml(subtitle)}</p>`}
${tiles(input, analysis)}
${timeline(costs, nameOf)}
${parallelism(statistics, analysis)}
${graph(statistics, analysis)}
${conflicts(statistics, nameOf)}
${contracts(costs, nameOf)}
<footer>Made by Heddle. Wheel: zoom; drag: move; double click: all of it.</footer>
</main>
<div id="tip"></div>
<script type="application/json" id="data">${embedJson(drawingData(input, analysis, costs, nameOf))}</script>
<script>${SCRIPT}</script>
</body>
</html>
`
}

function tiles({ statistics, transactions, times }: BlockReportInput, { elapsed }: Analysis): string {
  const gas = transactions.reduce((sum, { gasUsed }) => sum + gasUsed, 0)
  const milliseconds = times?.parallel ?? elapsed
  const tile = (value: string, label: string, isLead = false) =>
    `<div class="tile${isLead ? ' lead' : ''}"><b>${value}</b><span>${label}</span></div>`
  return `<div class="tiles">
${times === undefined ? '' : tile(`${(times.sequential / times.parallel).toFixed(2)} ×`, 'as fast as sequentially', true)}
${tile(count(statistics.transactions), 'transactions')}
${tile(`${figure(milliseconds)} ms`, times === undefined ? 'while recorded' : `against ${figure(times.sequential)} ms sequentially`)}
${tile(count((statistics.transactions / milliseconds) * 1000), 'transactions per second')}
${tile(count(gas / milliseconds / 1000), 'Mgas per second')}
${tile((statistics.executions / Math.max(1, statistics.transactions)).toFixed(3), 'executions per transaction')}
${tile(count(statistics.conflicts.length), 'transactions with a conflict')}
</div>`
}

function timeline(costs: readonly ContractCost[], nameOf: NameOf): string {
  const entries = costs.slice(0, COLOURS.length).map(({ callee }, index) => {
    return `<li><i style="background:${COLOURS[index]}"></i>${escapeHtml(nameOf(callee))}</li>`
  })
  if (costs.length > COLOURS.length) entries.push(`<li><i style="background:${OTHER_COLOUR}"></i>others</li>`)
  return `<section>
<h2>Timeline</h2>
<p>What each worker executed, and when. Red: again, because the run before had seen what turned out not to be so. Gaps: nothing was ready, or somebody else had the processor.</p>
<ul class="legend">${entries.join('')}<li><i style="background:var(--warn)"></i>executed again</li></ul>
<canvas id="timeline"></canvas>
</section>`
}

function parallelism({ schedule }: BlockStatistics, analysis: Analysis): string {
  const { work, wasted, criticalCost, elapsed, depth } = analysis
  const workers = workerCount(schedule)
  const available = work / Math.max(criticalCost, 1e-6)
  const used = (work + wasted) / Math.max(elapsed, 1e-6)
  const bar = (label: string, milliseconds: number, kind = '') =>
    `<span>${label}<br><small>${figure(milliseconds)} ms</small></span><div class="${kind}"><i style="width:${((100 * milliseconds) / Math.max(work, elapsed)).toFixed(2)}%"></i></div>`
  return `<section>
<h2>Parallelism available and used</h2>
<p>If every transaction waited only for those it reads from, the block would take as long as its dearest chain: <b>${figure(available)} times</b> as fast as one after the other. Used were <b>${used.toFixed(2)} of ${workers}</b> workers on average.</p>
<div class="bar">
${bar('all executions, one after the other', work)}
${bar('as it happened', elapsed)}
${bar('the dearest chain', criticalCost, 'free')}
${bar('executed in vain', wasted, 'wasted')}
</div>
<div class="columns" style="margin-top:20px">
<div><h3>Used: workers at work over time</h3>${usedChart(workersOverTime(schedule, PARTS_OF_TIME), workers, elapsed)}</div>
<div><h3>Available: transactions ready at each step of dependency</h3>${availableChart(widths(depth))}</div>
</div>
</section>`
}

function graph({ dependencies }: BlockStatistics, { criticalPath, criticalCost }: Analysis): string {
  return `<section>
<h2>Dependencies</h2>
<p>Transactions in the order of the block from left to right, each one step below the last that it reads from: ${count(dependencies.length)} such pairs. Red: the dearest chain, ${count(criticalPath.length)} transactions and ${figure(criticalCost)} ms. Point at a transaction to see all that it depends on and all that depends on it.</p>
<canvas id="graph"></canvas>
</section>`
}

function conflicts(statistics: BlockStatistics, nameOf: NameOf): string {
  const groups = groupConflicts(statistics.conflicts)
  const most = groups[0]?.count ?? 1
  const rows = groups.slice(0, MOST_ROWS).map(({ address, slot, field, count: times, example }) => {
    const place =
      slot === undefined
        ? escapeHtml(field ?? '')
        : `slot <code title="${escapeHtml(slot)}">${escapeHtml(shortSlot(slot))}</code>`
    const writer = example.writer === undefined ? 'nobody' : `transaction ${example.writer}`
    return `<tr><td title="${escapeHtml(address)}">${escapeHtml(nameOf(address))}</td><td>${place}</td><td class="number">${count(times)}</td><td class="share warn"><div style="width:${((100 * times) / most).toFixed(1)}%"></div></td><td>transaction ${example.transaction} should have read from ${writer}</td></tr>`
  })
  const table = `<div class="scroll"><table><thead><tr><th>contract</th><th>where</th><th class="number">conflicts</th><th></th><th>the first</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  return `<section>
<h2>Conflicts by contract and slot</h2>
<p>Where executions saw a value that a transaction before theirs changed afterwards; each transaction counts once, with the last place.${rest(groups.length)}</p>
${groups.length === 0 ? '<p class="none">There were none.</p>' : table}
</section>`
}

function contracts(costs: readonly ContractCost[], nameOf: NameOf): string {
  const total = costs.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const most = costs[0]?.milliseconds ?? 1
  const rows = costs.slice(0, MOST_ROWS).map(({ callee, transactions, gas, milliseconds, repeated }) => {
    const mgas = milliseconds === 0 ? '' : count(gas / milliseconds / 1000)
    return `<tr><td title="${escapeHtml(callee)}">${escapeHtml(nameOf(callee))}</td><td class="number">${count(transactions)}</td><td class="number">${figure(gas / 1e6)}</td><td class="number">${figure(milliseconds)}</td><td class="number">${figure((1000 * milliseconds) / transactions)}</td><td class="number">${mgas}</td><td class="number">${count(repeated)}</td><td class="number">${((100 * milliseconds) / Math.max(total, 1e-6)).toFixed(1)} %</td><td class="share"><div style="width:${((100 * milliseconds) / Math.max(most, 1e-6)).toFixed(1)}%"></div></td></tr>`
  })
  return `<section>
<h2>Cost by contract</h2>
<p>By what transactions call, with everything that is called from there. Time is that of the last execution of each.${rest(costs.length)}</p>
<div class="scroll"><table><thead><tr><th>called</th><th class="number">transactions</th><th class="number">Mgas</th><th class="number">ms</th><th class="number">µs each</th><th class="number">Mgas/s</th><th class="number">again</th><th class="number">share</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
</section>`
}

function rest(rows: number): string {
  return rows > MOST_ROWS ? ` The first ${MOST_ROWS} of ${count(rows)}.` : ''
}

/** A small number as such, a hash by its ends. */
function shortSlot(slot: string): string {
  const value = BigInt(slot)
  return value < 0x1_0000n ? value.toString() : shorten(slot)
}

function workerCount(schedule: BlockStatistics['schedule']): number {
  return schedule.reduce((most, { worker }) => Math.max(most, worker), 1)
}

/** Milliseconds to a tenth of a microsecond. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 1e4) / 1e4
}

function drawingData(
  { statistics, transactions }: BlockReportInput,
  { depth, criticalPath, elapsed }: Analysis,
  costs: readonly ContractCost[],
  nameOf: NameOf,
): unknown {
  const { schedule, dependencies } = statistics
  const { start } = spanOf(schedule)
  const places = new Map(costs.map(({ callee }, index) => [callee, index]))
  return {
    elapsed,
    workers: workerCount(schedule),
    callees: costs.map(({ callee }, index) => ({ name: nameOf(callee), colour: COLOURS[index] ?? OTHER_COLOUR })),
    calleeOf: transactions.map(({ callee }) => places.get(callee)),
    gas: transactions.map(({ gasUsed }) => gasUsed),
    // Workers count from 1: arena 0 is the calling thread's.
    runs: schedule.map((run) => [
      run.transaction,
      run.incarnation,
      run.worker - 1,
      round(run.start - start),
      round(run.end - start),
    ]),
    dependencies: dependencies.flatMap(({ transaction, writer }) => [transaction, writer]),
    depth: [...depth],
    criticalPath,
  }
}
