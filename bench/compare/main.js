// The same programs on Heddle, @ethereumjs/evm and Anvil, in one run: see --help.
import { existsSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createAnvilEngine } from './anvil.js'
import { bringContractsUpToDate } from './compile.js'
import { createEthereumjsEngine } from './ethereumjs.js'
import { createHeddleEngine } from './heddle.js'
import { median, noise, toJson, toTable } from './report.js'

const HELP = `npm run bench:compare -- [--filter REGEX] [--runs N] [--engines heddle,anvil,ethereumjs] [--json FILE]

Runs every program on every engine, in turn, N times (11); prints the median times and their ratios.
Exit status 1 when an engine fails, or returns other data or another gas than the rest.`

const factories = new Map([
  ['heddle', createHeddleEngine],
  ['anvil', createAnvilEngine],
  ['ethereumjs', createEthereumjsEngine],
])

/** An engine is not asked again for a program on which it has spent this long. */
const BUDGET_MS = 5_000
/** A first run counts only if it took this long: then what an engine still had to compile is a small part of it. */
const LONG_RUN_MS = 1_000

// So that `exit` listeners end the child process on Ctrl-C too.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

const { engineNames, filter, rounds, jsonFile } = readArguments()
if (bringContractsUpToDate()) console.error('The sources have changed: bench/program/contracts.json was written anew.')
const bench = await importPrograms()
const programs = bench.readPrograms().filter(({ name }) => filter.test(name))
if (programs.length === 0) fail(`--filter: no program is named like ${filter}`)

/** @type {import('./engine.js').Engine[]} */
const engines = []
try {
  const accounts = [...bench.meterAccounts, ...programs.flatMap((program) => program.accounts)]
  for (const name of engineNames) engines.push(await factories.get(name)(accounts))
  process.exitCode = await compare()
} finally {
  for (const engine of engines) await engine.close()
}

async function compare() {
  const empty = new Map(engines.map((engine) => [engine, { gas: 0n, times: /** @type {number[]} */ ([]) }]))
  for (const engine of engines) empty.get(engine).gas = (await run(engine, bench.emptyProgram)).gas

  const complaints = []
  /** @type {{ engine: typeof engines[0], program: typeof programs[0], gas: bigint, times: number[] }[]} */
  const measured = []
  for (const program of programs) {
    const results = []
    for (const engine of engines) {
      try {
        const { gas, succeeded, output, ms } = await run(engine, program)
        if (!succeeded) throw new Error('the program failed')
        const own = gas - empty.get(engine).gas
        results.push({ engine, gas: own, output: Buffer.from(output).toString('hex') })
        measured.push({ engine, program, gas: own, times: ms >= LONG_RUN_MS ? [ms] : [] })
      } catch (error) {
        complaints.push(`${program.name}: ${engine.name}: ${error.message}`)
      }
    }
    complaints.push(...differences(program.name, results))
    progress(`checked ${program.name}`)
  }

  for (let round = 1; round <= rounds; round++) {
    for (const { engine, program, times } of measured) {
      if (times.length >= rounds || times.reduce((sum, ms) => sum + ms, 0) >= BUDGET_MS) continue
      progress(`round ${round} of ${rounds}: ${program.name} on ${engine.name}`)
      if (engine.subtractsEmptyCall) {
        // Twice: the first wakes a connection that slept through another engine's turn, and would cost more than it takes off.
        await run(engine, bench.emptyProgram)
        empty.get(engine).times.push((await run(engine, bench.emptyProgram)).ms)
      }
      times.push((await run(engine, program)).ms)
    }
  }
  progress('')

  const measurements = measured.map(({ engine, program, gas, times }) => {
    const overhead = engine.subtractsEmptyCall ? median(empty.get(engine).times) : 0
    return { program: program.name, engine: engine.name, gas, times: times.map((ms) => ms - overhead) }
  })
  console.log(toTable(measurements, engineNames))
  console.log(`\nNoise, (max - min) / median:\n  ${noise(measurements, engineNames).join('\n  ')}`)
  for (const engine of engines.filter(({ subtractsEmptyCall }) => subtractsEmptyCall)) {
    const { times } = empty.get(engine)
    const range = `${Math.min(...times).toFixed(2)}–${Math.max(...times).toFixed(2)}`
    console.log(`  an empty call on ${engine.name}, taken off: ${median(times).toFixed(2)} ms (${range})`)
  }
  if (jsonFile !== undefined) writeFileSync(jsonFile, toJson(measurements))
  if (complaints.length > 0) console.error(`\n${complaints.join('\n')}`)
  return complaints.length > 0 ? 1 : 0
}

async function run(engine, program) {
  const { output, ms } = await engine.call({ ...bench.measuredCall(program), gasLimit: bench.PROGRAM_GAS_LIMIT })
  return { ...bench.readMeasuredResult(output), ms }
}

/** Every engine against the first. */
function differences(program, [first, ...others]) {
  return others.flatMap(({ engine, gas, output }) => {
    const found = []
    if (gas !== first.gas) found.push(`${program}: gas ${gas} on ${engine.name}, ${first.gas} on ${first.engine.name}`)
    if (output !== first.output) {
      found.push(`${program}: return data 0x${output} on ${engine.name}, 0x${first.output} on ${first.engine.name}`)
    }
    return found
  })
}

function readArguments() {
  const options = {
    engines: { type: 'string', default: [...factories.keys()].join() },
    filter: { type: 'string', default: '' },
    runs: { type: 'string', default: '11' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  }
  let values
  try {
    values = parseArgs({ options }).values
  } catch (error) {
    fail(error.message)
  }
  if (values.help) {
    console.log(HELP)
    process.exit(0)
  }
  const unknown = values.engines.split(',').find((name) => !factories.has(name))
  if (unknown !== undefined) fail(`--engines: expected some of ${[...factories.keys()]}, got "${unknown}"`)
  if (!/^[1-9]\d{0,4}$/.test(values.runs)) fail(`--runs: expected a number from 1, got "${values.runs}"`)
  let filter
  try {
    filter = new RegExp(values.filter)
  } catch (error) {
    fail(`--filter: ${error.message}`)
  }
  return {
    engineNames: [...new Set(values.engines.split(','))],
    filter,
    rounds: Number(values.runs),
    jsonFile: values.json,
  }
}

async function importPrograms() {
  const built = new URL('../../dist/bench/program/index.js', import.meta.url)
  if (!existsSync(built)) fail('dist/bench is missing: npm run build')
  return import(built.href)
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

/** @returns {never} */
function fail(sentence) {
  console.error(`bench:compare: ${sentence}`)
  process.exit(2)
}
