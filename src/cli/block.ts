import { writeFileSync } from 'node:fs'
import { HeddleError, InputError } from '../errors.js'
import { parseBlockFixture } from '../fixture/block-fixture.js'
import type { MachineSlot } from '../fixture/fixture-file.js'
import { readObject } from '../fixture/json.js'
import { parsePrestateFixture } from '../fixture/prestate-fixture.js'
import { type BlockReport, runBlockFixture, runPrestateFixture } from '../fixture/run-block-fixture.js'
import { invalidOption, type Options, parseArguments } from './args.js'
import type { Command } from './command.js'
import { readJsonFile } from './json-file.js'
import { machineSlot } from './machine-slot.js'
import { writeAll } from './output.js'
import { PARALLEL_OPTIONS, parallelSettings } from './parallel.js'

const OPTIONS = {
  json: {
    type: 'string',
    value: 'FILE',
    help: 'write the report to a file; a list of them when there are several blocks',
  },
  witness: { type: 'boolean', help: 'execute from trie nodes and codes alone, without the accounts of the file' },
  ...PARALLEL_OPTIONS,
} as const satisfies Options

export const block: Command = {
  summary: 'execute real blocks and verify them against their headers',
  usage: 'heddle block FILE… [options]',
  details: `Each FILE is JSON, gzipped or not: {chainId, block, parent, ancestors, pre, witness: {state, codes}}. Gas used,
receipts root, logs bloom and post-state root are held against the block's header. A file {block, pre, txs} has
nothing to compare with: its transactions are executed. Exit status 1 if a block is not as its header says.`,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = parseArguments(args, OPTIONS)
    if (positionals.length === 0) throw new InputError('NoFiles', 'heddle block: expected at least one file, got none')
    const reports: BlockReport[] = []
    const parallel = parallelSettings(values)
    const slot = machineSlot(parallel === undefined ? {} : { parallel })
    try {
      for (const file of positionals) {
        const report = await runFile(slot, file, values.witness === true)
        writeAll(1, describe(report))
        reports.push(report)
      }
    } finally {
      await slot.close()
    }
    if (values.json !== undefined) writeReport(values.json, reports.length === 1 ? reports[0] : reports)
    return reports.every(({ ok }) => ok) ? 0 : 1
  },
}

async function runFile({ machine, run }: MachineSlot, file: string, onlyWitness: boolean): Promise<BlockReport> {
  try {
    const json = readObject(readJsonFile(file), 'the file')
    if (json.txs === undefined) {
      const options = { onlyWitness, ...(run === undefined ? {} : { run }) }
      return await runBlockFixture(machine, parseBlockFixture(json), options)
    }
    if (onlyWitness) throw invalidOption('witness', 'files with trie nodes', 'one without')
    return await runPrestateFixture(machine, parsePrestateFixture(json), run)
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error
    throw new InputError(error.code, `${file}: ${error.message}`, { ...error.details, file }, error)
  }
}

function describe({ number, transactions, gasUsed, receiptsRoot, stateRoot, ok, ms, errors }: BlockReport): string {
  const times = Object.entries(ms).map(([phase, time]) => `${phase} ${time.toFixed(1)} ms`)
  const lines = [
    `block ${number}: ${ok ? 'ok' : 'FAILED'}, ${transactions} transactions, ${times.join(', ')}`,
    `  gas used ${gasUsed ?? 'unknown'}`,
    `  receipts root ${receiptsRoot ?? 'unknown'}`,
    `  state root ${stateRoot ?? 'unknown'}`,
    ...errors.map((error) => `  ${error}`),
  ]
  return `${lines.join('\n')}\n`
}

function writeReport(file: string, report: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  } catch (error) {
    throw new InputError('UnwritableFile', `${file}: cannot be written: ${(error as Error).message}`, { file }, error)
  }
}
